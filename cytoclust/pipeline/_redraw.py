"""The report drawn again from what a run wrote."""

import json
from pathlib import Path

import pandas as pd

from cytoclust.errors import InputError
from cytoclust.params import D
from cytoclust.pipeline._write import RECORD
from cytoclust.report import write

__all__ = ["redraw"]

TABLES = ("clusters", "populations", "contrasts", "discoveries")


def redraw(out: str | Path) -> Path:
    """Write ``report.html`` again from the tables, the event sample and the record of a run's folder.

    Raises
    ------
    InputError
        The folder lacks a file of a finished run.
    """
    from anndata import read_h5ad

    folder = Path(out)
    needed = [RECORD, "cohort.h5ad", *(f"tables/{name}.csv" for name in TABLES)]
    for name in needed:
        if not (folder / name).is_file():
            raise InputError(f"{folder} is not the folder of a finished run: {name} is absent. A run writes {needed}.")
    record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    text = {name: str for name in ("sample_id", "patient_id", "group", "timepoint", "batch")}
    tables = {name: pd.read_csv(folder / "tables" / f"{name}.csv", dtype=text, keep_default_na=True) for name in TABLES}
    title = record["parameters"].get("report", {}).get("title", D.report.title)
    return write(read_h5ad(folder / "cohort.h5ad"), folder / "report.html", tables=tables, run=record, title=title)
