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
def flag(shown, inside):  # type: ignore[no-untyped-def]
    """Flags of events (n,) uint8; ``inside`` may be empty where nothing is selected."""
    flags = np.zeros(len(shown), dtype=np.uint8)
    for i in range(len(shown)):
        if shown[i]:
            flags[i] = 2 if len(inside) and inside[i] else 1
    return flags


@numba.njit(nogil=True, cache=True)
def count_pairs(x, y, flags, weight, side, shift):  # type: ignore[no-untyped-def]
    """Events (2, side, side) in each cell of two channels, of bins ``x >> shift``: all that are shown, and selected."""
    found = np.zeros((2, side, side))
    weighted = len(weight) > 0
    for i in range(len(flags)):
        if flags[i] == 0:
            continue
        w = weight[i] if weighted else 1.0
        a, b = x[i] >> shift, y[i] >> shift
        found[0, a, b] += w
        if flags[i] == SELECTED:
            found[1, a, b] += w
    return found


@numba.njit(nogil=True, cache=True)
def count_lines(x, flags, weight, side, shift):  # type: ignore[no-untyped-def]
    """Events (2, side) in each bin of one channel: all that are shown, and selected."""
    found = np.zeros((2, side))
    weighted = len(weight) > 0
    for i in range(len(flags)):
        if flags[i] == 0:
            continue
        w = weight[i] if weighted else 1.0
        found[0, x[i] >> shift] += w
        if flags[i] == SELECTED:
            found[1, x[i] >> shift] += w
    return found


@numba.njit(nogil=True, cache=True)
def count_quadrants(x, y, x_cut, y_cut, sample, flags, weight):  # type: ignore[no-untyped-def]
    """Events (2, 4) on the sides of two cuts of each sample: neither, x only, y only, both; shown, and selected."""
    found = np.zeros((2, 4))
    weighted = len(weight) > 0
    for i in range(len(flags)):
        if flags[i] == 0:
            continue
        w = weight[i] if weighted else 1.0
        place = 1 * (x[i] >= x_cut[sample[i]]) + 2 * (y[i] >= y_cut[sample[i]])
        found[0, place] += w
        if flags[i] == SELECTED:
            found[1, place] += w
    return found


@numba.njit(nogil=True, cache=True)
def tally(codes, flags, weight, n):  # type: ignore[no-untyped-def]
    """Events (2, n) of each code: all that are shown, and selected; codes below 0 are left out."""
    found = np.zeros((2, n))
    weighted = len(weight) > 0
    for i in range(len(flags)):
        if flags[i] == 0 or codes[i] < 0:
            continue
        w = weight[i] if weighted else 1.0
        found[0, codes[i]] += w
        if flags[i] == SELECTED:
            found[1, codes[i]] += w
    return found
