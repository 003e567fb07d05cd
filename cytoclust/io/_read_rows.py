"""The rows of a sheet, from text or from an Excel workbook."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io._decode_text import decode_text
from cytoclust.io._read_excel import is_excel, read_excel
from cytoclust.io._unreadable import unreadable

__all__ = ["Rows", "has_rows", "read_rows", "separator_of"]

SEPARATORS: Final = (",", ";", "\t")
_SAID: Final = re.compile(r"\ufeff?\"?sep=(?P<separator>.)\"?", re.IGNORECASE)  # Excel's first line
_LOOKED_AT: Final = 2**16  # bytes
_PARSING: Final = (KeyError, ValueError, TypeError, AttributeError, IndexError, AssertionError, SyntaxError)
"""What openpyxl raises of XML that is not a workbook's (a parser's error is a SyntaxError)."""


@dataclass(frozen=True)
class Rows:
    """Number and cells of every row that is not blank; the first is the header.

    Attributes
    ----------
    where
        The file, and the worksheet where it has several, for messages.
    rows
        Cells have no blanks around them, and single ones within.
    notes
        What was assumed.
    """

    where: str
    rows: list[tuple[int, list[str]]]
    notes: tuple[Finding, ...] = ()


def read_rows(sheet: Path, fits: Callable[[list[str]], bool]) -> Rows:
    """The rows of a sheet; of a workbook, those of the first worksheet whose header ``fits``, or of the first.

    Raises
    ------
    InputError
        It is no text and no workbook, or it is empty.
    """
    try:
        if is_excel(sheet):
            return _of_workbook(sheet, fits)
        data = sheet.read_bytes()
    except OSError as error:
        raise unreadable(sheet, error) from None
    try:
        text, encoding = decode_text(data)
    except (ValueError, UnicodeError):
        raise InputError(f"{sheet} is not a sheet: it is neither text nor an Excel workbook.") from None
    notes = (Finding("sheet not utf-8", sheet=str(sheet)),) if encoding == "cp1252" else ()
    rows = _of_text(sheet, text)
    if not rows:
        raise InputError(f"{sheet} is empty.")
    return Rows(str(sheet), rows, notes)


def has_rows(path: Path) -> list[str]:
    """The header that a text file would have as a sheet; empty of what is no text."""
    with path.open("rb") as handle:
        head = handle.read(_LOOKED_AT)
    try:
        text, _ = decode_text(head)
        return next((cells for _, cells in _of_text(path, text)), [])
    except (InputError, ValueError, UnicodeError):
        return []


def separator_of(line: str) -> str:
    """What parts the cells of a header."""
    return max(SEPARATORS, key=line.count)


def _of_text(sheet: Path, text: str) -> list[tuple[int, list[str]]]:
    lines = [line for line in text.splitlines() if line.strip(" \0\ufeff")]
    if not lines:
        return []
    said = _SAID.fullmatch(lines[0].strip())
    separator = said["separator"] if said else separator_of(lines[0])
    reader = csv.reader(io.StringIO(text.rstrip("\0\x1a"), newline=None), delimiter=separator)
    try:
        rows = [(reader.line_num, [_tidy(cell) for cell in row]) for row in reader if any(map(_tidy, row))]
    except csv.Error as error:
        raise InputError(f"{sheet}, row {reader.line_num}: {error}.") from None
    return rows[1:] if said else rows


def _of_workbook(sheet: Path, fits: Callable[[list[str]], bool]) -> Rows:
    try:
        worksheets = read_excel(sheet)
    except InputError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, *_PARSING) as error:
        why = " ".join(str(error).split())[:200]
        raise InputError(f"{sheet} is not a whole Excel workbook ({why}); save it again, or as CSV.") from None
    tidy = {
        name: [(number, cells) for number, row in rows if any(cells := [_tidy(cell) for cell in row])]
        for name, rows in worksheets.items()
    }
    filled = {name: rows for name, rows in tidy.items() if rows}
    if not filled:
        raise InputError(f"{sheet} is empty.")
    name = next((name for name, rows in filled.items() if fits(rows[0][1])), next(iter(filled)))
    notes = (Finding("one worksheet", sheet=str(sheet), name=name, of=list(filled)),) if len(filled) > 1 else ()
    return Rows(f"{sheet} ({name})" if len(filled) > 1 else str(sheet), filled[name], notes)


def _tidy(cell: str) -> str:
    """Without blanks around it (no-break ones too), and with single ones within; ends of lines stay."""
    plain = cell.replace("\ufeff", "").replace("\u200b", "").replace("\0", "")
    return "\n".join(" ".join(line.split()) for line in plain.strip().splitlines())
