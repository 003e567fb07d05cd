"""Copies a well, from replicates of which some did not amplify."""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln
from scipy.stats import norm, t

__all__ = ["Copies", "Scale", "copies"]

Vector = NDArray[np.float64]

_MANY: Final = 300.0
"""Copies a well from which on their number is as good as normal. Derived: a skewness of 0.06."""
_GRID: Final = np.arange(np.log(1e-3), np.log(2 * _MANY), 0.04)
"""Natural logarithms of copies a well that are tried, between which limits are interpolated. Derived: a twentieth of
the least error of such counts."""
_LEAST: Final = 1e-300
"""Bears on no result: what is less is 0."""
_LOG2: Final = float(np.log(2))  # derived: ln 2
_LOG10: Final = float(np.log(10))  # derived: ln 10


@dataclass(frozen=True)
class Scale:
    """How copies become a Cq: intercept + slope log10(copies), with an error that replicate wells differ by.

    Attributes
    ----------
    intercept, slope
        Cq of one copy, and change by a tenfold amount.
    sd, freedom
        Cq between replicates, and the degrees of freedom it is known with.
    cut
        Cq from which on a well is as one without template.
    """

    intercept: float
    slope: float
    sd: float
    freedom: float
    cut: float = np.inf


@dataclass(frozen=True)
class Copies:
    """Log2 of copies a well, with limits; ``estimate`` and ``low`` are −inf where no well amplified.

    ``upper`` is the one-sided upper limit.
    """

    estimate: float
    low: float
    high: float
    upper: float
    n: int
    n_amplified: int


def copies(cq: ArrayLike, scale: Scale, *, confidence: float = 0.95) -> Copies:
    """The mean number of copies in a well of this sample, as log2.

    Wells hold Poisson numbers of copies; the Cq of a well is normal about that of its number, and a well without a copy
    does not amplify. So wells that did not amplify are neither missing nor at some last cycle: of few copies they are a
    limiting dilution, of many a censored Cq. Limits are where the likelihood falls by half the square of t.

    Parameters
    ----------
    cq
        (n,) NaN where a well did not amplify; from ``scale.cut`` on it counts as if it had not.
    scale
        Of the assay and plate.
    confidence
        Such as 0.95.
    """
    told = np.asarray(cq, dtype=np.float64)
    seen = told[np.isfinite(told) & (told < scale.cut)]
    n, tail = len(told), (1 - confidence) / 2
    reach, upper = (
        float(t.isf(each, scale.freedom)) if scale.freedom < 1e4 else float(norm.isf(each)) for each in (tail, 2 * tail)
    )
    middle = (seen.mean() - scale.intercept) / scale.slope * _LOG10 if len(seen) else -np.inf
    if len(seen) == n and middle > np.log(_MANY):
        variance = (scale.sd * _LOG10 / scale.slope) ** 2 + np.exp(-middle)
        error = float(np.sqrt(variance / n))
        limits = (middle, middle - reach * error, middle + reach * error, middle + upper * error)
    else:
        limits = _by_likelihood(seen, n, scale, max(middle, np.log(_MANY)), reach, upper)
    estimate, low, high, most = (float(each / _LOG2) for each in limits)
    return Copies(estimate, low, high, most, n, len(seen))


def _by_likelihood(
    seen: Vector, n: int, scale: Scale, most: float, reach: float, upper: float
) -> tuple[float, float, float, float]:
    """Natural logarithms: estimate, low, high, one-sided high."""
    grid = np.concatenate([_GRID, np.arange(_GRID[-1], most + 3.0, 0.04)[1:]])
    value = _likelihood(grid, seen, n, scale)
    best = int(np.argmax(value))
    fall = value - value[best]
    if not len(seen):
        most_copies = _one_sided(grid, value, upper)
        return -np.inf, -np.inf, most_copies, most_copies
    return (
        _top(grid, value, best),
        _crossing(grid, fall, best, -(reach**2) / 2, -1),
        _crossing(grid, fall, best, -(reach**2) / 2, 1),
        _crossing(grid, fall, best, -(upper**2) / 2, 1),
    )


def _likelihood(grid: Vector, seen: Vector, n: int, scale: Scale) -> Vector:
    """Log-likelihood at each mean number of copies, exp(grid)."""
    small = grid < np.log(2 * _MANY)
    poisson, number = _poisson()
    poisson = poisson[: int(small.sum())]
    found = np.empty(len(grid))
    at = scale.intercept + scale.slope * np.log10(number[1:])
    late = np.concatenate([[1.0], norm.sf(scale.cut, at, scale.sd)])
    found[small] = (n - len(seen)) * np.log(np.maximum(poisson @ late, _LEAST))
    for each in seen:
        density = np.concatenate([[0.0], norm.pdf(each, at, scale.sd)])
        found[small] += np.log(np.maximum(poisson @ density, _LEAST))
    if not small.all():
        mean = scale.intercept + scale.slope * grid[~small] / _LOG10
        sd = np.sqrt(scale.sd**2 + (scale.slope / _LOG10) ** 2 * np.exp(-grid[~small]))
        missed = np.maximum(norm.logsf(scale.cut, mean, sd), -np.exp(grid[~small]))
        found[~small] = norm.logpdf(seen[:, None], mean, sd).sum(axis=0) + (n - len(seen)) * missed
    return found


@cache
def _poisson() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Probability of each number of copies (g, m) at each mean of the grid, and the numbers (m,)."""
    number = np.arange(int(4 * _MANY))
    return np.exp(number * _GRID[:, None] - np.exp(_GRID)[:, None] - gammaln(number + 1)), number


def _crossing(grid: Vector, fall: Vector, best: int, level: float, side: int) -> float:
    """Where the likelihood has fallen to a level, on one side of its top."""
    at = best
    while 0 < at < len(grid) - 1 and fall[at] > level:
        at += side
    if fall[at] > level:
        return side * np.inf
    share = (fall[at - side] - level) / (fall[at - side] - fall[at])
    return float(grid[at - side] + share * (grid[at] - grid[at - side]))


def _one_sided(grid: Vector, value: Vector, upper: float) -> float:
    """Where nothing would be seen with the error that is allowed: exact for copies, as −ln(0.05) of the mean."""
    level = float(np.log(norm.sf(upper)))
    below = np.flatnonzero(value < level)
    at = int(below[0]) if len(below) else len(grid) - 1
    share = (value[at - 1] - level) / (value[at - 1] - value[at]) if len(below) else 1.0
    return float(grid[at - 1] + share * (grid[at] - grid[at - 1]))


def _top(grid: Vector, value: Vector, best: int) -> float:
    """The top of the parabola through the best point and its neighbours."""
    if not 0 < best < len(grid) - 1:
        return float(grid[best])
    left, middle, right = value[best - 1 : best + 2]
    bend = left - 2 * middle + right
    return float(grid[best] + (0.5 * (left - right) / bend if bend < 0 else 0.0) * (grid[1] - grid[0]))
