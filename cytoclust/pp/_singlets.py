"""The ridge of single cells: how wide the pulse of a cell is, by its size and granularity."""

import math
from dataclasses import dataclass

import numba
import numpy as np

from cytoclust.normal import QUARTILE

__all__ = ["FEWEST", "Singlets", "fit_singlets"]

FEWEST = 1000
"""Events that the singlets of a detector need: 83 in a bin of size. Chosen: see sensitivity."""
_SIZES = 12
"""Bins of size, equally many events each. Chosen: see sensitivity."""
_GRAINS, _GRAIN_EVENTS = 6, 250
"""Bins of granularity in each bin of size at most, and events that one needs. Chosen: see sensitivity."""
_APART = math.log(1.16)
"""Natural log of the width of events of one granularity over that of all of their size, at most: in a bin that doublets
fill, the commonest width is theirs. Chosen, as what doublets differ by: see sensitivity."""
_FAR = 1.0
"""Share of the spread by which it grows for each unit of natural log of size beyond the knots. Chosen: see
sensitivity."""
_LEAST_SPREAD = 0.25
"""Of the median spread, below which no bin's spread falls. Chosen: see sensitivity."""


@dataclass(frozen=True)
class Singlets:
    """Log width of the pulse of single cells.

    Attributes
    ----------
    sizes
        Knots on log size, (b,).
    grains
        Knots on log granularity, of each size, (b, g).
    centres, spreads
        Log width at these, and its spread, (b, g). In between they are interpolated.
    growth
        Beyond the knots of size the squared width grows by this for each unit of size: a pulse is the laser beam
        convolved with the cell, so that squared widths add, and scatter is about the cell's area.
    """

    sizes: np.ndarray
    grains: np.ndarray
    centres: np.ndarray
    spreads: np.ndarray
    growth: float

    def at(self, size: np.ndarray, grain: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Centre and spread for events of that log size and log granularity, each (n,); NaN where these are."""
        return _interpolate(size, grain, self.sizes, self.grains, self.centres, self.spreads, self.growth)


def fit_singlets(size: np.ndarray, grain: np.ndarray, width: np.ndarray) -> Singlets | None:
    """The ridge of singlets, or None where there are few events or the width does not vary.

    Centres are modes within bins of equal number of events, so that each size and granularity has its own; spreads
    come from the side below the mode, where there are no doublets.

    Parameters
    ----------
    size, grain, width
        Natural logarithms, finite, (n,); ``grain`` may be constant.
    """
    if len(size) < FEWEST:
        return None
    parts = np.array_split(np.argsort(size, kind="stable"), _SIZES)
    sizes = np.array([np.median(size[part]) for part in parts])
    n_grains = min(max(len(size) // (_SIZES * _GRAIN_EVENTS), 1), _GRAINS) if np.ptp(grain) > 0 else 1
    knots, centres, spreads = (np.empty((_SIZES, n_grains)) for _ in range(3))
    for row, part in enumerate(parts):
        common = _mode(width[part])
        for column, cell in enumerate(np.array_split(part[np.argsort(grain[part], kind="stable")], n_grains)):
            knots[row, column] = np.median(grain[cell])
            centre = min(_mode(width[cell]), common + _APART)
            centres[row, column] = centre
            spreads[row, column] = _lower_spread(width[cell], centre)
    usual = float(np.median(spreads))
    if not usual > 0:
        return None
    keep = np.concatenate([[True], np.diff(sizes) > 1e-6])
    middle = np.median(centres, axis=1)
    growth = max(_slope(np.exp(sizes[keep]), np.exp(2 * middle[keep])), 0.0)
    spreads = np.maximum(spreads, _LEAST_SPREAD * usual)
    return Singlets(sizes[keep], knots[keep], centres[keep], spreads[keep], growth)


def _mode(values: np.ndarray) -> float:
    """Median of the shortest half of the shortest half."""
    ordered = np.sort(values)
    for _ in range(2):
        half = max(len(ordered) // 2, 1)
        start = int(np.argmin(ordered[half:] - ordered[: len(ordered) - half]))
        ordered = ordered[start : start + half + 1]
    return float(np.median(ordered))


def _lower_spread(values: np.ndarray, centre: float) -> float:
    below = centre - values[values < centre]
    return float(np.median(below)) / QUARTILE if len(below) else 0.0


def _slope(x: np.ndarray, y: np.ndarray) -> float:
    """Median slope between knots (Theil and Sen)."""
    if len(x) < 2:
        return 0.0
    i, j = np.triu_indices(len(x), 1)
    return float(np.median((y[j] - y[i]) / (x[j] - x[i])))


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _along(grain: float, knots: np.ndarray):  # type: ignore[no-untyped-def]
    # where a value lies among ascending knots: the one before it, and how far on the way to the next
    last = len(knots) - 1
    if grain <= knots[0] or last == 0:
        return 0, 0.0
    if grain >= knots[last]:
        return last - 1, 1.0
    k = np.searchsorted(knots, grain) - 1
    return k, (grain - knots[k]) / (knots[k + 1] - knots[k])


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _interpolate(
    size: np.ndarray,
    grain: np.ndarray,
    sizes: np.ndarray,
    grains: np.ndarray,
    centres: np.ndarray,
    spreads: np.ndarray,
    growth: float,
) -> tuple[np.ndarray, np.ndarray]:
    centre, spread = np.full(len(size), np.nan), np.full(len(size), np.nan)
    last, step = len(sizes) - 1, 1 if grains.shape[1] > 1 else 0
    for i in range(len(size)):
        if not (np.isfinite(size[i]) and np.isfinite(grain[i])):
            continue
        row, t = _along(size[i], sizes)
        c, s = 0.0, 0.0
        for offset in range(2 if 0.0 < t < 1.0 else 1):
            at = row + offset if 0.0 < t < 1.0 else (row if t == 0.0 else row + 1)
            weight = (t if offset else 1.0 - t) if 0.0 < t < 1.0 else 1.0
            k, u = _along(grain[i], grains[at])
            c += weight * ((1.0 - u) * centres[at, k] + u * centres[at, k + step])
            s += weight * ((1.0 - u) * spreads[at, k] + u * spreads[at, k + step])
        end = sizes[0] if size[i] < sizes[0] else sizes[last]
        if size[i] < sizes[0] or size[i] > sizes[last]:
            squared = math.exp(2.0 * c)
            c = 0.5 * math.log(max(squared + growth * (math.exp(size[i]) - math.exp(end)), 0.25 * squared))
            s *= 1.0 + _FAR * abs(size[i] - end)
        centre[i], spread[i] = c, s
    return centre, spread
