"""Cofactors from the data."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from cytoclust.keys import SignalType
from cytoclust.pp._spread import negative_spread

_MASS: Final = 5.0  # ion counts have one unit on every instrument
_FLUORESCENCE: Final = 150.0  # the habit, for detectors that end at _HABIT_RANGE
_HABIT_RANGE: Final = 262_144.0
_NARROWEST, _WIDEST = 1e-5, 0.5  # bounds of a cofactor, as a share of the highest signal
_SPREADS = 4.0
_ENOUGH = 3  # channels whose own cofactors can stand in for one that has none
_OUTLYING = 4.0  # times the usual cofactor, beyond which what looks negative is cells that are all positive


def estimate_cofactors(events: np.ndarray, signal_types: Sequence[SignalType]) -> np.ndarray:
    """A cofactor for each channel, so that its negative population has a spread of about a quarter of a unit.

    The cofactor is four times the spread of the lowest mode (see ``negative_spread``). Normal noise around zero keeps
    one mode under arcsinh only if the cofactor is at least its standard deviation (the second derivative of the
    density at zero is 1 − (cofactor / sd)²), and some cells' noise is a few times the usual.
    A fluorescence channel without a negative population takes the median of the others, and one where all cells seem
    to be positive at most four times as much; if fewer than three have one, 150, or as much less or more as the
    highest signal is far from 262,144. A mass channel takes 5.

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
    cofactors[kinds == "mass"] = _MASS
    columns = np.flatnonzero(kinds == "fluorescence")
    if not len(columns):
        return cofactors
    spreads = np.array([negative_spread(events[:, i].astype(np.float64)) for i in columns])
    highest = max((_highest(events[:, i]) for i in columns), default=0.0) or _HABIT_RANGE
    own = _SPREADS * spreads
    known = own[own > 0]
    reach = highest / _HABIT_RANGE
    habit = _FLUORESCENCE * (1.0 if 0.05 < reach < 5 else reach)
    if len(known) >= _ENOUGH:
        usual = float(np.median(known))
        own = np.minimum(np.where(own > 0, own, usual), _OUTLYING * usual)
    own[~(own > 0)] = habit
    cofactors[columns] = np.clip(own, _NARROWEST * highest, _WIDEST * highest)
    return cofactors


def _highest(values: np.ndarray) -> float:
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max()) if len(finite) else 0.0
