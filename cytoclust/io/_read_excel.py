"""The cells of an Excel workbook as people see them."""

import datetime as dt
import re
import warnings
import zipfile
from pathlib import Path
from typing import Any, Final

from cytoclust.errors import InputError

__all__ = ["is_excel", "read_excel"]

_SUFFIXES: Final = (".xlsx", ".xlsm", ".xltx")
_ZEROS: Final = re.compile(r"0+")
_MOST: Final = 2**26
"""Bytes of a workbook, unpacked. Bears on no result: a sheet of ten thousand samples has some two million."""
_CELLS: Final = 2_000_000
"""Places from the first cell of a worksheet to its last, or within its merged cells. Bears on no result."""
_PIECE: Final = 2**20
_MERGED: Final = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?\bref\s*=\s*[\"']([^\"']*)")
_PLACE: Final = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br\s*=\s*[\"']([A-Za-z]{1,3}\d{1,7})[\"']")
_ROW: Final = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br\s*=\s*[\"'](\d{1,7})[\"']")


def is_excel(path: Path) -> bool:
    """Whether a file is called as workbooks are that can be read."""
    return path.name.casefold().endswith(_SUFFIXES)


def read_excel(path: Path) -> dict[str, list[tuple[int, list[str]]]]:
    """Of each worksheet, number and cells of every row: whole numbers without ``.0``, dates as ISO.

    Numbers that are shown with leading zeros keep them.

    Raises
    ------
    InputError
        openpyxl is not installed, or the workbook is larger than any sheet.
    """
    try:
        import openpyxl  # type: ignore[import-untyped]
    except ImportError:
        raise InputError(
            f"{path} is an Excel workbook, which takes openpyxl: `pip install openpyxl`, or save it as CSV."
        ) from None
    _refuse_large(path)
    with warnings.catch_warnings(), path.open("rb") as handle:
        warnings.simplefilter("ignore")  # openpyxl's, of styles and extensions that it does not keep
        book = openpyxl.load_workbook(handle, read_only=False, data_only=True)
        return {sheet.title: _rows(sheet) for sheet in book.worksheets if sheet.max_row}


def _refuse_large(path: Path) -> None:
    """Refuse what would fill the memory: packed many times over, or with cells far from the first."""
    left = _MOST
    with path.open("rb") as handle, zipfile.ZipFile(handle) as archive:
        for name in archive.namelist():
            parts = []
            with archive.open(name) as part:
                while piece := part.read(_PIECE):
                    left -= len(piece)
                    if left < 0:
                        raise InputError(
                            f"{path} has more than {_MOST // 2**20} MB unpacked, as no sheet of samples has."
                        )
                    parts.append(piece)
            if name.startswith("xl/worksheets/"):
                _refuse_wide(path, b"".join(parts))


def _refuse_wide(path: Path, xml: bytes) -> None:
    from openpyxl.utils import cell as cells  # type: ignore[import-untyped]

    places = [cells.coordinate_from_string(each.decode()) for each in set(_PLACE.findall(xml))]
    rows = max([1, *map(int, _ROW.findall(xml)), *(row for _, row in places)])
    columns = max([1, *(cells.column_index_from_string(letters) for letters, _ in places)])
    merged = 0
    for area in _MERGED.findall(xml):
        left, top, right, bottom = cells.range_boundaries(area.decode("latin-1"))
        merged += (abs(right - left) + 1) * (abs(bottom - top) + 1)
    if max(rows * columns, merged) > _CELLS:
        raise InputError(
            f"{path} has cells so far apart or merged that a worksheet would have {max(rows * columns, merged)}; at "
            f"most {_CELLS} are read. Delete what is beyond the table, or save it as CSV."
        )


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
