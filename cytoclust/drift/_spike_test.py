"""Whether cells of a rare population would land on themselves through another batch's correction."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from cytoclust.drift._control_profile import ControlProfile

__all__ = ["SPIKE_LIMIT", "spike_test"]

SPIKE_LIMIT: Final = 0.25
"""Units of arcsinh that the median may move. Chosen: a sixth of what parts dim from positive."""
_WITHIN: Final = (0.002, 0.9995)
"""Levels of the control between which it says what the other batch would have measured. Chosen."""
_COVERED: Final = 0.5
"""Share of the cells that must lie there. Chosen."""


def spike_test(
    signals: NDArray[np.float64],
    marker: str,
    *,
    own: ControlProfile,
    other: ControlProfile,
    own_gain: float,
    other_gain: float,
    scale: float,
) -> float:
    """By how much the median cell moves, in units of arcsinh with cofactor ``scale``; NaN where the control cannot say.

    Linear signals (n,) of cells of one batch are put on the scale of another by the controls' own quantiles, without a
    gain (what this batch's control measures at a level, the other's measures at that level), then corrected by the
    other's gain, and compared with the same cells corrected by their own. NaN where most lie beyond what the control
    has, and in the gap between its populations, where quantiles say nothing.
    """
    i, j = own.markers.index(marker), other.markers.index(marker)
    column = own.values[:, i]
    levels = np.interp(signals, column, own.levels)
    low, high = np.interp(_WITHIN, own.levels, column)
    inside = (signals >= low) & (signals <= high)
    if not len(signals) or inside.mean() < _COVERED:
        return float("nan")
    carried = other.at(j, levels[inside]) / np.exp(other_gain)
    kept = signals[inside] / np.exp(own_gain)
    return float(abs(np.median(np.arcsinh(carried / scale) - np.arcsinh(kept / scale))))
