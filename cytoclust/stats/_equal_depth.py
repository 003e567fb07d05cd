"""What a sample would have shown with fewer cells, in closed form."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln
from scipy.stats import hypergeom

__all__ = ["detection_at_depth", "log_fraction_at_depth"]

_EXACT: Final = 60
"""Expected events above which four moments give the logarithm. Measured: to 1e-6 (tests/stats/test_equal_depth.py)."""
_REACH: Final = 150
"""Events that are summed over. Derived: P(more than these, of 60 expected) is 5e-23."""


def detection_at_depth(events: ArrayLike, cells: ArrayLike, depth: ArrayLike, *, lod: ArrayLike) -> NDArray[np.float64]:
    """The probability of at least ``lod`` events when ``depth`` of the cells are kept at random.

    A sample thinned to a depth is distributed as one that was measured to that depth, so what is computed at one depth
    can be compared between samples of different depth.

    Parameters
    ----------
    events, cells
        Counts, (n, k) or what broadcasts to it.
    depth
        Cells kept; a sample that has no more stays as it is, and then the probability is 0 or 1.
    lod
        Limit of detection, in events.
    """
    seen, of, kept = _broadcast(events, cells, depth)
    least = np.asarray(lod)
    return np.where(kept < of, hypergeom.sf(least - 1, np.maximum(of, 1), seen, np.minimum(kept, of)), seen >= least)


def log_fraction_at_depth(events: ArrayLike, cells: ArrayLike, depth: ArrayLike) -> NDArray[np.float64]:
    """The mean of log2((x + ½) / (depth + 1)), where x are the events left when ``depth`` of the cells are kept.

    With counts of their own depth, a population that is absent from all would be "less" in the deeper samples. Here,
    the expectation depends on the fraction alone: exact up to 60 expected events; then by the moments of the
    hypergeometric distribution up to the fourth.

    Parameters
    ----------
    events, cells
        Counts, (n, k) or what broadcasts to it.
    depth
        Cells kept; a sample that has no more stays as it is.
    """
    seen, of, kept = _broadcast(events, cells, depth)
    kept = np.minimum(kept, of)
    mean = seen * (kept / np.maximum(of, 1))
    result = _by_moments(seen, of, kept, mean)
    few = (mean <= _EXACT) & (kept < of)
    result[few] = _by_sum(seen[few], of[few], kept[few])
    return result - np.log2(kept + 1.0)


def _by_sum(seen: NDArray[np.int64], of: NDArray[np.int64], kept: NDArray[np.int64]) -> NDArray[np.float64]:
    """E log2(x + ½), where few events are expected. scipy's probabilities are slow, and need not be normalised."""
    x = np.arange(min(_REACH, int(np.minimum(seen, kept).max(initial=0))) + 1)[:, None]
    ways = np.stack([np.broadcast_to(x, (len(x), len(seen))), seen - x, kept - x, of - seen - kept + x])
    chance = np.where((ways >= 0).all(axis=0), -gammaln(np.maximum(ways, 0) + 1.0).sum(axis=0), -np.inf)
    chance = np.exp(chance - chance.max(axis=0, initial=-np.inf))
    return (chance * np.log2(x + 0.5)).sum(axis=0) / chance.sum(axis=0)


def _by_moments(
    seen: NDArray[np.int64], of: NDArray[np.int64], kept: NDArray[np.int64], mean: NDArray[np.float64]
) -> NDArray[np.float64]:
    """E log2(x + ½) by a Taylor series about the mean; exact where all cells are kept."""
    share, rest = seen / np.maximum(of, 1), 1 - kept / np.maximum(of, 1)
    left = np.where(of > 1, (of - kept) / np.maximum(of - 1, 1), 0.0)
    variance = mean * (1 - share) * left
    third = variance * (1 - 2 * share) * (2 * rest - 1)  # to the leading order in the counts, as is the fourth
    m = mean + 0.5
    series = -variance / (2 * m**2) + third / (3 * m**3) - 3 * variance**2 / (4 * m**4)
    return (np.log(m) + series) / np.log(2)


def _broadcast(*numbers: ArrayLike) -> tuple[NDArray[np.int64], ...]:
    return tuple(np.broadcast_arrays(*(np.asarray(number, dtype=np.int64) for number in numbers)))
