"""Columns that rise from event to event."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys

__all__ = ["rising"]

_FEWEST: Final = 200
"""Events below which nothing is concluded. Convention: so many rise by chance never."""
_STEPS: Final = 20
"""Different values that it must have. Chosen: a clock moves."""


def rising(values: NDArray[np.float32]) -> keys.Role | None:
    """``clock`` of values that never fall, ``index`` of such that rise evenly, as numbers of events do; else None."""
    if len(values) < _FEWEST or not np.isfinite(values).all():
        return None
    steps = np.diff(values.astype(np.float64))
    if (steps < 0).any() or np.count_nonzero(steps) < _STEPS:
        return None
    return "index" if np.allclose(steps, np.median(steps), rtol=0.01, atol=1.0) and steps.min() > 0 else "clock"
