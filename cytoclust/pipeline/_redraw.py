"""The report drawn again from what a run wrote."""

from pathlib import Path

from cytoclust.params import D
from cytoclust.pipeline._finished import COHORT, read_finished, read_written

__all__ = ["redraw"]


def redraw(out: str | Path) -> Path:
    """Write ``report.html`` again from the tables, the event sample and the record of a run's folder.

    Raises
    ------
    InputError
        The folder lacks a file of a finished run, or one is damaged.
    """
    from anndata import read_h5ad

    from cytoclust.report import write

    run = read_finished(out)
    adata = read_written(run.folder / COHORT, read_h5ad)
    title = run.record.parameters.get("report", {}).get("title", D.report.title)
    return write(adata, run.folder / "report.html", tables=run.tables, run=run.record, title=title)
