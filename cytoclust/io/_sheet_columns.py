"""What the columns of a sheet are, by their names."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.findings import Finding

__all__ = ["COLUMNS", "Columns", "find_columns", "is_sheet_header", "names_any"]

_NEEDED: Final = (keys.SAMPLE, keys.PATH)
_OPTIONAL: Final = (*keys.SHEET_COLUMNS, keys.CONTROL, keys.DATASET)
COLUMNS: Final = (*_NEEDED, *_OPTIONAL)
_LIKE: Final = 0.75  # of the letters of a name, those in common with a known one from which it is asked about
_SYNONYMS: Final = {
    keys.SAMPLE: ("sample", "samplename", "samplenr", "sampleno"),
    keys.PATH: ("file", "filename", "filepath", "fcs", "fcsfile", "fcsfilename", "fcspath"),
    keys.PATIENT: ("patient", "subject", "subjectid", "donor", "donorid", "participant", "participantid"),
    keys.GROUP: ("condition",),
    keys.TIMEPOINT: ("visit",),
    keys.BATCH: ("batchid",),
}


@dataclass(frozen=True)
class Columns:
    """Where each known column stands, the names of further ones, and what is doubtful."""

    at: dict[str, int]
    further: dict[str, int]
    notes: tuple[Finding, ...]


def is_sheet_header(cells: Sequence[str]) -> bool:
    """Whether a row names the columns that a sheet must have."""
    names = [_key(cell) for cell in cells]
    return all(_places(name, names) for name in _NEEDED)


def names_any(cells: Sequence[str]) -> bool:
    """Whether a row names a column that sheets have."""
    names = [_key(cell) for cell in cells]
    return any(_places(column, names) for column in COLUMNS)


def find_columns(sheet: str, header: Sequence[str]) -> Columns:
    """Columns by name, whatever its case, blanks and hyphens, or by another usual name where that is the only one.

    Raises
    ------
    InputError
        A column that is needed is absent, or one that is known is there twice.
    """
    names = [_key(cell) for cell in header]
    at: dict[str, int] = {}
    for column in COLUMNS:
        places = _places(column, names)
        exact = [place for place in places if names[place] == _key(column)]
        if len(exact) > 1:
            raise InputError(f"{sheet} has the column {column} {len(exact)} times; one is allowed.")
        if column in _NEEDED and len(places) > 1 and not exact:
            told = " and ".join(repr(header[place]) for place in places)
            raise InputError(f"{sheet}: {told} may both be the column {column}; call one of them so.")
        if len(exact or places) == 1:
            (at[column],) = exact or places
    for column in _NEEDED:
        if column not in at:
            has = ", ".join(cell for cell in header if cell)
            raise InputError(f"{sheet} has no column {column}. It has {has}.")
    further = {cell: place for place, cell in enumerate(header) if cell and place not in at.values()}
    return Columns(at, further, tuple(_doubts(sheet, header, names, at, further)))


def _doubts(
    sheet: str, header: Sequence[str], names: Sequence[str], at: dict[str, int], further: dict[str, int]
) -> list[Finding]:  # fmt: skip
    called = {column: header[place] for column, place in at.items() if names[place] != _key(column)}
    found = []
    if called:
        found.append(Finding("columns by other names", sheet=sheet, columns=called))
    absent = {_key(column): column for column in _OPTIONAL if column not in at}
    for cell in further:
        near = next(iter(difflib.get_close_matches(_key(cell), absent, n=1, cutoff=_LIKE)), "")
        same = next((column for column in absent.values() if _key(cell) in _SYNONYMS.get(column, ())), "")
        if near or same:
            found.append(Finding("unknown column", sheet=sheet, column=cell, near=absent.get(near, same)))
    return found


def _places(column: str, names: Sequence[str]) -> list[int]:
    return [i for i, name in enumerate(names) if name == _key(column) or name in _SYNONYMS.get(column, ())]


def _key(cell: str) -> str:
    """``Sample ID``, ``sample-id`` and ``SampleID`` are one."""
    return "".join(letter for letter in cell.casefold() if letter.isalnum())
