"""A spillover matrix from a CSV file."""

import csv
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cytoclust.errors import InputError
from cytoclust.io import Spillover, match_channels, mend_spillover

__all__ = ["read_matrix_csv"]

_SEPARATORS: Final = "\t;,"
_SAID: Final = re.compile(r"\"?sep=(?P<separator>.)\"?", re.IGNORECASE)  # Excel's first line
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


def read_matrix_csv(path: str | Path) -> Spillover:
    """Read a square matrix whose header, and first column if there is one, name channels ($PnN) or markers.

    Columns are parted by commas, semicolons or tabs, with points or commas for decimals. Rows may stand in another
    order than columns; without names they stand in theirs. A row is a source (fluorochrome), a column a detector, as
    in ``$SPILLOVER``. The diagonal is 1, or 100 in percent, or 0 where it was left out.

    Raises
    ------
    InputError
        The file cannot be read, is not square, its names disagree or repeat, a number is missing, or the numbers make
        no spillover matrix.
    """
    path = Path(path)
    rows = _rows(path)
    width = max(len(row) for row in rows)
    short = bool(rows[0][0]) and len(rows[0]) == width - 1  # as R writes it: no cell above the names of rows
    named = short or not rows[0][0] or not _are_numbers([row[0] for row in rows[1:]])
    columns = rows[0][1:] if named and not short else rows[0]
    body = [row[1:] if named else row for row in rows[1:]]
    sources = [row[0] for row in rows[1:]] if named else columns
    _check_shape(columns, sources, body, path)
    order = _order(columns, sources, path)
    numbers = np.array([_numbers(body[i], sources[i], columns, path) for i in order])
    try:
        matrix, notes = mend_spillover(numbers, columns, str(path))
    except InputError as error:
        raise InputError(f"The matrix file {path} {error}.") from None
    return Spillover(channels=tuple(columns), matrix=matrix, keyword=str(path), notes=tuple(notes))


def _rows(path: Path) -> list[list[str]]:
    """The cells of the lines that are not empty, without empty ones at their ends."""
    text = _text(path)
    if text.lstrip().startswith("<"):
        raise InputError(
            f"The matrix file {path} is XML (as FlowJo's .mtx is), and must be a CSV table: export the matrix as CSV."
        )
    if text.startswith("PK"):
        raise InputError(f"The matrix file {path} is an Excel workbook, and must be a CSV table: save it as CSV.")
    lines = [line for line in text.splitlines() if line.strip(" \t;,\"'") and not line.lstrip().startswith("#")]
    said = _SAID.fullmatch(lines[0].strip()) if lines else None
    lines = lines[1:] if said else lines
    if len(lines) < 2:
        raise InputError(f"The matrix file {path} is not a CSV table with a header and a row for each channel.")
    separator = said["separator"] if said else next((each for each in _SEPARATORS if each in lines[0]), ",")
    rows = [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=separator, skipinitialspace=True)]
    width = max(max((i for i, cell in enumerate(row, start=1) if cell), default=0) for row in rows)
    return [row[:width] for row in rows]


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"The matrix file {path} cannot be read: {error.strerror}.") from None
    encodings = ("utf-16",) if content.startswith(_UTF16) else ("utf-8-sig", "latin-1")
    for encoding in encodings:
        try:
            return content.decode(encoding).replace("\0", "")
        except UnicodeDecodeError:
            continue
    raise InputError(f"The matrix file {path} is not a CSV table: its text cannot be decoded.")


def _number(cell: str) -> float:
    """A number as people type them: ``0.13``, ``0,13`` or ``13 %``; NaN for what is none."""
    plain = cell.removesuffix("%").strip()
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        return float(plain) / (100 if cell.endswith("%") else 1)
    except ValueError:
        return float("nan")


def _are_numbers(cells: Sequence[str]) -> bool:
    return all(np.isfinite(_number(cell)) for cell in cells)


def _check_shape(columns: Sequence[str], sources: Sequence[str], body: Sequence[Sequence[str]], path: Path) -> None:
    if not columns or not all(columns) or _are_numbers(columns):
        raise InputError(f"The matrix file {path} must have a header of channel names. Got {', '.join(columns)!r}.")
    if len(set(columns)) < len(columns) or (sources != columns and len(set(sources)) < len(sources)):
        raise InputError(f"The matrix file {path} must name each channel once. Got a repeated name.")
    if sources is columns and len(body) != len(columns):
        raise InputError(
            f"The matrix file {path} must be square. Got {len(body)} rows and {len(columns)} columns without row names."
        )


def _order(columns: Sequence[str], sources: Sequence[str], path: Path) -> list[int]:
    """The row of each column's channel."""
    found = match_channels(sources, columns)
    if sorted(found) != sorted(columns):
        odd = sorted(set(columns) ^ set(found)) or sorted({name for name in found if found.count(name) > 1})
        raise InputError(
            f"The matrix file {path} must be square, with the same names in header and first column. "
            f"Only in one of them: {', '.join(odd)}."
        )
    return [found.index(column) for column in columns]


def _numbers(cells: Sequence[str], source: str, columns: Sequence[str], path: Path) -> NDArray[np.float64]:
    cells = [*cells, *[""] * (len(columns) - len(cells))]
    numbers = np.array([_number(cell) for cell in cells], dtype=np.float64)
    if len(cells) > len(columns) or not np.isfinite(numbers).all():
        wrong = next(i for i, number in enumerate(numbers) if i >= len(columns) or not np.isfinite(number))
        where = columns[wrong] if wrong < len(columns) else "beyond the header"
        raise InputError(
            f"The matrix file {path} must hold numbers. Got {cells[wrong]!r} in row {source}, column {where}."
        )
    return numbers
