"""Cofactors from the data."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from cytoclust.keys import SignalType
from cytoclust.pp._ion_counts import ion_cofactor
from cytoclust.pp._scale_limits import reach
from cytoclust.pp._spread import negative_spread

_FLUORESCENCE: Final = 150.0
"""Cofactor, in the unit of detectors that end at _HABIT_RANGE. Convention: 150 is what fluorescence cytometrists
use."""
_HABIT_RANGE: Final = 262_144.0
"""Top of the range. Derived: 2¹⁸, as BD's instruments write."""
_LIKE_HABIT: Final = (0.05, 5)
"""Times that range, between which the habit's cofactor is not scaled. Chosen: see sensitivity."""
_NARROWEST, _WIDEST = 1e-5, 0.5
"""Bounds of a cofactor, as a share of the highest signal. Chosen: see sensitivity."""
_SPREADS = 4.0
"""Cofactor over the spread of the negatives. Derived: 1 is the least that keeps their noise one mode (see below); that
some cells have a few times the usual is why 4 is chosen: see sensitivity."""
_ENOUGH = 3
"""Channels whose own cofactors can stand in for one that has none. Chosen: see sensitivity."""
_OUTLYING = 4.0
"""Times the usual cofactor, beyond which what looks negative is cells that are all positive. Chosen: see
sensitivity."""


def estimate_cofactors(events: np.ndarray, signal_types: Sequence[SignalType]) -> np.ndarray:
    """A cofactor for each channel, so that its negative population has a spread of about a quarter of a unit.

    The cofactor is four times the spread of the lowest mode (see ``negative_spread``). Normal noise around zero keeps
    one mode under arcsinh only if the cofactor is at least its standard deviation (the second derivative of the
    density at zero is 1 − (cofactor / sd)²), and some cells' noise is a few times the usual.
    A fluorescence channel without a negative population takes the median of the others, and one where all cells seem
    to be positive at most four times as much; if fewer than three have one, 150, or as much less or more as the
    highest signal is far from 262,144. Mass channels take one of 5 to 15 (``ion_cofactor``).

    Parameters
    ----------
    events
        Linear, compensated events, pooled over samples, (m, p).
    signal_types
        Of each column, (p,).

    Returns
    -------
    float64 (p,); NaN for scatter, time and other columns.
    """
    kinds = np.array(signal_types, dtype=object)
    cofactors = np.full(len(kinds), math.nan)
    counts = np.flatnonzero(kinds == "mass")
    if len(counts):
        cofactors[counts] = ion_cofactor(events[:, counts])
    columns = np.flatnonzero(kinds == "fluorescence")
    if not len(columns):
        return cofactors
    spreads = np.array([negative_spread(events[:, i].astype(np.float64)) for i in columns])
    top = reach(events, columns)
    highest = max(_highest(events[:, i], top) for i in columns) or _HABIT_RANGE
    own = _SPREADS * spreads
    known = own[own > 0]
    share = highest / _HABIT_RANGE
    habit = _FLUORESCENCE * (1.0 if _LIKE_HABIT[0] < share < _LIKE_HABIT[1] else share)
    if len(known) >= _ENOUGH:
        usual = float(np.median(known))
        own = np.minimum(np.where(own > 0, own, usual), _OUTLYING * usual)
    own[~(own > 0)] = habit
    cofactors[columns] = np.clip(own, _NARROWEST * highest, _WIDEST * highest)
    return cofactors


def _highest(values: np.ndarray, top: float) -> float:
    """The highest signal, of what may be one."""
    finite = np.abs(values[np.isfinite(values)])
    return min(float(finite.max()), top) if len(finite) else 0.0
