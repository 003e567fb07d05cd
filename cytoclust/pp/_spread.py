"""How wide the negatives of a channel are."""

import math

import numpy as np

from cytoclust.normal import QUARTILE

_FEWEST = 50
"""Events below the mode that a spread needs. Chosen: see sensitivity."""
_MODE_SHARE, _MODE_EVENTS = 0.02, 10
"""Of events, and at least so many, in the shortest interval of which the mode lies. Chosen: see sensitivity."""
_FAR = 4
"""Spreads from zero, beyond which a mode is not negative. Derived: there the cofactor that is asked for would be
none."""


def negative_spread(values: np.ndarray) -> float:
    """A quarter of the cofactor that gives the negatives of a channel a spread of a quarter of a unit; NaN without any.

    On the linear scale negatives are the densest events by far, for positive ones spread over decades: their mode is
    the shortest interval that holds 2 % of events, and their standard deviation is that of the events below
    it, reflected. After arcsinh with cofactor c, a population at ``mode`` with ``sd`` has the spread
    ``sd / sqrt(mode² + c²)``. A quarter of that c is returned, and at least sd / 2. A mode further from zero than
    four of its spreads is not negative.

    Parameters
    ----------
    values
        Signals on the linear scale, (m,).
    """
    ordered = np.sort(values[np.isfinite(values)])
    if len(ordered) < 2 * _FEWEST:
        return math.nan
    mode = _mode(ordered)
    below = mode - ordered[ordered < mode]
    spread = float(np.median(below)) / QUARTILE if len(below) >= _FEWEST else math.nan
    if not (spread > 0 and abs(mode) <= _FAR * spread):
        return math.nan
    return math.sqrt(max(spread**2 - mode**2 / _FAR**2, spread**2 / 4))


def _mode(ordered: np.ndarray) -> float:
    """Middle of the shortest interval with 2 % of sorted values; of coarse data, the commonest value."""
    levels, counts = np.unique(ordered, return_counts=True)
    step = max(math.ceil(_MODE_SHARE * len(ordered)), _MODE_EVENTS)
    if counts.max() >= step:
        return float(levels[np.argmax(counts)])
    start = int(np.argmin(ordered[step:] - ordered[:-step]))
    return float(np.median(ordered[start : start + step + 1]))
