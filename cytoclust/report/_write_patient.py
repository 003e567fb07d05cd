"""The page of one patient by itself, to be handed on without those of others."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anndata as ad
import pandas as pd

from cytoclust.errors import InputError, nearest
from cytoclust.io import atomic_path
from cytoclust.params import D
from cytoclust.record import Record
from cytoclust.report._gather import gather
from cytoclust.report._panel_limits import panel_limits
from cytoclust.report._patient_section import patient_pages
from cytoclust.report._render import render
from cytoclust.report._simulated import simulated
from cytoclust.report._visits import file_name, patients_of

__all__ = ["write_patient"]


def write_patient(
    adata: ad.AnnData,
    folder: str | Path,
    patient: str,
    *,
    tables: Mapping[str, pd.DataFrame] | None = None,
    run: Mapping[str, Any] | Record | None = None,
    title: str = D.report.title,
) -> Path:
    """Write the page of one patient as a file of its own: no other patient's name, page or events are in it.

    What is said of groups stays: their sizes and ranges.

    Parameters
    ----------
    adata, tables, run, title
        As for :func:`write`.
    folder
        Where the file goes, which is named after the patient.
    patient
        The patient; a sample's name where the sheet gives no patient.

    Returns
    -------
    The path.

    Raises
    ------
    InputError
        No such patient, no population was counted, or the file cannot be written.
    """
    inputs = gather(adata, tables, run)
    names = [each.name for each in patients_of(inputs)]
    if patient not in names:
        raise InputError(
            f"There is no patient {patient!r}.{nearest(patient, names)} The run has {', '.join(names) or 'none'}."
        )
    pages = patient_pages(inputs, patient)
    if not pages:
        raise InputError(f"There is no page of {patient!r}: no population was counted, as rules or names were absent.")
    path = Path(folder) / f"{file_name(pages[0].patient.name)}.html"
    page = render(
        "patient.html.j2", inputs, title=title, pages=pages, simulated=simulated(inputs), limits=panel_limits(inputs)
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_path(path) as temporary:
        temporary.write_bytes(page.encode("utf-8", errors="replace"))
    return path
