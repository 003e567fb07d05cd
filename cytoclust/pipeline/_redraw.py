"""The report drawn again from what a run wrote."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pandas as pd

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.params import D
from cytoclust.pipeline._output import RECORD
from cytoclust.record import Record

__all__ = ["redraw"]

T = TypeVar("T")
OPTIONAL = ("cluster_tree", "cluster_counts", "acquisition")  # which the report shows where they are
TABLES = ("clusters", "populations", "unknown_clusters", "samples", "thresholds", "contrasts", "discoveries")


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
    needed = [RECORD, "cohort.h5ad", *(f"tables/{name}.csv" for name in TABLES)]
    for name in needed:
        if not (folder / name).is_file():
            raise InputError(f"{folder} is not the folder of a finished run: {name} is absent. A run writes {needed}.")
    record = _read(folder / RECORD, lambda path: Record.model_validate_json(path.read_text(encoding="utf-8")))
    held = [*TABLES, *(name for name in OPTIONAL if (folder / "tables" / f"{name}.csv").is_file())]
    tables = {name: _read(folder / "tables" / f"{name}.csv", _read_table) for name in held}
    adata = _read(folder / "cohort.h5ad", read_h5ad)
    title = record.parameters.get("report", {}).get("title", D.report.title)
    return write(adata, folder / "report.html", tables=tables, run=record, title=title)


def _read_table(path: Path) -> pd.DataFrame:
    """With the numbers that were written, to the bit; a sample called NA keeps its name."""
    text = dict.fromkeys((keys.SAMPLE, *keys.SHEET_COLUMNS, keys.POPULATION, "side_a", "side_b"), str)
    return pd.read_csv(path, dtype=text, keep_default_na=False, na_values=[""], float_precision="round_trip")


def _read(path: Path, reader: Callable[[Path], T]) -> T:
    try:
        return reader(path)
    except (OSError, ValueError) as error:  # JSON and CSV parsers raise ValueErrors
        raise InputError(f"{path} is not as a run wrote it: {' '.join(str(error).split())}") from None
