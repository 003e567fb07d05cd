"""How far the negative events of each marker reach.

The coarsest of the program's four tests of a valley, for it only withholds trust: one marker of all events, a kernel of
fixed width, so that nothing but a deep valley between large humps shows, and the lowest such. ``_valley.py`` decides
what is a cluster, and ``positivity/_levels.py`` what is positive.
"""

import numpy as np
from numpy.typing import NDArray

from cytoclust.normal import TENTHS

__all__ = ["negative_bounds"]

ENDS = (0.001, 0.999)
"""Quantiles between which the density is estimated: a few far events must not widen it. Chosen: see sensitivity."""
BINS = 200
"""Of the density; the kernel is five wide. Chosen: see sensitivity."""
SMOOTH = 0.025
"""Standard deviation of the kernel, as a share of the range. Chosen: see sensitivity."""
DEPTH = 0.6
"""A valley counts if it is as deep as this share of the lower peak. Chosen: see sensitivity."""
BREADTH = 0.3
"""Spread of the negatives, as a share of the way to the positives, above which they are not one population. Chosen:
see sensitivity."""
SHARE = 0.98
"""Of the negatives, below the bound. Derived: two standard deviations of a normal above its middle, rounded. Chosen:
see sensitivity."""
FEWEST, LEAST = 20, 0.01
"""Events, and share of all, on either side of a valley. Chosen: see sensitivity."""


def negative_bounds(events: NDArray[np.float32]) -> NDArray[np.float64]:
    """The value of each marker that 98 % of its negative events lie below (p,); -inf where they cannot be told.

    Negative are the events below the lowest deep valley of the marker's density, if there is one. Compensated values of
    negative cells lie around zero, and many scales part them there into two humps although they are one population; so
    long as the humps are not parted by a deep valley in all events together, they are known as negative.
    So a difference between two groups that are both negative in a marker counts for little.

    Parameters
    ----------
    events
        An even sample of all events, m × p.
    """
    return np.array([_bound(np.sort(column.astype(np.float64))) for column in events.T])


def _bound(values: NDArray[np.float64]) -> float:
    low, high = np.quantile(values, ENDS)
    if not high > low:
        return -np.inf
    counts, edges = np.histogram(values, BINS, range=(low, high))
    steps = np.arange(-3 * SMOOTH * BINS, 3 * SMOOTH * BINS + 1)
    density = np.convolve(counts, np.exp(-0.5 * (steps / (SMOOTH * BINS)) ** 2), "same")
    peak = np.minimum(np.maximum.accumulate(density), np.maximum.accumulate(density[::-1])[::-1])
    ratio = np.divide(density, peak, out=np.ones(BINS), where=peak > 0)  # where events are few, ends may be empty
    deep = ratio <= DEPTH
    if not deep.any():
        return -np.inf
    first = int(np.argmax(deep))
    width = int(np.argmin(np.append(deep[first:], False)))
    saddle = first + int(np.argmin(ratio[first : first + width]))
    cut = (edges[saddle] + edges[saddle + 1]) / 2
    negative, positive = values[values < cut], values[values >= cut]
    if min(len(negative), len(positive)) < max(FEWEST, LEAST * len(values)):
        return -np.inf
    lower, median, upper = np.quantile(negative, [0.1, 0.5, 0.9])
    broad = (upper - lower) / TENTHS > BREADTH * (np.median(positive) - median)
    return -np.inf if broad else float(np.quantile(negative, SHARE))
