"""Modes and valleys of one-dimensional data.

Of the program's four tests of a valley the one for a channel of one sample, of which nothing is known: all modes are
found, the bandwidth comes from the events, and a valley must be deep and beyond Poisson's error. ``engine/_valley.py``
parts two given groups in many markers, ``engine/_negatives.py`` wants the lowest deep valley only, and
``positivity/_levels.py`` sees medians of clusters, which have no counting error.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from cytoclust.normal import BANDWIDTH, INTERQUARTILE
from cytoclust.pp._learn_spreading import learn_column, lots

_BINS = 512
"""Of the density. Chosen: see sensitivity."""
_REACH = 4
"""Standard deviations after which a Gaussian kernel ends. Derived: 6e-5 of it lie beyond."""
_PAD = 0.08
"""Of the range, by which the grid reaches beyond it. Chosen: see sensitivity."""
_PILED = 0.02
"""Of the values, that are equal and could be taken for a mode. Chosen: a normal has 1 % in a fortieth of its standard
deviation, which is about a bin here."""
_CERTAIN = 4.0
"""Poisson standard deviations by which a mode exceeds its valley. Chosen: see sensitivity."""


@dataclass(frozen=True)
class Density:
    """A smoothed histogram and its significant modes.

    Attributes
    ----------
    grid, height
        Bin centres and events per bin, (b,).
    modes
        Bins of the modes, ascending.
    valleys
        Bins of the lowest point between a mode and the next, one fewer than modes.
    """

    grid: np.ndarray
    height: np.ndarray
    modes: np.ndarray
    valleys: np.ndarray

    def depth(self, valley: int) -> float:
        """Height in valley number ``valley`` over the lower of the two modes beside it."""
        sides = self.height[self.modes[valley : valley + 2]]
        return float(self.height[self.valleys[valley]] / sides.min())


def smooth_density(values: np.ndarray, *, deepest: float, tails: float = 5e-4, least: float = 0.0) -> Density:
    """The density of values, with the modes that a real valley sets apart.

    Two modes count as two if the lowest density between them is below ``deepest`` times the lower one and the
    difference exceeds four Poisson standard deviations of the events in a window of the bandwidth. Values that are
    equal by rounding or clipping are spread first: a pile is no mode, and the space beside it no valley.

    Parameters
    ----------
    values
        Finite numbers on a scale where populations are roughly symmetric, (m,).
    deepest
        Largest ratio of valley to mode, between 0 and 1.
    tails
        Share of events that may lie outside the grid, on each side.
    least
        Bandwidth at least, in the unit of the values: where they are known no better.
    """
    ordered = _spread(np.sort(values))  # all that follows is quick in order
    low, high = np.quantile(ordered, [tails, 1 - tails])
    pad = _PAD * (high - low) + 1e-9
    edges = np.histogram_bin_edges(ordered[:0], bins=_BINS, range=(low - pad, high + pad))
    counts = np.diff(np.searchsorted(ordered, edges))
    width = edges[1] - edges[0]
    sigma = max(max(_bandwidth(ordered), least) / width, 1.0)
    height = _smooth(counts.astype(np.float64), sigma)
    modes, valleys = _significant(height, sigma, deepest)
    return Density(0.5 * (edges[1:] + edges[:-1]), height, modes, valleys)


def _spread(ordered: np.ndarray) -> np.ndarray:
    """Ascending values with piles spread, ascending."""
    single = ordered.astype(np.float32)
    firsts = np.flatnonzero(np.concatenate([[True], single[1:] != single[:-1], [True]]))
    if np.diff(firsts).max(initial=0) < _PILED * len(ordered):
        return ordered
    return np.sort(
        learn_column(single).spread(single, lots(np.arange(len(ordered), dtype=np.uint64), "step")).astype(np.float64)
    )


def _smooth(counts: np.ndarray, sigma: float) -> np.ndarray:
    """Counts convolved with a Gaussian; there is nothing beyond the ends."""
    reach = int(_REACH * sigma + 0.5)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    return np.convolve(counts, kernel / kernel.sum())[reach : reach + len(counts)]


def _peaks(height: np.ndarray) -> list[int]:
    """The middle of each plateau that is higher than what lies on both sides of it; the ends are no peaks."""
    first = np.flatnonzero(np.concatenate([[True], height[1:] != height[:-1]]))
    last = np.append(first[1:], len(height)) - 1
    level = height[first]
    higher = np.flatnonzero((level[1:-1] > level[:-2]) & (level[1:-1] > level[2:])) + 1
    return ((first + last) // 2)[higher].tolist()


def _bandwidth(ordered: np.ndarray) -> float:
    """Silverman's rule on the narrowest half of the ascending values, so that one broad tail does not blur a valley."""
    half = len(ordered) // 2
    shortest = float((ordered[half:] - ordered[: len(ordered) - half]).min())
    return BANDWIDTH * shortest / INTERQUARTILE * len(ordered) ** -0.2


def _significant(height: np.ndarray, sigma: float, deepest: float) -> tuple[np.ndarray, np.ndarray]:
    modes = _peaks(height)
    window = 2 * np.sqrt(np.pi) * sigma  # bins that a Gaussian kernel averages over
    while len(modes) > 1:
        valleys = [a + int(np.argmin(height[a : b + 1])) for a, b in pairwise(modes)]
        lower = [min(height[a], height[b]) for a, b in pairwise(modes)]
        excess = []
        for valley, side in zip(valleys, lower, strict=True):
            noise = np.sqrt((height[valley] + side) / window) + 1e-12
            excess.append(min((1 - height[valley] / side) / (1 - deepest), (side - height[valley]) / noise / _CERTAIN))
        worst = int(np.argmin(excess))
        if excess[worst] >= 1:
            return np.array(modes), np.array(valleys)
        drop = worst if height[modes[worst]] <= height[modes[worst + 1]] else worst + 1
        modes.pop(drop)
    return np.array(modes, dtype=np.intp), np.array([], dtype=np.intp)
