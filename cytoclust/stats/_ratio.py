"""How many times as much one side has, with an interval."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from cytoclust.stats._log_rates import log_rates
from cytoclust.stats._moderated import Regression

__all__ = ["ratio_interval"]

Matrix = NDArray[np.float64]

_REACH = 16.0
"""Natural logarithm of the largest ratio that is told, either way: beyond it there is no limit. Bears on no result: of
cells no part can differ by more."""
_HALVINGS = 40
"""Of the bisection. Derived: 2⁻⁴⁰ of the range is less than is printed."""


def ratio_interval(
    events: Matrix, cells: Matrix, inside: NDArray[np.bool_], strata: NDArray[np.int64], *,
    dispersion: float, prior: tuple[float, float], covariates: Matrix, confidence: float,
) -> Matrix:  # fmt: skip
    """Ratio of the rates (3, k): estimate, lower and upper limit.

    The moderated t is inverted: the ratio is the one that, if the cells of those inside are multiplied by it, leaves
    no difference; the limits are those that leave one which is just significant. 0 or infinity where counts set none:
    nothing on one side. NaN where labels tell nothing.

    Parameters
    ----------
    events, cells
        Units × subjects.
    inside
        (n,) the side asked about.
    strata, covariates, dispersion, prior
        As in the test.
    confidence
        Of the interval, two-sided.
    """
    label = inside[None, :]
    limit = float(stdtrit(max(prior[0] + Regression(log_rates(events, cells, strata, dispersion), strata,
                                                    covariates).freedom, 1e-9), (1 + confidence) / 2))  # fmt: skip

    def t(log_ratio: Matrix) -> Matrix:
        moved = np.where(inside[:, None], cells * np.exp(log_ratio), cells)
        return Regression(log_rates(events, moved, strata, dispersion), strata, covariates).t(label, prior)[0][0]

    found = np.exp(np.stack([_root(t, events.shape[1], target) for target in (0.0, limit, -limit)]))
    found[found >= np.exp(_REACH) * (1 - 1e-6)] = np.inf
    found[found <= np.exp(-_REACH) * (1 + 1e-6)] = 0.0
    none_in, none_out = (events[side].sum(axis=0) == 0 for side in (inside, ~inside))
    found[0, none_in], found[1, none_in] = 0.0, 0.0
    found[0, none_out], found[2, none_out] = np.inf, np.inf
    found[:, none_in & none_out] = np.nan
    told = Regression(log_rates(events, cells, strata, dispersion), strata, covariates).t(label, prior)[0][0] != 0
    balanced = found[0] == 1
    found[:, ~told & ~balanced & ~none_in & ~none_out] = np.nan
    return found


def _root(t: Callable[[Matrix], Matrix], k: int, target: float) -> Matrix:
    """Where a falling function of the log ratio takes a value (k,), within the reach."""
    low, high = np.full(k, -_REACH), np.full(k, _REACH)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        above = t(middle) > target
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return (low + high) / 2
