"""Parameters of the logicle scale from the data."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from cytoclust.pp._scale_limits import reach

DECADES: Final = 4.5
"""M. Source: Parks et al. 2006, and Gating-ML 2.0."""
_FEWEST = 20
"""Negative values that a reference needs. Derived: one lies below the reference then."""
_HABIT = 0.5
"""W, in decades, where there are too few. Convention: flowCore's default."""
_LOWEST = 0.05
"""The reference is this quantile of the negative values. Source: Parks et al. 2006."""
_ROOM = 0.01
"""Decades that W stays below half the scale, which is its bound. Chosen: any small number does."""


def estimate_logicle(events: np.ndarray, signal_types: Sequence[str]) -> np.ndarray:
    """T and W of the logicle scale of each channel; M is 4.5 and A is 0.

    T is the highest value of the channel (a few wild events do not set it), W is ``(M - log10(T / |r|)) / 2`` with r
    the fifth percentile of the negative values, so that the negatives are just within the scale (Parks, Roederer and
    Moore, Cytometry A 2006, 69:541).

    Parameters
    ----------
    events
        Linear, compensated events, pooled over samples, (m, p).
    signal_types
        Of each column, (p,).

    Returns
    -------
    float64 (p, 2): T and W; NaN for scatter, time and other columns.
    """
    out = np.full((len(signal_types), 2), math.nan)
    for kind in ("fluorescence", "mass"):
        columns = np.array([column for column, each in enumerate(signal_types) if each == kind], dtype=np.int64)
        most = reach(events, columns)
        for column in columns:
            values = events[:, column].astype(np.float64)
            out[column] = _parameters(values[np.isfinite(values)], most)
    return out


def _parameters(values: np.ndarray, most: float) -> tuple[float, float]:
    top = min(float(values.max()), most) if len(values) else 0.0
    if not top > 0:
        return 1.0, _HABIT
    negative = values[values < 0]
    if len(negative) < _FEWEST:
        return top, _HABIT
    reference = abs(float(np.quantile(negative, _LOWEST)))
    return top, float(np.clip((DECADES - math.log10(top / reference)) / 2, 0.0, DECADES / 2 - _ROOM))
