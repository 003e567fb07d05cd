"""The report drawn again from what a run wrote."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import pandas as pd

from cytoclust.errors import InputError
from cytoclust.params import D
from cytoclust.pipeline._output import RECORD
from cytoclust.record import Record
from cytoclust.tables import TABLES, read_csv

__all__ = ["read_run", "redraw"]

T = TypeVar("T")


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
    tables, record = read_run(folder)
    adata = _read(folder / "cohort.h5ad", read_h5ad)
    title = record.parameters.get("report", {}).get("title", D.report.title)
    return write(adata, folder / "report.html", tables=tables, run=record, title=title)


def read_run(folder: Path) -> tuple[dict[str, pd.DataFrame], Record]:
    """The tables and the record of a finished run.

    Raises
    ------
    InputError
        As :func:`redraw`.
    """
    needed = [RECORD, "cohort.h5ad", *(f"tables/{name}.csv" for name, table in TABLES.items() if not table.optional)]
    for name in needed:
        if not (folder / name).is_file():
            raise InputError(f"{folder} is not the folder of a finished run: {name} is absent. A run writes {needed}.")
    record = _read(folder / RECORD, lambda path: Record.model_validate_json(path.read_text(encoding="utf-8")))
    files = {name: folder / "tables" / f"{name}.csv" for name in TABLES}
    return {name: _read(path, partial(read_csv, name)) for name, path in files.items() if path.is_file()}, record


def _read(path: Path, reader: Callable[[Path], T]) -> T:
    try:
        return reader(path)
    except (OSError, ValueError) as error:  # JSON and CSV parsers raise ValueErrors
        raise InputError(f"{path} is not as a run wrote it: {' '.join(str(error).split())}") from None
