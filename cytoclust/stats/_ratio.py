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
_HALVINGS = 26
"""Of the bisection. Derived: 2⁻²⁶ of the range is less than a millionth of the ratio."""
_STEPS = np.geomspace(0.05, 2 * _REACH, 28)
"""Natural logarithms: how far from the estimate a limit is looked for. Derived: neighbours differ by a quarter."""


def ratio_interval(
    events: Matrix, cells: Matrix, inside: NDArray[np.bool_], strata: NDArray[np.int64], *,
    dispersion: float, prior: tuple[float, float], covariates: Matrix, confidence: float,
) -> Matrix:  # fmt: skip
    """Ratio of the rates (3, k): estimate, lower and upper limit.

    The moderated t is inverted: the ratio is the one that, if the cells of those inside are multiplied by it, leaves
    no difference; the limits are those that leave one which is just significant. 0 or infinity where counts set none:
    nothing on one side. NaN where labels tell nothing, and for a limit beyond all ratios that are tried.

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
        """Of (m, k) ratios."""
        m = len(log_ratio)
        moved = np.where(inside[:, None], np.tile(cells, m) * np.exp(log_ratio.ravel()), np.tile(cells, m))
        scores = log_rates(np.tile(events, m), moved, strata, dispersion)
        return Regression(scores, strata, covariates).t(label, prior)[0][0].reshape(log_ratio.shape)

    estimate = _estimate(t, events.shape[1])
    ends = _ends(t, estimate, limit=limit)
    found = np.exp(np.stack([estimate, *ends]))
    found[found >= np.exp(_REACH) * (1 - 1e-6)] = np.inf
    found[found <= np.exp(-_REACH) * (1 + 1e-6)] = 0.0
    none_in, none_out = (events[side].sum(axis=0) == 0 for side in (inside, ~inside))
    found[0, none_in], found[1, none_in] = 0.0, 0.0
    found[0, none_out], found[2, none_out] = np.inf, np.inf
    found[:, none_in & none_out] = np.nan
    told = Regression(log_rates(events, cells, strata, dispersion), strata, covariates).t(label, prior)[0][0] != 0
    balanced = found[0] == 1
    found[:, ~told & ~balanced & ~none_in & ~none_out] = np.nan
    found[1, np.isposinf(found[1])] = np.nan  # significant as far as was looked: no limit is known
    found[2, found[2] == 0] = np.nan
    return found


def _estimate(t: Callable[[Matrix], Matrix], k: int) -> Matrix:
    """The log ratio (k,) at which t, positive below it and negative above, is 0."""
    low, high = np.full(k, -_REACH), np.full(k, _REACH)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        above = t(middle[None])[0] > 0
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return (low + high) / 2


def _ends(t: Callable[[Matrix], Matrix], estimate: Matrix, *, limit: float) -> Matrix:
    """The log ratios (2, k) below and above the estimate at which t first takes the limit; else the end of the reach.

    Far from the estimate t falls back to 0, since one side is expected to have nothing there, and its units weigh
    nothing: so the limit is looked for from the inside out.
    """
    outward = np.array([[-1.0], [1.0]])

    def significant(place: Matrix) -> NDArray[np.bool_]:
        return np.asarray(-outward * t(place) > limit)

    inner = np.tile(estimate, (2, 1))
    outer = np.broadcast_to(outward * _REACH, inner.shape).copy()
    met = np.zeros(inner.shape, dtype=bool)
    for step in _STEPS:
        place = np.clip(estimate + outward * step, -_REACH, _REACH)
        now = ~met & significant(place)
        outer[now], met = place[now], met | now
        inner = np.where(met, inner, place)
        if met.all():
            break
    for _ in range(_HALVINGS):
        middle = (inner + outer) / 2
        beyond = significant(middle)
        inner, outer = np.where(beyond, inner, middle), np.where(beyond, middle, outer)
    return np.where(met, outer, outward * _REACH)
