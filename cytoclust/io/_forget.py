"""Mapped files that are read through."""

import mmap

import numpy as np

__all__ = ["forget"]


def forget(data: np.ndarray) -> None:
    """Let go of what was read of a mapped file: it stays in the system's cache, and counts no more as our memory."""
    base: object = data
    while isinstance(base, np.ndarray):
        base = base.base
    if isinstance(base, mmap.mmap) and hasattr(base, "madvise"):  # Windows has no such advice
        base.madvise(mmap.MADV_DONTNEED)
