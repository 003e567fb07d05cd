"""How wide the negatives of a channel are."""

import math

import numpy as np

from cytoclust.normal import QUARTILE
from cytoclust.pp._beside_pile import FEWEST, SHARE, beside_pile

_FEWEST = 50
"""Events below the mode that a spread needs. Chosen: see sensitivity."""
_MODE_SHARE, _MODE_EVENTS = 0.02, 10
"""Of events, and at least so many, in the shortest interval of which the mode lies. Chosen: see sensitivity."""
_FAR = 4
"""Spreads from zero, beyond which a mode is not negative. Derived: there the cofactor that is asked for would be
none."""
_CLIPPED = ((0.27, 1.19, 2.12, 4.33), (0.0, 0.41, 0.73, 1.28))
"""Natural logs: events clipped at a floor over those above it up to half its density; and a normal's standard deviation
over what these make it. Derived: normals clipped at 0, 0.5, 1 and 2 standard deviations above their middle."""


def negative_spread(values: np.ndarray) -> float:
    """A quarter of the cofactor that gives the negatives of a channel a spread of a quarter of a unit; NaN without any.

    On the linear scale negatives are the densest events by far, for positive ones spread over decades: their mode is
    the shortest interval that holds 2 % of events, and their standard deviation is that of the events below
    it, reflected. After arcsinh with cofactor c, a population at ``mode`` with ``sd`` has the spread
    ``sd / sqrt(mode² + c²)``. A quarter of that c is returned, and at least sd / 2. A mode further from zero than
    four of its spreads is not negative. Where values were clipped at a floor, the events just above it tell: a pile has
    no spread.

    Parameters
    ----------
    values
        Signals on the linear scale, (m,).
    """
    mode, spread = mode_and_spread(values)
    if not (spread > 0 and abs(mode) <= _FAR * spread):
        return math.nan
    return math.sqrt(max(spread**2 - mode**2 / _FAR**2, spread**2 / 4))


def mode_and_spread(values: np.ndarray) -> tuple[float, float]:
    """Densest signal of a channel (m,), and the standard deviation below it; NaN twice where nothing tells."""
    ordered = np.sort(values[np.isfinite(values)])
    return _of_negatives(_without_ceiling(ordered)) if len(ordered) >= 2 * _FEWEST else (math.nan, math.nan)


def _of_negatives(ordered: np.ndarray) -> tuple[float, float]:
    """Of the negatives; NaN where nothing tells."""
    on_floor = int(np.searchsorted(ordered, ordered[0], side="right"))
    floor = on_floor >= max(FEWEST, SHARE * len(ordered))
    above = ordered[on_floor:] if floor else ordered
    if len(above) < 2 * _FEWEST:
        return math.nan, math.nan
    mode = _mode(above)
    below = mode - ordered[ordered < mode]
    if not floor or on_floor < len(below) / 2:
        return mode, float(np.median(below)) / QUARTILE if len(below) >= _FEWEST else math.nan
    levels, counts = np.unique(ordered, return_counts=True)
    steps = np.diff(levels, append=levels[-1]) if counts[1] > 2 else None
    beside = beside_pile(levels, counts, 0, 1, steps)
    clipped = math.exp(np.interp(math.log(on_floor / max(beside.within, 1)), *_CLIPPED))
    return float(ordered[0]) + beside.mode, clipped * beside.spread


def _without_ceiling(ordered: np.ndarray) -> np.ndarray:
    """Sorted values without those that pile up at the highest."""
    first = int(np.searchsorted(ordered, ordered[-1]))
    piled = len(ordered) - first >= max(FEWEST, SHARE * len(ordered)) and first >= 2 * _FEWEST
    return ordered[:first] if piled else ordered


def _mode(ordered: np.ndarray) -> float:
    """Middle of the shortest interval with 2 % of sorted values; of coarse data, the commonest value."""
    levels, counts = np.unique(ordered, return_counts=True)
    step = max(math.ceil(_MODE_SHARE * len(ordered)), _MODE_EVENTS)
    if counts.max() >= step:
        return float(levels[np.argmax(counts)])
    start = int(np.argmin(ordered[step:] - ordered[:-step]))
    return float(np.median(ordered[start : start + step + 1]))
