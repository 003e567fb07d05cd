"""The frequency of cells of which one is enough, from wells that were positive or not."""

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.stats import chi2, norm
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.families.links import CLogLog
from statsmodels.genmod.generalized_linear_model import GLM, GLMResults
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

__all__ = ["Dilution", "limiting_dilution"]


@dataclass(frozen=True)
class Dilution:
    """One in how many cells it is, and whether one is enough.

    Attributes
    ----------
    one_in, low, high
        Cells, ``low <= one_in <= high``; infinite where no well was positive, and ``one_in`` and ``low`` are NaN where
        all were: only one limit is known.
    slope, slope_p
        On the logarithm of the dose, and the p of the likelihood ratio test that it is 1, as it is where one cell is
        enough and wells are alike; NaN of fewer than two doses, or where all or no wells were positive.
    """

    one_in: float
    low: float
    high: float
    slope: float = np.nan
    slope_p: float = np.nan


def limiting_dilution(
    dose: ArrayLike, tested: ArrayLike, positive: ArrayLike, *, confidence: float = 0.95
) -> Dilution:  # fmt: skip
    """Frequency by the single-hit model: a well of d cells is negative with probability exp(−d / one_in).

    A binomial regression with complementary log-log link and log dose as offset, with Wald limits on the logarithm.
    Where no or all wells were positive, the limit that is known is one-sided and exact (Hu & Smyth, J Immunol Methods
    2009;347:70).

    Parameters
    ----------
    dose, tested, positive
        Cells a well, wells, and positive ones, each (n,); doses above 0.
    confidence
        Such as 0.95.
    """
    d, n, y = (np.asarray(each, dtype=np.float64) for each in (dose, tested, positive))
    if not y.any():
        return Dilution(np.inf, (d @ n) / -np.log(1 - confidence), np.inf)
    if (y == n).all():
        return Dilution(np.nan, np.nan, 1 / _least_frequency(d, n, 1 - confidence))
    fit = _fit(y, n, np.ones((len(d), 1)), np.log(d))
    at, reach = fit.params[0], norm.isf((1 - confidence) / 2) * fit.bse[0]
    one_in, low, high = (float(np.exp(-at + side * reach)) for side in (0, -1, 1))
    slope, slope_p = _slope(d, n, y, fit.deviance)
    return Dilution(one_in, low, high, slope, slope_p)


def _slope(
    d: NDArray[np.float64], n: NDArray[np.float64], y: NDArray[np.float64], single: float
) -> tuple[float, float]:
    levels = np.unique(d)
    parts = [(y[d == level].sum(), n[d == level].sum()) for level in levels]
    mixed = [0 < positive < tested for positive, tested in parts]
    if len(levels) < 2 or (not any(mixed) and _parted(parts)):
        return np.nan, np.nan
    fit = _fit(y, n, np.column_stack([np.ones(len(d)), np.log(d)]), np.zeros(len(d)))
    return float(fit.params[1]), float(chi2.sf(max(single - fit.deviance, 0.0), 1))


def _parted(parts: list[tuple[float, float]]) -> bool:
    """Whether no well is positive up to a dose, and every well beyond it: the slope has no limit."""
    shares = [positive / tested for positive, tested in parts]
    return shares == sorted(shares)


def _fit(
    y: NDArray[np.float64], n: NDArray[np.float64], design: NDArray[np.float64], offset: NDArray[np.float64]
) -> GLMResults:
    """The regression; that it may fit perfectly, or leave no residual, is no fault of it: its scale is 1."""
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        model = GLM(np.column_stack([y, n - y]), design, family=Binomial(CLogLog()), offset=offset)
        return model.fit(tol=1e-12)


def _least_frequency(d: NDArray[np.float64], n: NDArray[np.float64], alpha: float) -> float:
    """The frequency at which all wells are positive with probability ``alpha``."""

    def excess(log_frequency: float) -> float:
        return float(n @ np.log(-np.expm1(-np.exp(log_frequency) * d)) - np.log(alpha))

    return float(np.exp(brentq(excess, np.log(1e-6 / d.max()), np.log(700 / d.min()), xtol=1e-13)))
