"""Finding event files, and naming the samples after them."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from natsort import natsorted

from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io._is_table import is_event_table
from cytoclust.io._open_events import (
    formats,
    is_event_file,
    named_as_events,
    no_events,
    suffixes,
    without_suffix,
)
from cytoclust.io._read_rows import has_rows
from cytoclust.io._sample_id import safe_sample_id
from cytoclust.io._sheet_columns import is_sheet_header

__all__ = ["find_files", "in_folder", "sample_ids"]

_NUMBERED: Final = re.compile(r"\.\d{1,4}$")  # FACSCalibur: Sample.001
_SHEETS: Final = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm")


def find_files(paths: Sequence[Path], *, check: bool = True) -> tuple[list[Path], list[Finding]]:
    """The event files among files and folders: as given, those of a folder sorted naturally; and what was passed over.

    Raises
    ------
    InputError
        A folder without any, or a file given twice; with ``check``, a file that is empty or that no reader knows.
    """
    files: list[Path] = []
    notes: list[Finding] = []
    for path in paths:
        found, more = in_folder(path) if path.is_dir() else ([path], [])
        files += found
        notes += more
    seen: set[Path] = set()
    for file in files:
        if check:
            _check(file, alone=len(paths) == 1)
        if file.resolve() in seen:
            raise InputError(f"{file} is given twice; give it once.")
        seen.add(file.resolve())
    return files, notes


def _check(file: Path, *, alone: bool) -> None:
    if file.stat().st_size == 0:
        raise InputError(f"{file} is empty; leave it out.")
    if is_event_file(file):
        return
    if not alone and file.name.casefold().endswith(_SHEETS[:3]) and is_sheet_header(has_rows(file)):
        raise InputError(f"{file} is not an {formats()} file but a sheet; give it alone.")
    raise InputError(f"{no_events(file)}; leave it out.")


def in_folder(folder: Path) -> tuple[list[Path], list[Finding]]:
    """The event files of a folder, sorted naturally, and what was passed over.

    Where files are called as only event files are, such as .fcs, these are taken; tables of events (CSV) where there
    are none: beside FCS files they are what programs write about them.

    Raises
    ------
    InputError
        There are none.
    """
    entries = [path for path in folder.iterdir() if not path.name.startswith((".", "~$"))]
    for path in entries:
        if path.is_symlink() and not path.exists() and named_as_events(path):
            raise InputError(f"{path} is a link to a file that does not exist.")
    visible = natsorted((path for path in entries if path.is_file()), key=lambda path: path.name)
    files = [path for path in visible if named_as_events(path) or (_NUMBERED.search(path.name) and is_event_file(path))]
    others = [path for path in visible if path not in set(files)]
    tables = [path for path in others if is_event_table(path, strict=True)]
    if not files:
        files, tables = tables, []
    if not files:
        raise InputError(f"{folder} holds no {formats()} files ({suffixes()}, or a number such as .001).")
    return files, _passed_over(folder, tables, [path for path in others if path not in set(files)])


def _passed_over(folder: Path, tables: Sequence[Path], others: Sequence[Path]) -> list[Finding]:
    notes = []
    if tables:
        notes.append(Finding("tables beside events", folder=str(folder), files=[path.name for path in tables]))
    sheets = [path.name for path in others if path.name.casefold().endswith(_SHEETS[:3]) and _is_sheet(path)]
    if sheets:
        notes.append(Finding("sheet in folder", folder=str(folder), files=sheets))
    return notes


def _is_sheet(path: Path) -> bool:
    return path.stat().st_size > 0 and is_sheet_header(has_rows(path))


def sample_ids(files: Sequence[Path]) -> list[str]:
    """The stem of each file, with its folder's name before it where files of several folders are called the same.

    Raises
    ------
    InputError
        Two files would still give one sample.
    """
    stems = [without_suffix(file.name) for file in files]
    often = Counter(stem.casefold() for stem in stems)
    names = [
        safe_sample_id(stem if often[stem.casefold()] == 1 else f"{file.resolve().parent.name}_{stem}")
        for stem, file in zip(stems, files, strict=True)
    ]
    seen: dict[str, Path] = {}
    for name, file in zip(names, files, strict=True):
        if name.casefold() in seen:
            raise InputError(f"{file} and {seen[name.casefold()]} would both be sample {name!r}: name them in a sheet.")
        seen[name.casefold()] = file
    return names
