"""Lots that depend on what an event is: the same are drawn in any order, by any workers, from any blocks.

An event is its values: equal events have one lot, and whoever draws weighs it by their number.
"""

import zlib
from collections.abc import Iterable

import numba
import numpy as np
from numpy.typing import NDArray

__all__ = ["contents", "draw_each", "lots"]

_GOLDEN, _FIRST, _SECOND = (np.uint64(each) for each in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
"""Multipliers of SplitMix64. Source: Steele, Lea and Flood 2014, Fast splittable pseudorandom number generators."""


def contents(events: NDArray[np.float32]) -> NDArray[np.uint64]:
    """A number of 64 bits for the values of each event (n × p), the same for equal ones; 0 and -0 are equal.

    Two of n different events get one number with a chance of n²/2⁶⁵: one in ten thousand for 60 million.
    """
    out = np.empty(len(events), dtype=np.uint64)
    _contents(np.ascontiguousarray(events).view(np.uint32), out)
    return out


def lots(content: NDArray[np.uint64], draw: str, salt: int = 0) -> NDArray[np.float64]:
    """An even number between 0 and 1, neither included, for each content (n,), for one draw by its name and salt."""
    out = np.empty(len(content))
    _lots(content, np.uint64(zlib.crc32(draw.encode()) + (salt << 32)), out)
    return out


def draw_each(group: NDArray[np.integer], share: int, lot: Iterable[NDArray[np.float64]]) -> NDArray[np.int64]:
    """Ascending places of the ``share`` events of lowest lots of each group, or all that it has.

    Parameters
    ----------
    group
        Of each event (n,), from 0 on; none is drawn of what is below 0.
    share
        Events of a group, at most.
    lot
        Of each event, in parts of any length, n in all; asked for only where a group has more.
    """
    sizes = np.bincount(group[group >= 0], minlength=1)
    if sizes.max() <= share:
        return np.flatnonzero(group >= 0)
    ceiling = (share + 6 * np.sqrt(share) + 6) / np.maximum(sizes, 1)  # above it no lot is wanted, nearly surely
    rows, low, start = [], [], 0
    for part in lot:
        mine = group[start : start + len(part)]
        few = np.flatnonzero((part < ceiling[mine]) & (mine >= 0))
        rows.append(start + few)
        low.append(part[few])
        start += len(part)
    few = np.concatenate(rows)
    order = few[np.lexsort((np.concatenate(low), group[few]))]
    first = np.searchsorted(group[order], np.arange(len(sizes)))
    return np.sort(order[np.arange(len(order)) - first[group[order]] < share])


@numba.njit(nogil=True, cache=True)
def _contents(bits, out):  # type: ignore[no-untyped-def]
    for e in range(len(bits)):
        mixed = np.uint64(bits.shape[1])
        for j in range(bits.shape[1]):
            value = bits[e, j]
            if value == np.uint32(0x80000000):  # -0
                value = np.uint32(0)
            mixed = (mixed ^ np.uint64(value)) * _GOLDEN
            mixed ^= mixed >> np.uint64(32)
        out[e] = _finish(mixed)


@numba.njit(nogil=True, cache=True)
def _lots(content, draw, out):  # type: ignore[no-untyped-def]
    start = _finish(draw * _GOLDEN + _FIRST)
    for e in range(len(content)):
        out[e] = (np.float64(_finish(content[e] ^ start) >> np.uint64(12)) + 0.5) * 2.0**-52


@numba.njit(nogil=True, cache=True, inline="always")
def _finish(mixed):  # type: ignore[no-untyped-def]
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
    return mixed ^ (mixed >> np.uint64(31))
