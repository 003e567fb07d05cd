"""How far the scale of each detector reaches."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cytoclust.keys import SignalType

__all__ = ["beyond_limits", "reach", "scale_limits"]

_BULK = 0.98
"""Quantile of the absolute values up to which they tell of the scale. Chosen: wrong values are fewer than 2 %."""
_DECADES = 1e4
"""Times that quantile, of the brightest detector of its kind: what lies beyond is no signal, whatever its unit. Chosen:
from the noise of the negatives to the top of the scale it is three decades, or four on the widest detectors."""
_TOP: Final = 2.0**26
"""Beyond this, and far beyond the bulk, there is no signal either. Derived: four times the top of the widest detectors'
scale, 2²⁴, as spillover taken off may lift a signal."""
_FAR = 100.0
"""Times the quantile: far beyond the bulk; and no negative value is as far below zero. Chosen: spillover cannot take
off more than a signal."""
_LARGEST: Final = 1e15
"""Beyond this nothing is a signal. Derived: squares of larger values, summed over markers, do not fit a float32."""
_HABIT: Final = 262_144.0
"""A top of the scale that needs no other evidence. Derived: 2¹⁸, as BD's instruments write."""


def scale_limits(events: NDArray[np.float32], signal_types: Sequence[SignalType]) -> NDArray[np.float32]:
    """Lowest and highest value that each column can have, (2, p); infinite for columns of no detector.

    Detectors of one kind share their range, so that one which saw nothing but negatives has that of the others; a few
    wild values do not move it. The clock has its own.

    Parameters
    ----------
    events
        Linear events (m, p).
    signal_types
        Of the columns (p,).
    """
    limits = np.full((2, len(signal_types)), np.inf)
    kinds = np.array(signal_types, dtype=object)
    for kind in ("fluorescence", "mass", "scatter", "time"):
        columns = np.flatnonzero(kinds == kind)
        bulk = _bulk(events, columns)
        if bulk > 0:
            limits[0, columns] = min(_FAR * bulk, _LARGEST)
            limits[1, columns] = min(_DECADES * bulk, max(_FAR * bulk, _TOP), _LARGEST)
        else:
            limits[:, columns] = _LARGEST
    limits[0] *= -1
    return limits.astype(np.float32)


def beyond_limits(events: NDArray[np.float32], limits: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which values (n, p) lie beyond the limits (2, p); NaN does not."""
    return np.asarray((events < limits[0]) | (events > limits[1]))


def reach(events: NDArray[np.float32], columns: NDArray[np.int64]) -> float:
    """The most that is taken for the top of the scale of some columns, which a few wild values do not move."""
    return min(max(_FAR * _bulk(events, columns), _HABIT), _LARGEST)


def _bulk(events: NDArray[np.float32], columns: NDArray[np.int64]) -> float:
    """The largest quantile of absolute values over some columns."""
    found = 0.0
    for column in columns.tolist():
        values = np.abs(events[:, column])
        values = values[np.isfinite(values)]
        if len(values):
            rank = min(int(_BULK * len(values)), len(values) - 1)
            found = max(found, float(np.partition(values, rank)[rank]))
    return found
