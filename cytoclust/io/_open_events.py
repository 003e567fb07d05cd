"""Opening a file of events, whatever its format."""

from dataclasses import is_dataclass, replace
from pathlib import Path
from typing import Any, Final, cast

from cytoclust.errors import InputError
from cytoclust.io._event_file import EventFile
from cytoclust.io._fcs_file import Follow
from cytoclust.io._other_formats import what_it_is
from cytoclust.io._url_path import as_path
from cytoclust.params import D
from cytoclust.registry import READERS, Reader
from cytoclust.words import listed

__all__ = [
    "formats",
    "is_event_file",
    "named_as_events",
    "no_events",
    "open_events",
    "reader_of",
    "suffixes",
    "without_suffix",
]

FIRST: Final = READERS.ours[0]
_FURTHER: Final = "further data sets"


def open_events(path: str | Path, *, dataset: int | None = None, data_offset: Follow = D.read.data_offset) -> EventFile:
    """Open an event file by the reader that its name calls for, else by what it holds (``registry.READERS``).

    Parameters
    ----------
    path
        The file.
    dataset
        Which data set, from 0, where the file holds several; by default the first, and a note says that there are more.
    data_offset
        Of an FCS file: see :func:`open_fcs`.

    Raises
    ------
    InputError
        The file cannot be read rightly; the message says what is wrong and what is allowed.
    """
    path = as_path(path)
    reader = reader_of(path)
    if reader is None:
        if path.is_file() and path.stat().st_size and (what := what_it_is(path)):
            raise InputError(f"{path} is no file of events.{what}")
        reader = next(iter(_named(path)), FIRST)
    if dataset and not reader.several:
        raise InputError(f"{path} holds one data set; {dataset + 1} was asked for.")
    options = {"data_offset": data_offset} if reader is FIRST else {}
    file: Any = reader.load()(path, **options, **({"dataset": dataset} if dataset else {}))
    opened: EventFile = file
    if dataset is not None and is_dataclass(file):  # it was chosen
        opened = replace(cast(Any, file), notes=tuple(note for note in opened.notes if note.code != _FURTHER))
    return opened


def reader_of(path: Path) -> Reader | None:
    """The reader that opens a file; None if none knows it."""
    named = [row for row in _named(path) if row.by_name]
    if len(named) == 1 and not (path.is_file() and not named[0].knows(path) and what_it_is(path)):
        return named[0]
    return next((row for row in named or READERS.rows() if path.is_file() and row.knows(path)), None)


def is_event_file(path: Path) -> bool:
    """Whether a file is one that some reader can open, by what it holds.

    Raises
    ------
    InputError
        It cannot be read at all.
    """
    return any(row.knows(path) for row in READERS.rows())


def named_as_events(path: Path) -> bool:
    """Whether a file is called as only event files are, whatever it holds."""
    return any(row.by_name for row in _named(path))


def without_suffix(name: str) -> str:
    """A file's name without the suffix that its reader knows."""
    known = [suffix for row in _named(Path(name)) for suffix in row.suffixes if name.casefold().endswith(suffix)]
    return name[: len(name) - max(map(len, known), default=0)]


def no_events(path: Path) -> str:
    """That a file holds no events, with what it is, for messages."""
    label = FIRST.label if FIRST in _named(path) else formats()
    return f"{path} is not an {label} file{_stop(what_it_is(path))}"


def _stop(what: str) -> str:
    return f".{what.removesuffix('.')}" if what else ""


def formats() -> str:
    """What event files are called in messages: ``FCS``, or ``FCS or Parquet``."""
    return listed([row.label for row in READERS.rows()], "or")


def suffixes() -> str:
    """How names of event files end, for messages."""
    return ", ".join(suffix for row in READERS.rows() for suffix in row.suffixes)


def _named(path: Path) -> list[Reader]:
    return [row for row in READERS.rows() if path.name.casefold().endswith(row.suffixes)]
