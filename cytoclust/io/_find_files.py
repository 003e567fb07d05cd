"""Finding event files, and naming the samples after them."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from natsort import natsorted

from cytoclust.errors import InputError
from cytoclust.io._open_events import formats, is_event_file, named_as_events, suffixes, without_suffix
from cytoclust.io._sample_id import safe_sample_id

__all__ = ["find_files", "in_folder", "sample_ids"]

_NUMBERED: Final = re.compile(r"\.\d{1,4}$")  # FACSCalibur: Sample.001


def find_files(paths: Sequence[Path]) -> list[Path]:
    """The event files among files and folders: as given, those of a folder sorted naturally.

    Raises
    ------
    InputError
        A folder without any, a file that is empty or that no reader knows, or a file given twice.
    """
    files: list[Path] = []
    for path in paths:
        files += in_folder(path) if path.is_dir() else [path]
    seen: set[Path] = set()
    for file in files:
        if file.stat().st_size == 0:
            raise InputError(f"{file} is empty; leave it out.")
        if not is_event_file(file):
            raise InputError(f"{file} is not an {formats()} file; leave it out.")
        if file.resolve() in seen:
            raise InputError(f"{file} is given twice; give it once.")
        seen.add(file.resolve())
    return files


def in_folder(folder: Path) -> list[Path]:
    """The files of a folder that are called as event files are, sorted naturally."""
    entries = [path for path in folder.iterdir() if not path.name.startswith(".")]
    for path in entries:
        if path.is_symlink() and not path.exists() and named_as_events(path):
            raise InputError(f"{path} is a link to a file that does not exist.")
    visible = [path for path in entries if path.is_file()]
    files = [path for path in visible if named_as_events(path) or (_NUMBERED.search(path.name) and is_event_file(path))]
    if not files:
        raise InputError(f"{folder} holds no {formats()} files ({suffixes()}, or a number such as .001).")
    return natsorted(files, key=lambda path: path.name)


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
