"""A lot for each event, that depends on nothing but the event."""

import hashlib

import numpy as np
from numpy.typing import NDArray

__all__ = ["lots"]

_GOLDEN, _FIRST, _SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
"""Source: Steele, Lea & Flood 2014, Fast splittable pseudorandom number generators, OOPSLA (SplitMix64)."""


def lots(sample: str, numbers: NDArray[np.integer]) -> NDArray[np.float64]:
    """Numbers from 0 to 1 (n,), by a sample's name and the events' numbers in its file.

    The same event has the same lot whatever the order of files or the size of blocks.
    """
    seed = np.uint64(int.from_bytes(hashlib.sha256(sample.encode()).digest()[:8], "little"))
    with np.errstate(over="ignore"):
        mixed = seed + (numbers.astype(np.uint64) + np.uint64(1)) * np.uint64(_GOLDEN)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(_FIRST)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(_SECOND)
        mixed ^= mixed >> np.uint64(31)
    return (mixed >> np.uint64(11)).astype(np.float64) * 2.0**-53
