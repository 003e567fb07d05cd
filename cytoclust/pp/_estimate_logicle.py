"""Parameters of the logicle scale from the data."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from cytoclust.keys import SignalType

DECADES: Final = 4.5  # M, as in Parks et al. and Gating-ML 2.0
_FEWEST = 20  # negative values that a reference needs
_HABIT = 0.5  # W where there are too few
_LOWEST = 0.05  # the reference is this quantile of the negative values


def estimate_logicle(events: np.ndarray, signal_types: Sequence[SignalType]) -> np.ndarray:
    """T and W of the logicle scale of each channel; M is 4.5 and A is 0.

    T is the highest value of the channel, W is ``(M - log10(T / |r|)) / 2`` with r the fifth percentile of the
    negative values, so that the negatives are just within the scale (Parks, Roederer and Moore, Cytometry A 2006,
    69:541).

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
    for column, kind in enumerate(signal_types):
        if kind in ("fluorescence", "mass"):
            values = events[:, column].astype(np.float64)
            out[column] = _parameters(values[np.isfinite(values)])
    return out


def _parameters(values: np.ndarray) -> tuple[float, float]:
    top = float(values.max()) if len(values) else 0.0
    if not top > 0:
        return 1.0, _HABIT
    negative = values[values < 0]
    if len(negative) < _FEWEST:
        return top, _HABIT
    reference = abs(float(np.quantile(negative, _LOWEST)))
    return top, float(np.clip((DECADES - math.log10(top / reference)) / 2, 0.0, DECADES / 2 - 0.01))
