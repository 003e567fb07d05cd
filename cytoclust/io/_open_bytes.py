"""The bytes of a file, mapped or unpacked."""

import gzip
import zlib
from pathlib import Path

import numpy as np

from cytoclust.errors import InputError

__all__ = ["open_bytes"]

_GZIP = b"\x1f\x8b"


def open_bytes(path: Path) -> np.ndarray:
    """A file as (n,) uint8, read-only: memory-mapped, or unpacked into memory where it is gzipped.

    Raises
    ------
    InputError
        The file is absent, a folder, empty, or its gzip stream is broken.
    """
    try:
        with path.open("rb") as handle:
            magic = handle.read(2)
        if not magic:
            raise InputError(f"{path} is empty.")
        if magic == _GZIP:
            return np.frombuffer(gzip.decompress(path.read_bytes()), dtype=np.uint8)
        return np.memmap(path, dtype=np.uint8, mode="r").view(np.ndarray)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise InputError(f"{path} is not a whole gzip file.") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from None
