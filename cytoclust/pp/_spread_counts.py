"""Ion counts that are whole numbers, spread over the ion below."""

import numba
import numpy as np
from numpy.typing import NDArray

from cytoclust.io import Panel
from cytoclust.pp._mass_columns import find_mass, is_mass

__all__ = ["spread_counts", "whole_columns"]

_WHOLE = 0.05
"""Share of a channel's values that are whole numbers, from which on they are equal by counting. Chosen: see
sensitivity."""


def whole_columns(events: NDArray[np.float32], panel: Panel) -> tuple[int, ...]:
    """Columns of ion counts in which many events have the same whole number: zero, at least."""
    if not is_mass(panel) or len(events) == 0:
        return ()
    return tuple(i for i in find_mass(panel).signals if np.mean(events[:, i] == np.floor(events[:, i])) >= _WHOLE)


def spread_counts(
    events: NDArray[np.float32], columns: tuple[int, ...], numbers: NDArray[np.int64]
) -> NDArray[np.float32]:
    """A copy of events (n, p), with whole numbers in ``columns`` less a part of one, between 0 and 1.

    Equal counts are no population, and the gap to the next count is no valley. It is what the instrument's software
    does when it makes real numbers of counts; here the part comes from the event's number in its file and the column,
    so that it is the same each time, however events are grouped (SplitMix64: Steele, Lea and Flood, OOPSLA 2014).
    """
    out = np.array(events, dtype=np.float32, order="C")
    _spread(out, np.array(columns, dtype=np.int64), np.ascontiguousarray(numbers, dtype=np.int64))
    return out


@numba.njit(nogil=True, cache=True)
def _spread(events: NDArray[np.float32], columns: NDArray[np.int64], numbers: NDArray[np.int64]) -> None:
    for i in range(len(events)):
        for column in columns:
            value = events[i, column]
            if value == np.floor(value):
                bits = np.uint64(numbers[i]) * np.uint64(4096) + np.uint64(column)
                bits = (bits + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
                bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
                bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
                bits = bits ^ (bits >> np.uint64(31))
                events[i, column] = np.float32(np.float64(value) - np.float64(bits >> np.uint64(11)) * 2.0**-53)
