"""The file of events that a sample of a run came from."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io import sha256
from cytoclust.record import InputFile

__all__ = ["find_events"]

_LEGEND: Final = "legend.csv"
"""What stands beside files that a run exported."""


def find_events(sample: InputFile, folders: Sequence[Path]) -> Path | Finding:
    """Where the file is that the run read: where it was, else by its name in some folders; known by its SHA-256.

    Returns
    -------
    The path, or a finding that says that it is not there, or holds something else by now. What a run exported under
    the same name is neither.
    """
    was = Path(sample.path)
    places = [was, *(path for folder in folders for path in _called(was.name, folder))]
    there = [path for path in dict.fromkeys(places) if path.is_file()]
    for path in there:
        if not sample.sha256 or sha256(path) == sample.sha256:
            return path
    other = [path for path in there if path == was or not (path.parent / _LEGEND).is_file()]
    if other:
        return Finding("events changed", path=str(other[0]))
    return Finding("events not found", path=str(was))


def _called(name: str, folder: Path) -> list[Path]:
    """Files of a folder, and of those in it, with a name."""
    if not folder.is_dir():
        return []
    return [folder / name, *sorted(path for path in folder.glob(f"*/{_plain(name)}"))]


def _plain(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "[]*?" else letter for letter in name)


def only_folder(folder: str | Path | None) -> list[Path]:
    """A folder that was given, if it is one.

    Raises
    ------
    InputError
        It is none.
    """
    if folder is None:
        return []
    path = Path(folder)
    if not path.is_dir():
        raise InputError(f"{path} is no folder; a folder with the files of events is allowed.")
    return [path]
