"""Finding FCS files, and naming the samples after them."""

import gzip
import re
import zlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from natsort import natsorted

from cytoclust.errors import InputError
from cytoclust.io._sample_id import safe_sample_id

__all__ = ["find_files", "in_folder", "is_fcs", "is_named_fcs", "sample_ids"]

_NAMED: Final = re.compile(r"\.(?:fcs|lmd)(?:\.gz)?$", re.IGNORECASE)
_NUMBERED: Final = re.compile(r"\.\d{1,4}$")  # FACSCalibur: Sample.001


def find_files(paths: Sequence[Path]) -> list[Path]:
    """The FCS files among files and folders: as given, those of a folder sorted naturally.

    Raises
    ------
    InputError
        A folder without any, a file that is empty or not FCS, or a file given twice.
    """
    files: list[Path] = []
    for path in paths:
        files += in_folder(path) if path.is_dir() else [path]
    seen: set[Path] = set()
    for file in files:
        if file.stat().st_size == 0:
            raise InputError(f"{file} is empty; leave it out.")
        if not is_fcs(file):
            raise InputError(f"{file} is not an FCS file; leave it out.")
        if file.resolve() in seen:
            raise InputError(f"{file} is given twice; give it once.")
        seen.add(file.resolve())
    return files


def in_folder(folder: Path) -> list[Path]:
    """The files of a folder that are called as FCS files are, sorted naturally."""
    entries = [path for path in folder.iterdir() if not path.name.startswith(".")]
    for path in entries:
        if path.is_symlink() and not path.exists() and _NAMED.search(path.name):
            raise InputError(f"{path} is a link to a file that does not exist.")
    visible = [path for path in entries if path.is_file()]
    files = [path for path in visible if _NAMED.search(path.name) or (_NUMBERED.search(path.name) and is_fcs(path))]
    if not files:
        raise InputError(f"{folder} holds no FCS files (.fcs, .lmd, .fcs.gz, or a number such as .001).")
    return natsorted(files, key=lambda path: path.name)


def is_named_fcs(path: Path) -> bool:
    """Whether a file is called as FCS files are, whatever it holds."""
    return _NAMED.search(path.name) is not None


def is_fcs(path: Path) -> bool:
    """Whether a file begins as FCS does, gzipped or not."""
    try:
        with path.open("rb") as handle:
            magic = handle.read(3)
        if magic[:2] == b"\x1f\x8b":
            with gzip.open(path) as handle:
                magic = handle.read(3)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return False
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from None
    return magic == b"FCS"


def sample_ids(files: Sequence[Path]) -> list[str]:
    """The stem of each file, with its folder's name before it where files of several folders are called the same.

    Raises
    ------
    InputError
        Two files would still give one sample.
    """
    stems = [_NAMED.sub("", file.name) for file in files]
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
