"""A value of every event: what grows with events and would fill the memory."""

import mmap
import os
import tempfile
from typing import Final

import numpy as np
from numpy.typing import DTypeLike, NDArray

__all__ = ["PerEvent", "forget", "sizes_of"]

_IN_MEMORY: Final = 2**25
"""Bytes up to which values stay in memory. Bears on no result."""
_BLOCK: Final = 2**20
"""Events counted at once. Bears on no result: memory."""


class PerEvent:
    """Values that come block by block; beyond a size they lie in a temporary file without a name.

    The file goes with its array. Its pages are the system's to keep or take, and are no memory of the process between
    two looks (:func:`forget`). Where the disk has no room, memory is used.
    """

    def __init__(self, count: int, dtype: DTypeLike):
        """``count`` events in all."""
        n_bytes = count * np.dtype(dtype).itemsize
        mapped = _mapped(n_bytes) if n_bytes > _IN_MEMORY else None
        self.array: NDArray = np.empty(count, dtype=dtype) if mapped is None else np.frombuffer(mapped, dtype=dtype)
        """All of them (n,)."""
        self._full = 0

    def append(self, values: NDArray) -> None:
        """Those of the next block."""
        self.array[self._full : self._full + len(values)] = values
        self._full += len(values)
        forget(self.array)


def forget(array: NDArray) -> None:
    """Let the system take back the pages of an array that lies in a file; nothing, of others."""
    base: object = array
    while isinstance(base, np.ndarray | memoryview):
        base = base.base if isinstance(base, np.ndarray) else base.obj
    if isinstance(base, mmap.mmap) and hasattr(base, "madvise"):  # Windows has no such advice
        base.madvise(mmap.MADV_DONTNEED)


def sizes_of(groups: NDArray[np.integer], count: int) -> NDArray[np.int64]:
    """Events of each of ``count`` groups (count,), counted piece by piece: a count of all at once makes a copy."""
    sizes = np.zeros(count, dtype=np.int64)
    for start in range(0, len(groups), _BLOCK):
        sizes += np.bincount(groups[start : start + _BLOCK], minlength=count)
        forget(groups)
    return sizes


def _mapped(n_bytes: int) -> mmap.mmap | None:
    try:
        with tempfile.TemporaryFile(prefix="cytoclust-") as file:
            if hasattr(os, "posix_fallocate"):  # else a disk that is full ends the process as it is written to
                os.posix_fallocate(file.fileno(), 0, n_bytes)
            else:
                file.truncate(n_bytes)
            return mmap.mmap(file.fileno(), n_bytes)
    except OSError:
        return None
