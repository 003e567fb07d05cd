"""Opening a table of events: CSV, TSV and other text, or Parquet."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io._is_table import why_no_table
from cytoclust.io._open_bytes import is_gzip
from cytoclust.io._open_gzip import may_be, open_gzip
from cytoclust.io._table_file import TableFile, make_table
from cytoclust.io._table_format import ABSENT, Column, TableFormat, find_format
from cytoclust.io._unreadable import unreadable
from cytoclust.io._url_path import as_path

__all__ = ["open_parquet", "open_text"]

_BLOCK: Final = 2**22
"""Bytes of text that are read at once. Bears on no result: memory."""
_ROWS: Final = 65_536
"""Rows of Parquet that are read at once. Bears on no result: memory."""


def open_text(path: str | Path) -> TableFile:
    """Open a table of events as text, gzipped or not: a line that names the columns, then a row for each event.

    Cells are parted by commas, semicolons, tabs, bars or blanks; numbers may have decimal commas. Columns that hold
    words, that number the rows, or that are empty, are set aside.

    Raises
    ------
    InputError
        It is no such table, or a cell among numbers is none.
    """
    path = as_path(path)
    _check(path)
    form = find_format(path)
    for column in form.columns:
        if column.kind == "faulty":
            raise InputError(
                f"{path}: the column {column.name!r} holds numbers, and {column.word!r}; correct it, or leave the "
                "cell empty."
            )
    names = [column.name for column in form.columns if column.kind == "events"]
    notes = [*_set_aside(form.columns)]
    if form.decimal == ",":
        notes.append(Finding("decimal commas"))
    return make_table(
        path, names, _text_blocks(path, form, names), version=_version(form), notes=notes, opener=open_text
    )


def open_parquet(path: str | Path) -> TableFile:
    """Open a table of events as Parquet: a column for each channel.

    Raises
    ------
    InputError
        It is no such table.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = as_path(path)
    _check(path)
    types = pa.types
    with pq.ParquetFile(path) as file:
        told = (file.schema_arrow.pandas_metadata or {}).get("index_columns", [])
        index = {each for each in told if isinstance(each, str)}
        columns = [
            Column(field.name, "index" if field.name in index else _kind(field, types)) for field in file.schema_arrow
        ]
        names = [column.name for column in columns if column.kind == "events"]
        n_bytes = file.metadata.num_rows * len(names) * np.dtype(np.float32).itemsize
    if not may_be(path.stat().st_size, n_bytes):
        raise InputError(f"{path} says that it holds {n_bytes} bytes of events, many times its size: it is not read.")
    return make_table(
        path, names, _parquet_blocks(path, names), version="Parquet", notes=_set_aside(columns), opener=open_parquet
    )


def _kind(field: Any, types: Any) -> str:
    numbers = types.is_floating(field.type) or types.is_integer(field.type) or types.is_decimal(field.type)
    return "events" if numbers else "words"


def _check(path: Path) -> None:
    try:
        if path.stat().st_size == 0:
            raise InputError(f"{path} is empty.")
    except OSError as error:
        raise unreadable(path, error) from None
    if why := why_no_table(path):
        raise InputError(f"{path} is no table of events: {why}.")


def _version(form: TableFormat) -> str:
    return "TSV" if form.separator == "\t" else "CSV"


def _set_aside(columns: Sequence[Column]) -> list[Finding]:
    told = {
        kind: [column.name or "(unnamed)" for column in columns if column.kind == kind]
        for kind in ("words", "index", "empty")
    }
    told["empty"] = [name for name in told["empty"] if name != "(unnamed)"]
    return [Finding("columns set aside", **told)] if any(told.values()) else []


def _text_blocks(path: Path, form: TableFormat, names: Sequence[str]) -> Iterator[np.ndarray]:
    import pyarrow as pa
    from pyarrow import csv

    every = [column.name for column in form.columns]
    convert = csv.ConvertOptions(
        column_types={name: pa.float64() for name in names}, include_columns=list(names), null_values=list(ABSENT),
        decimal_point=form.decimal,
    )  # fmt: skip
    read = csv.ReadOptions(
        encoding=form.encoding, skip_rows=form.skip, column_names=every, block_size=_BLOCK, use_threads=False
    )
    parse = csv.ParseOptions(delimiter=form.separator)
    try:
        with open_gzip(path) if is_gzip(path) else path.open("rb") as handle:
            for batch in csv.open_csv(handle, read_options=read, parse_options=parse, convert_options=convert):
                yield _array(batch)
    except (pa.ArrowInvalid, UnicodeError) as error:
        raise InputError(f"{path} cannot be read as a table: {_plain(str(error), every)}.") from None
    except OSError as error:
        raise unreadable(path, error) from None


def _parquet_blocks(path: Path, names: Sequence[str]) -> Iterator[np.ndarray]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=_ROWS, columns=list(names)):
                yield _array(batch)
    except pa.ArrowException as error:
        raise InputError(f"{path} cannot be read as Parquet: {_plain(str(error), names)}.") from None


def _array(batch: Any) -> np.ndarray:
    """(n, p) float32; NaN where a value is missing."""
    import pyarrow as pa

    with np.errstate(over="ignore"):
        columns = [
            column.cast(pa.float64()).to_numpy(zero_copy_only=False).astype(np.float32) for column in batch.columns
        ]
    return np.column_stack(columns)


def _plain(message: str, names: Sequence[str]) -> str:
    """The message of pyarrow in one short line, with the name of the column for its number."""
    found = re.search(r"column #(\d+)", message)
    name = f"column {names[int(found[1])]!r}: " if found and int(found[1]) < len(names) else ""
    return (name + " ".join(message.split()).removeprefix("In CSV ")).rstrip(".")[:200]
