"""The bytes of a file, mapped; of a packed one, those of its unpacked copy."""

import errno
import gzip
import shutil
import zlib
from pathlib import Path
from typing import Any, Final

import numpy as np

from cytoclust.errors import InputError, LimitError
from cytoclust.io._far_bytes import FarBytes
from cytoclust.io._open_gzip import open_gzip
from cytoclust.io._spool import Spool
from cytoclust.io._unreadable import unreadable
from cytoclust.io._url_path import UrlPath

__all__ = ["is_gzip", "open_bytes"]

_GZIP: Final = b"\x1f\x8b"


class _Unpacked(np.ndarray):
    """Bytes of an unpacked copy, which they keep there."""

    spool: Spool | None = None


def open_bytes(path: Path) -> Any:
    """A file as (n,) uint8, read-only and memory-mapped; where it is gzipped, an unpacked copy of it.

    Of object storage they are :class:`FarBytes`, whose slices are such arrays.

    Raises
    ------
    InputError
        The file is absent, no regular file, empty, or its gzip stream is broken or without end.
    LimitError
        The system allows no more open files, or has no room for the copy.
    """
    try:
        if not isinstance(path, UrlPath) and path.exists() and not path.is_file():
            raise InputError(f"{path} cannot be read: it is no regular file.")
        if is_gzip(path):
            return _unpack(path)
        if path.stat().st_size == 0:
            raise InputError(f"{path} is empty.")
        if isinstance(path, UrlPath):
            return FarBytes(path, 0, path.stat().st_size)
        return np.memmap(path, dtype=np.uint8, mode="r").view(np.ndarray)
    except OSError as error:
        raise unreadable(path, error) from None


def is_gzip(path: Path) -> bool:
    """Whether a file begins as gzip does."""
    with path.open("rb") as handle:
        return handle.read(2) == _GZIP


def _unpack(path: Path) -> np.ndarray:
    spool = Spool()
    try:
        with open_gzip(path) as packed, spool.path.open("wb") as copy:
            shutil.copyfileobj(packed, copy, 2**20)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise InputError(f"{path} is not a whole gzip file.") from None
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise LimitError(f"{path} cannot be unpacked to {spool.path.parent}: {error.strerror}.") from None
    if spool.path.stat().st_size == 0:
        raise InputError(f"{path} is empty.")
    data = np.memmap(spool.path, dtype=np.uint8, mode="r").view(_Unpacked)
    data.spool = spool
    return data
