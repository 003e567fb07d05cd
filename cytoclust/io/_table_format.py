"""How a table of events is written as text: what it begins with tells."""

import csv
import gzip
import io
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from cytoclust.io._decode_text import decode_text, encoding_of
from cytoclust.io._missing import is_missing
from cytoclust.io._open_bytes import is_gzip
from cytoclust.io._sheet_columns import is_sheet_header
from cytoclust.io._unique import unique_names

__all__ = ["ABSENT", "Column", "TableFormat", "find_format", "kinds_of"]

ABSENT: Final = (
    "",
    "NA",
    "N/A",
    "#N/A",
    "n/a",
    "na",
    "NaN",
    "nan",
    "NAN",
    "-NaN",
    "NULL",
    "null",
    "None",
    "-",
    ".",
    "?",
)
"""What stands for no number."""
_HEAD: Final = 2**18  # bytes that are looked at
_LINES: Final = 400
_SEPARATORS: Final = ("\t", ";", ",", "|")
_SAID: Final = re.compile(r"\"?sep=(?P<separator>.)\"?", re.IGNORECASE)
_COMMA: Final = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?")
_POINT: Final = re.compile(r"[+-]?\d*\.\d+(?:[eE][+-]?\d+)?")
_PLAIN: Final = re.compile(r"[+-]?[1-9]\d{0,2}")
_CLOCK: Final = re.compile(r"time|clock", re.IGNORECASE)
_MOSTLY: Final = 0.5  # of the cells of a column, numbers from which one that is none is a fault


@dataclass(frozen=True)
class Column:
    """A column: ``events``, ``index`` (numbers the rows), ``words``, ``empty`` or ``faulty`` (numbers but for some)."""

    name: str
    kind: str
    word: str = ""  # an example of what is no number


@dataclass(frozen=True)
class TableFormat:
    """How the text is to be read.

    Attributes
    ----------
    encoding, separator, decimal
        Of the text, of cells, of numbers.
    skip
        Lines before the first row, the header among them.
    columns
        Every one, with names that are unique.
    sample
        The first rows of the columns of events, (m, p), NaN where a value is missing.
    """

    encoding: str
    separator: str
    decimal: str
    skip: int
    columns: tuple[Column, ...]
    sample: np.ndarray


def find_format(path: Path) -> TableFormat:
    """How a text of events is written.

    Raises
    ------
    ValueError
        It is no table of numbers under names; the message says why, in a few words.
    OSError
        It cannot be read.
    """
    head, whole = _head(path)
    encoding = encoding_of(head)
    text = decode_text(_whole_letters(head, encoding))[0]
    lines = text.splitlines()
    lines = lines if whole else lines[:-1]
    skip, separator = _first_line(lines)
    body = [line for line in lines[skip + 1 : skip + 1 + _LINES] if line.strip()]
    if not body:
        raise ValueError("it has no rows of numbers")
    separator = separator or _separator(lines[skip], body)
    header, *rows = _cells([lines[skip], *body], separator)
    if is_sheet_header(header):
        raise ValueError("it is a sheet")
    names = _names(header, rows)
    rows = [row for row in rows if len(row) == len(names)]
    if not rows or all(_number(cell, ".") is not None for cell in header if cell):
        raise ValueError("its first line does not name the columns")
    for mark in ",.":
        if thousands := _thousands(rows, mark):
            raise ValueError(f"its numbers have marks between thousands ({thousands}); write them without")
    decimal = _decimal(rows)
    columns, sample = kinds_of(
        names, [[cell.strip() for cell in column] for column in zip(*rows, strict=True)], decimal
    )
    return TableFormat(encoding, separator, decimal, skip + 1, columns, sample)


def kinds_of(
    names: Sequence[str], cells: Sequence[Sequence[str]], decimal: str
) -> tuple[tuple[Column, ...], np.ndarray]:  # fmt: skip
    """What each column holds by some of its cells, and the numbers of those of events (m, p)."""
    columns, numbers = [], []
    for place, (name, column) in enumerate(zip(names, cells, strict=True)):
        values = [_number(cell, decimal) for cell in column]
        words = [cell for cell, value in zip(column, values, strict=True) if value is None and cell not in ABSENT]
        found = np.array([np.nan if value is None else value for value in values])
        columns.append(_column(name, place, found, words))
        if columns[-1].kind == "events":
            numbers.append(found)
    return tuple(columns), np.array(numbers).T if numbers else np.empty((0, 0))


def _column(name: str, place: int, values: np.ndarray, words: Sequence[str]) -> Column:
    known = int(np.isfinite(values).sum())
    if words:
        mostly = known / len(values) >= _MOSTLY
        return Column(name, "faulty" if mostly else "words", words[0])
    if not np.isfinite(values).any() and not np.isinf(values).any():
        return Column(name, "empty")
    with np.errstate(invalid="ignore"):  # of infinite ones
        counts = len(values) > 1 and bool((np.diff(values) == 1).all()) and values[0] in (0, 1)
    if counts and place == 0 and not _CLOCK.search(name):
        return Column(name, "index")
    return Column(name, "events")


def _head(path: Path) -> tuple[bytes, bool]:
    """The beginning, unpacked, and whether it is all."""
    try:
        with gzip.open(path) if is_gzip(path) else path.open("rb") as handle:
            head = handle.read(_HEAD + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise ValueError("it is not a whole gzip file") from None
    return head[:_HEAD], len(head) <= _HEAD


def _whole_letters(head: bytes, encoding: str) -> bytes:
    """Without a letter that is cut at the end."""
    if encoding.startswith("utf-16"):
        return head[: len(head) // 2 * 2]
    return head[: head.rfind(b"\n") + 1 or len(head)] if encoding.startswith("utf-8") else head


def _first_line(lines: Sequence[str]) -> tuple[int, str]:
    """Number of the line that names the columns, after blanks and comments; and the separator, where one is said."""
    separator = ""
    for number, line in enumerate(lines):
        if said := _SAID.fullmatch(line.strip()):
            separator = said["separator"]
        elif line.strip() and not line.lstrip().startswith("#"):
            return number, separator
    raise ValueError("it is empty")


def _separator(header: str, body: Sequence[str]) -> str:
    counts = {each: header.count(each) for each in _SEPARATORS}
    best = max(_SEPARATORS, key=lambda each: counts[each])
    if counts[best]:
        return best
    return " " if header.split()[1:] and len({len(line.split()) for line in body}) == 1 else ","


def _cells(lines: Sequence[str], separator: str) -> list[list[str]]:
    try:
        return [
            row for row in csv.reader(io.StringIO("\n".join(lines)), delimiter=separator, skipinitialspace=True) if row
        ]
    except csv.Error as error:
        raise ValueError(str(error)) from None


def _names(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Of the columns; rows may begin with a name (as R writes them) or end with a separator that the header lacks."""
    width = max(map(len, rows))
    names = [name.strip().strip("\ufeff") for name in header]
    if width == len(names) + 1:
        last = all(len(row) == width and not row[-1].strip() for row in rows)
        names = [*names, ""] if last else ["", *names]
    return unique_names(names)


def _decimal(rows: Sequence[Sequence[str]]) -> str:
    commas = [cell for row in rows for cell in row if _COMMA.fullmatch(cell.strip())]
    if not commas:
        return "."
    points = next((cell for row in rows for cell in row if _POINT.fullmatch(cell.strip())), "")
    if points:
        raise ValueError(f"its numbers have decimal points and commas both ({points.strip()} and {commas[0].strip()})")
    return ","


def _thousands(rows: Sequence[Sequence[str]], mark: str) -> str:
    """A number with a mark between its thousands, where all that have the mark are such; else empty.

    A column of decimals has no whole numbers of three digits or fewer beside them.
    """
    grouped = re.compile(rf"[+-]?[1-9]\d{{0,2}}(?:{re.escape(mark)}\d{{3}})+")
    columns = [[cell.strip() for cell in column] for column in zip(*rows, strict=True)]
    marked = [cell for column in columns for cell in column if mark in cell and cell[-1].isdigit()]
    if not all(map(grouped.fullmatch, marked)):
        return ""
    mixed = (column for column in columns if any(map(_PLAIN.fullmatch, column)))
    return next((cell for column in mixed for cell in column if grouped.fullmatch(cell)), "")


def _number(cell: str, decimal: str) -> float | None:
    cell = cell.strip().replace(decimal, ".") if decimal != "." else cell.strip()
    if cell in ABSENT or "_" in cell or is_missing(cell, ""):
        return None
    try:
        return float(cell)
    except ValueError:
        return None
