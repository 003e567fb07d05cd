"""Sheets from the bench: columns by their usual names, numbers as people write them, each fault with its row."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from cytoclust.errors import InputError
from cytoclust.io import is_missing, read_rows
from cytoclust.words import listed

__all__ = ["AT_LEAST", "ROW", "SheetColumn", "read_bench_sheet"]

Kind = Literal["text", "whole", "number", "cq", "count", "truth"]

ROW: Final = "row"
"""Column of the number of a row in its file, for messages."""
AT_LEAST: Final = "_at_least"
"""Ending of the column that tells which counts are least ones."""
_NUMBER: Final = re.compile(r"[+-]?\d+(?:[.,]\d*)?(?:[eE][+-]?\d+)?")
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:[.,' \u00a0\u202f]\d{3})+")
_UNDETECTED: Final = re.compile(
    r"undetermined|undetected|not detected|no ?(?:cq|ct|cp)|n\.?d\.?|neg(?:ative)?|none|inf(?:inity)?|0(?:[.,]0*)?",
    re.IGNORECASE,
)
_TOO_MANY: Final = re.compile(
    r"tntc|too (?:numerous|many)(?: to count)?|uncountable|not countable|confluent|overgrown", re.IGNORECASE
)
_MORE_THAN: Final = re.compile(r"(?:>=?|≥|more than|over)\s*(?P<number>\d+)", re.IGNORECASE)
_MOST_COUNTED: Final = 1e15
"""Cells, wells, colonies. Bears on no result: more is no count, and whole numbers are exact up to here."""
_YES: Final = ("yes", "y", "true", "1", "induced", "+")
_NO: Final = ("no", "n", "false", "0", "uninduced", "control", "-")


@dataclass(frozen=True)
class SheetColumn:
    """One column of a sheet.

    Attributes
    ----------
    name
        As in the documentation.
    kind
        ``text``; ``whole`` and ``number``; ``cq``, NaN where nothing amplified; ``count``, which may be a least one
        (TNTC, >200), told in a boolean column beside it; ``truth``.
    needed
        The sheet must have it; of ``whole``, ``number`` and ``count``, every row a value.
    least
        Bound of a number.
    others
        Other usual names, as compared: without case, blanks and signs.
    """

    name: str
    kind: Kind = "text"
    needed: bool = False
    least: float | None = None
    others: tuple[str, ...] = ()


def read_bench_sheet(path: Path, columns: Sequence[SheetColumn]) -> pd.DataFrame:
    """The rows of a sheet as a table with the columns given and :data:`ROW`; what lies above its header is skipped.

    A text column that is not there is "", a number NaN. Columns that are not asked for are left out.

    Raises
    ------
    InputError
        The file is no sheet, a column is not there or twice, or a cell cannot be read; it names file, row and column.
    """

    def fits(header: list[str]) -> bool:
        found = {_key(cell) for cell in header}
        return all(found & _names(column) for column in columns if column.needed)

    if not path.is_file():
        raise InputError(f"{path} {'is a folder, not a sheet' if path.is_dir() else 'does not exist'}.")
    read = read_rows(path, fits)
    start = next((i for i, (_, cells) in enumerate(read.rows) if fits(cells)), None)
    if start is None:
        raise InputError(_no_header(read.where, read.rows[0][1], columns))
    header = read.rows[start][1]
    rows = [(number, [*cells, *[""] * (len(header) - len(cells))]) for number, cells in read.rows[start + 1 :]]
    if not rows:
        raise InputError(f"{read.where} has a header and no rows.")
    table: dict[str, Any] = {ROW: [number for number, _ in rows]}
    for column in columns:
        places = [i for i, cell in enumerate(header) if _key(cell) == _key(column.name)]
        places = places or [i for i, cell in enumerate(header) if _key(cell) in _names(column)]
        if len(places) > 1:
            told = listed([repr(header[i]) for i in places])
            raise InputError(f"{read.where}: {told} may both be the column {column.name}; keep one of them.")
        cells = [row[places[0]] for _, row in rows] if places else None
        where = [f"{read.where}, row {number}, column {column.name}" for number, _ in rows]
        table |= _READ[column.kind](column, cells, where)
    return pd.DataFrame(table)


def _no_header(where: str, first: list[str], columns: Sequence[SheetColumn]) -> str:
    has = {_key(cell) for cell in first}
    lacking = [column.name for column in columns if column.needed and not has & _names(column)]
    needed = [column.name for column in columns if column.needed]
    told = listed([cell for cell in first if cell])
    return (
        f"{where} has no column {lacking[0] if lacking else needed[0]}. It must have {listed(needed)}. "
        f"Its first row is {told}."
    )


def _key(cell: str) -> str:
    """Letters and digits; a Cyrillic т, as in the ``Cт`` of some instruments, is a t."""
    return "".join(letter for letter in cell.casefold().replace("т", "t") if letter.isalnum())


def _names(column: SheetColumn) -> set[str]:
    return {_key(column.name), *column.others}


def _text(column: SheetColumn, cells: list[str] | None, where: list[str]) -> dict[str, Any]:
    told = ["" if is_missing(cell, column.name) else cell for cell in cells or [""] * len(where)]
    return {column.name: pd.Series(told, dtype=object)}


def _truth(column: SheetColumn, cells: list[str] | None, where: list[str]) -> dict[str, Any]:
    found = []
    for cell, at in zip(cells or [""] * len(where), where, strict=True):
        word = cell.casefold()
        if word not in (*_YES, *_NO) and (column.needed or not is_missing(cell, column.name)):
            raise InputError(f"{at}: it must be yes or no. Got {cell!r} instead.")
        found.append(word in _YES)
    return {column.name: found}


def _numbers(column: SheetColumn, cells: list[str] | None, where: list[str]) -> dict[str, Any]:
    if cells is None:
        return {column.name: np.full(len(where), np.nan)}
    comma = _has_decimal_comma(cells)
    found = []
    for cell, at in zip(cells, where, strict=True):
        if is_missing(cell, column.name):
            if column.needed:
                raise InputError(f"{at}: it must be {_wanted(column)}. Got {cell!r} instead.")
            found.append(np.nan)
        else:
            found.append(_number(cell, column, at, comma=comma))
    return {column.name: np.array(found, dtype=np.float64)}


def _cq(column: SheetColumn, cells: list[str] | None, where: list[str]) -> dict[str, Any]:
    found = []
    for cell, at in zip(cells or [""] * len(where), where, strict=True):
        none = is_missing(cell, column.name) or _UNDETECTED.fullmatch(cell)
        found.append(np.nan if none else _number(cell, column, at, comma=True))
    return {column.name: np.array(found, dtype=np.float64)}


def _counts(column: SheetColumn, cells: list[str] | None, where: list[str]) -> dict[str, Any]:
    """NaN of a well of which only a word says that it was too full."""
    found, least = [], []
    for cell, at in zip(cells or [""] * len(where), where, strict=True):
        more = _MORE_THAN.fullmatch(cell)
        full = bool(_TOO_MANY.fullmatch(cell))
        least.append(bool(more) or full)
        if full:
            found.append(np.nan)
        elif more:
            found.append(float(more["number"]) + (not cell.startswith((">=", "≥"))))
        else:
            found.append(_number(cell, column, at, comma=False, also=", or TNTC, or as >200"))
    return {column.name: np.array(found, dtype=np.float64), column.name + AT_LEAST: least}


_READ: Final[dict[Kind, Callable[[SheetColumn, list[str] | None, list[str]], dict[str, Any]]]] = {
    "text": _text,
    "truth": _truth,
    "whole": _numbers,
    "number": _numbers,
    "cq": _cq,
    "count": _counts,
}


def _has_decimal_comma(cells: Sequence[str]) -> bool:
    """Whether a cell of the column has a comma that parts no thousands."""
    return any("," in cell and _NUMBER.fullmatch(cell) and not _THOUSANDS.fullmatch(cell) for cell in cells)


def _number(cell: str, column: SheetColumn, at: str, *, comma: bool, also: str = "") -> float:
    whole = column.kind in ("whole", "count")
    if _THOUSANDS.fullmatch(cell) and (whole or ("," in cell and not comma)):
        plain = re.sub(r"\D", "", cell)
        raise InputError(f"{at}: {cell!r} may have a decimal sign or thousands set apart. Write {plain}, if it is so.")
    if not _NUMBER.fullmatch(cell):
        raise InputError(f"{at}: it must be {_wanted(column)}{also}. Got {cell!r} instead.")
    value = float(cell.replace(",", "."))
    low = -np.inf if column.least is None else column.least
    if not np.isfinite(value) or value < low or (whole and (value % 1 or value > _MOST_COUNTED)):
        raise InputError(f"{at}: it must be {_wanted(column)}{also}. Got {cell!r} instead.")
    return value


def _wanted(column: SheetColumn) -> str:
    kind = "a whole number" if column.kind in ("whole", "count") else "a number"
    return kind + ("" if column.least is None else f" >= {column.least:g}")
