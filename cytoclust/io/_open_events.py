"""Opening a file of events, whatever its format."""

from pathlib import Path
from typing import Final

from cytoclust.io._event_file import EventFile
from cytoclust.io._fcs_file import Follow
from cytoclust.params import D
from cytoclust.registry import READERS, Reader
from cytoclust.words import listed

__all__ = ["formats", "is_event_file", "named_as_events", "open_events", "suffixes", "without_suffix"]

FIRST: Final = READERS.ours[0]


def open_events(path: str | Path, *, data_offset: Follow = D.read.data_offset) -> EventFile:
    """Open an event file by the reader that its name calls for, else by what it holds (``registry.READERS``).

    Parameters
    ----------
    path
        The file.
    data_offset
        Of an FCS file: see :func:`open_fcs`.

    Raises
    ------
    InputError
        The file cannot be read rightly; the message says what is wrong and what is allowed.
    """
    path = Path(path)
    named = _named(path)
    found = named if len(named) == 1 else [row for row in named or READERS.rows() if path.is_file() and row.knows(path)]
    row = (found or [FIRST])[0]
    options = {"data_offset": data_offset} if row is FIRST else {}
    file: EventFile = row.load()(path, **options)
    return file


def is_event_file(path: Path) -> bool:
    """Whether a file is one that some reader can open, by what it holds.

    Raises
    ------
    InputError
        It cannot be read at all.
    """
    return any(row.knows(path) for row in READERS.rows())


def named_as_events(path: Path) -> bool:
    """Whether a file is called as event files are, whatever it holds."""
    return bool(_named(path))


def without_suffix(name: str) -> str:
    """A file's name without the suffix that its reader knows."""
    known = [suffix for row in _named(Path(name)) for suffix in row.suffixes if name.casefold().endswith(suffix)]
    return name[: len(name) - max(map(len, known), default=0)]


def formats() -> str:
    """What event files are called in messages: ``FCS``, or ``FCS or Parquet``."""
    return listed([row.label for row in READERS.rows()], "or")


def suffixes() -> str:
    """How names of event files end, for messages."""
    return ", ".join(suffix for row in READERS.rows() for suffix in row.suffixes)


def _named(path: Path) -> list[Reader]:
    return [row for row in READERS.rows() if path.name.casefold().endswith(row.suffixes)]
