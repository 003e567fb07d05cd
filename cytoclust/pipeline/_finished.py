"""What a run wrote, read again."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pandas as pd

from cytoclust.errors import InputError
from cytoclust.io import atomic_path
from cytoclust.pipeline._held import local_folder
from cytoclust.pipeline._put_in_place import RECORD, settle_alone
from cytoclust.record import Record
from cytoclust.slots import unpack
from cytoclust.tables import TABLES, read_csv, write_csv
from cytoclust.words import listed

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["COHORT", "Finished", "read_cohort", "read_finished", "read_record", "read_written", "write_table"]

COHORT = "cohort.h5ad"
T = TypeVar("T")


@dataclass(frozen=True)
class Finished:
    """The folder of a finished run, its record, and its tables by name: those of other commands too, where they are."""

    folder: Path
    record: Record
    tables: dict[str, pd.DataFrame]


def read_finished(out: str | Path) -> Finished:
    """The record and the tables of a run's folder.

    Raises
    ------
    InputError
        The folder lacks a file of a finished run, or one is damaged.
    """
    folder = local_folder(out)
    needed = [RECORD, COHORT, *(f"tables/{name}.csv" for name, table in TABLES.items() if not table.optional)]
    for name in needed:
        if not (folder / name).is_file():
            raise InputError(
                f"{folder} is not the folder of a finished run: {name} is absent; it needs {listed(needed)}."
            )
    record = read_record(folder)
    files = {name: folder / "tables" / f"{name}.csv" for name in TABLES}
    tables = {name: read_written(path, partial(read_csv, name)) for name, path in files.items() if path.is_file()}
    return Finished(folder, record, tables)


def read_record(folder: Path) -> Record:
    """``run.json`` of a folder.

    Raises
    ------
    InputError
        It is absent, or not as a run wrote it.
    """
    settle_alone(folder)
    if not (folder / RECORD).is_file():
        raise InputError(f"{folder} is not the folder of a finished run: {RECORD} is absent.")
    return read_written(folder / RECORD, lambda path: Record.model_validate_json(path.read_text(encoding="utf-8")))


def read_written(path: Path, reader: Callable[[Path], T]) -> T:
    """A file that a run wrote.

    Raises
    ------
    InputError
        It is damaged.
    """
    try:
        return reader(path)
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:  # of JSON, CSV and HDF5
        raise InputError(f"{path} is not as a run wrote it: {' '.join(str(error).split())}") from None


def read_cohort(folder: Path) -> "AnnData":
    """The event sample of a finished run.

    Raises
    ------
    InputError
        It is damaged.
    """
    from anndata import read_h5ad

    def whole(path: Path) -> "AnnData":
        adata = read_h5ad(path)
        unpack(adata)
        return adata

    return read_written(folder / COHORT, whole)


def write_table(folder: Path, name: str, table: pd.DataFrame) -> None:
    """Put a table among those of a finished run, whole or not at all."""
    with atomic_path(folder / "tables" / f"{name}.csv") as temporary:
        write_csv(name, table, temporary)
