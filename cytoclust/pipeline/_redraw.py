"""The report drawn again from what a run wrote."""

from functools import partial
from pathlib import Path

from cytoclust.errors import InputError
from cytoclust.params import D
from cytoclust.pipeline._finished import read_part, read_record
from cytoclust.pipeline._output import RECORD
from cytoclust.tables import TABLES, read_csv

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

    folder = Path(out)
    needed = [RECORD, "cohort.h5ad", *(f"tables/{name}.csv" for name, table in TABLES.items() if not table.optional)]
    for name in needed:
        if not (folder / name).is_file():
            raise InputError(f"{folder} is not the folder of a finished run: {name} is absent. A run writes {needed}.")
    record = read_record(folder)
    files = {name: folder / "tables" / f"{name}.csv" for name in TABLES}
    tables = {name: read_part(path, partial(read_csv, name)) for name, path in files.items() if path.is_file()}
    adata = read_part(folder / "cohort.h5ad", read_h5ad)
    title = record.parameters.get("report", {}).get("title", D.report.title)
    return write(adata, folder / "report.html", tables=tables, run=record, title=title)
