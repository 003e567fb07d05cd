"""How far cells without a marker reach."""

import numpy as np

__all__ = ["upper_end"]

_SHARE = 0.995
"""Of the events of a control, below the cut. Convention: where FMO gates are usually set."""
_INNER = 0.975
"""Of the events, below a value that a few stray ones do not move. Derived: two standard deviations of a normal above
its middle."""
_ENOUGH = 2000
"""Events of a control. Derived: so many that ten lie above the end."""
_LONGER = 2.576 / 1.960
"""How much farther the end is from the middle than the inner value. Derived: Φ⁻¹(0.995) / Φ⁻¹(0.975), for a normal."""
_LONGEST = 2.0
"""The same, at most, for a distribution with a tail. Chosen: see sensitivity."""


def upper_end(values: np.ndarray) -> tuple[float, float]:
    """The value that 99.5 % of the events of a control lie below, and its standard deviation.

    99.5 % is where FMO gates are usually set. A tail of stray events (carry-over of stained cells) must not move it, so
    it is at most twice as far from the median as the value that 97.5 % lie below; for a normal it is 1.31 times as far,
    and that is taken where there are fewer than 2,000 events. The deviation is that of the order statistics.

    Parameters
    ----------
    values
        ``(n,)`` events of the control on the transformed scale.
    """
    middle, inner = np.quantile(values, [0.5, _INNER])
    furthest = middle + _LONGEST * (inner - middle)
    if len(values) < _ENOUGH:
        return float(middle + _LONGER * (inner - middle)), _LONGER * _deviation(values, _INNER)
    return float(min(np.quantile(values, _SHARE), furthest)), _deviation(values, _SHARE)


def _deviation(values: np.ndarray, share: float) -> float:
    """Of a quantile: half of what lies between the quantiles of the share plus and less its own deviation."""
    sd = np.sqrt(share * (1 - share) / len(values))
    low, high = np.quantile(values, [share - sd, min(share + sd, 1.0)])
    return float((high - low) / 2)
