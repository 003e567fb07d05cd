"""The file that a cell of a sheet names."""

import difflib
import re
from pathlib import Path, PureWindowsPath
from typing import Final

from cytoclust.io._url_path import as_path, is_url

__all__ = ["is_file", "like_it", "sheet_path"]

_WINDOWS: Final = re.compile(r"[A-Za-z]:[\\/]|\\\\")


def sheet_path(sheet: Path, cell: str) -> Path:
    r"""The file: relative to the sheet, absolute, or in the home folder (``~``); ``\`` parts folders where it must.

    A file of another computer (``C:\\data\\a.fcs``) is the one of that name beside the sheet, if it is there.
    """
    cell = cell.strip("\"'").removeprefix("file://") or cell
    if is_url(cell):
        return as_path(cell)
    if is_url(sheet):
        return sheet.parent / cell
    plain = sheet.parent / _home(cell)
    if is_file(plain) or "\\" not in cell:
        return plain
    if _WINDOWS.match(cell):
        beside = sheet.parent / PureWindowsPath(cell).name
        return beside if is_file(beside) else plain
    return sheet.parent / _home(cell.replace("\\", "/"))


def _home(cell: str) -> Path:
    try:
        return Path(cell).expanduser()
    except RuntimeError:  # of a user that is not there
        return Path(cell)


def is_file(path: Path) -> bool:
    """Whether it is one; what cannot be is none."""
    try:
        return path.is_file()
    except (OSError, ValueError):  # such as a name that is too long
        return False


def like_it(path: Path) -> str:
    """`` Did you mean 'a.fcs'?`` of the folder's files; empty if none is like it."""
    try:
        names = [each.name for each in path.parent.iterdir()]
    except (OSError, ValueError):
        return ""
    same = [name for name in names if name.casefold() == path.name.casefold() or Path(name).stem == path.name]
    near = same or difflib.get_close_matches(path.name, names, n=1, cutoff=0.85)
    return f" Did you mean {near[0]!r}?" if near else ""
