"""The report drawn again from what a run wrote."""

from pathlib import Path

from cytoclust.params import D
from cytoclust.pipeline._clear_exports import PATIENTS
from cytoclust.pipeline._finished import read_cohort, read_finished
from cytoclust.pipeline._held import held

__all__ = ["redraw"]


def redraw(out: str | Path, *, patient: str | None = None, pdf: bool = False) -> Path:
    """Write ``report.html`` again from the tables, the event sample and the record of a run's folder.

    Parameters
    ----------
    out
        The folder.
    patient
        Write ``patients/<patient>.html`` instead: the page of one patient, without those of others.
    pdf
        Print it too, beside the page.

    Returns
    -------
    What was written; the PDF where one is asked for.

    Raises
    ------
    InputError
        The folder lacks a file of a finished run, or one is damaged, or a run writes to it; no such patient; no browser
        to print with.
    LimitError
        The disk is full.
    """
    with held(out) as folder:
        return _redraw(folder, patient, pdf)


def _redraw(out: Path, patient: str | None, pdf: bool) -> Path:
    from cytoclust.report import print_pdf, write, write_patient

    run = read_finished(out)
    adata = read_cohort(run.folder)
    title = run.record.parameters.get("report", {}).get("title", D.report.title)
    if patient is None:
        page = write(adata, run.folder / "report.html", tables=run.tables, run=run.record, title=title)
    else:
        folder = run.folder / PATIENTS
        page = write_patient(adata, folder, patient, tables=run.tables, run=run.record, title=title)
    return print_pdf(page) if pdf else page
