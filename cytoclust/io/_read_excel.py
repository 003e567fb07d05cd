"""The cells of an Excel workbook as people see them."""

import datetime as dt
import re
import warnings
from pathlib import Path
from typing import Any, Final

from cytoclust.errors import InputError

__all__ = ["is_excel", "read_excel"]

_SUFFIXES: Final = (".xlsx", ".xlsm", ".xltx")
_ZEROS: Final = re.compile(r"0+")


def is_excel(path: Path) -> bool:
    """Whether a file is called as workbooks are that can be read."""
    return path.name.casefold().endswith(_SUFFIXES)


def read_excel(path: Path) -> dict[str, list[tuple[int, list[str]]]]:
    """Of each worksheet, number and cells of every row: whole numbers without ``.0``, dates as ISO.

    Numbers that are shown with leading zeros keep them.

    Raises
    ------
    InputError
        openpyxl is not installed.
    """
    try:
        import openpyxl  # type: ignore[import-untyped]
    except ImportError:
        raise InputError(
            f"{path} is an Excel workbook, which takes openpyxl: `pip install openpyxl`, or save it as CSV."
        ) from None
    with warnings.catch_warnings(), path.open("rb") as handle:
        warnings.simplefilter("ignore")  # openpyxl's, of styles and extensions that it does not keep
        book = openpyxl.load_workbook(handle, read_only=False, data_only=True)
        return {sheet.title: _rows(sheet) for sheet in book.worksheets if sheet.max_row}


def _rows(sheet: Any) -> list[tuple[int, list[str]]]:
    """Number and cells of each row; those that are merged downwards have the same in every row."""
    first = {
        (number, area.min_col): sheet.cell(area.min_row, area.min_col)
        for area in sheet.merged_cells.ranges
        for number in range(area.min_row, area.max_row + 1)
    }
    whole = [[first.get((cell.row, cell.column), cell) for cell in row] for row in sheet]
    return [
        (number, [_shown(cell.value, cell.number_format) for cell in row]) for number, row in enumerate(whole, start=1)
    ]


def _shown(value: Any, number_format: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "minutes")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    if isinstance(value, int) and value >= 0 and _ZEROS.fullmatch(number_format or ""):
        return f"{value:0{len(number_format)}d}"
    return repr(value) if isinstance(value, float) else str(value)
