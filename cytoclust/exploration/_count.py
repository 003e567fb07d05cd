"""Counting events on grids, over all events at each redraw."""

import numba
import numpy as np

__all__ = [
    "ASKED",
    "INSIDE",
    "OUTSIDE",
    "SELECTED",
    "SHOWN",
    "classify",
    "count_lines",
    "count_pairs",
    "count_quadrants",
    "flag",
    "tally",
]

SHOWN, SELECTED = 1, 2
"""Flags of events: the filter shows it, the selection has it too. An event that is not shown has 0."""
OUTSIDE, INSIDE, ASKED = 0, 1, 2
"""Of a cell: none of its events lie in a polygon, all of them do, or each is asked. Bears on no result: names."""


@numba.njit(nogil=True, cache=True)
def classify(x, y, cells):  # type: ignore[no-untyped-def]
    """Which events (n,) are in cells that are ``INSIDE``; and the rows of those whose cells are ``ASKED``."""
    found = np.zeros(len(x), dtype=np.bool_)
    n = 0
    for i in range(len(x)):
        n += cells[x[i], y[i]] == 2
    asked = np.empty(n, dtype=np.int64)
    n = 0
    for i in range(len(x)):
        cell = cells[x[i], y[i]]
        if cell == 1:
            found[i] = True
        elif cell == 2:
            asked[n] = i
            n += 1
    return found, asked


@numba.njit(nogil=True, cache=True)
def flag(shown, inside, flags):  # type: ignore[no-untyped-def]
    """Set the flags of events (n,) uint8; ``inside`` may be empty where nothing is selected."""
    if len(inside):
        for i in range(len(shown)):
            flags[i] = shown[i] * (1 + inside[i])
    else:
        for i in range(len(shown)):
            flags[i] = shown[i]


# Events are counted apart by their flag and put together at the end: no branch, which a processor would guess wrongly.


@numba.njit(nogil=True, cache=True)
def count_pairs(x, y, flags, weight, side, shift):  # type: ignore[no-untyped-def]
    """Events (2, side, side) in each cell of two channels, of bins ``x >> shift``: all that are shown, and selected."""
    found = np.zeros((2, side, side))
    if len(weight):
        for i in range(len(flags)):
            if flags[i]:
                found[flags[i] - 1, x[i] >> shift, y[i] >> shift] += weight[i]
    else:
        counts = np.zeros((3, side, side), dtype=np.uint32)
        for i in range(len(flags)):
            counts[flags[i], x[i] >> shift, y[i] >> shift] += 1
        found[:] = counts[1:]
    found[0] += found[1]
    return found


@numba.njit(nogil=True, cache=True)
def count_lines(x, flags, weight, side, shift):  # type: ignore[no-untyped-def]
    """Events (2, side) in each bin of one channel: all that are shown, and selected."""
    found, counts = np.zeros((3, side)), np.zeros((3, side), dtype=np.int64)
    if len(weight):
        for i in range(len(flags)):
            found[flags[i], x[i] >> shift] += weight[i]
    else:
        for i in range(len(flags)):
            counts[flags[i], x[i] >> shift] += 1
        found[:] = counts
    found[1] += found[2]
    return found[1:]


@numba.njit(nogil=True, cache=True)
def count_quadrants(x, y, x_cut, y_cut, sample, flags, weight):  # type: ignore[no-untyped-def]
    """Events (2, 4) on the sides of two cuts of each sample: neither, x only, y only, both; shown, and selected."""
    found, counts = np.zeros((3, 4)), np.zeros((3, 4), dtype=np.int64)
    if len(weight):
        for i in range(len(flags)):
            place = 1 * (x[i] >= x_cut[sample[i]]) + 2 * (y[i] >= y_cut[sample[i]])
            found[flags[i], place] += weight[i]
    else:
        for i in range(len(flags)):
            place = 1 * (x[i] >= x_cut[sample[i]]) + 2 * (y[i] >= y_cut[sample[i]])
            counts[flags[i], place] += 1
        found[:] = counts
    found[1] += found[2]
    return found[1:]


@numba.njit(nogil=True, cache=True)
def tally(codes, flags, weight, n):  # type: ignore[no-untyped-def]
    """Events (2, n) of each code: all that are shown, and selected; codes below 0 are left out."""
    found, counts = np.zeros((3, n + 1)), np.zeros((3, n + 1), dtype=np.int64)
    if len(weight):
        for i in range(len(flags)):
            found[flags[i], codes[i] + 1] += weight[i]
    else:
        for i in range(len(flags)):
            counts[flags[i], codes[i] + 1] += 1
        found[:] = counts
    found[1] += found[2]
    return found[1:, 1:]
