"""Colonies per cell, from wells that were counted, some of them too full to be."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq, minimize_scalar
from scipy.special import hyp1f1
from scipy.stats import chi2, poisson, t

__all__ = ["Colonies", "colonies"]

_DRAWS = 9999
"""Of the test for wells that differ. Convention: p to 0.01."""
_TINY = 1e-250
"""Probability below which its series is more exact. Bears on no result: doubles end at 1e-308."""
_ALPHA = 0.05
"""P above which wells count as alike. Convention: 5 %."""


@dataclass(frozen=True)
class Colonies:
    """Colonies per cell with limits, and how likely wells that are alike differ as much as these.

    Attributes
    ----------
    rate, low, high
        Colonies a cell seeded.
    dispersion_p
        P of the index of dispersion, given the total; NaN of fewer than two wells that were counted.
    """

    rate: float
    low: float
    high: float
    dispersion_p: float


def colonies(
    count: ArrayLike, cells: ArrayLike, *, censored: ArrayLike | None = None, confidence: float = 0.95, seed: int = 0
) -> Colonies:  # fmt: skip
    """Rate of a Poisson count with exact limits (Garwood, Biometrika 1936;28:437).

    With wells too full to count, by the likelihood, limits where it falls by half a quantile of χ². Where wells differ
    by more than chance, limits are those of a quasi-Poisson rate, t with n − 1 degrees of freedom on the logarithm.

    Parameters
    ----------
    count, cells
        Colonies and cells seeded of each well, (n,).
    censored
        (n,) wells of which ``count`` is the least that they have.
    confidence
        Such as 0.95.
    seed
        Of the tables with the same total that the index of dispersion is compared with.
    """
    k, of = np.asarray(count, dtype=np.float64), np.asarray(cells, dtype=np.float64)
    full = np.zeros(len(k), dtype=bool) if censored is None else np.asarray(censored, dtype=bool)
    p = _dispersion_p(k[~full], of[~full], seed)
    if full.any():
        return Colonies(*_by_likelihood(k, of, full, confidence), p)
    total, tail = k.sum(), (1 - confidence) / 2
    low = chi2.ppf(tail, 2 * total) / 2 if total else 0.0
    high = chi2.isf(tail if total else 2 * tail, 2 * total + 2) / 2
    rate = total / of.sum()
    if p <= _ALPHA:
        excess = _index(k, of) / (len(k) - 1)
        reach = t.isf(tail, len(k) - 1) * np.sqrt(excess / total)
        low, high = min(low, total * np.exp(-reach)), max(high, total * np.exp(reach))
    return Colonies(float(rate), float(low / of.sum()), float(high / of.sum()), p)


def _index(k: NDArray[np.float64], of: NDArray[np.float64]) -> float:
    expected = k.sum() * of / of.sum()
    return float(((k - expected) ** 2 / expected).sum())


def _dispersion_p(k: NDArray[np.float64], of: NDArray[np.float64], seed: int) -> float:
    if len(k) < 2 or not k.sum():
        return np.nan
    drawn = np.random.default_rng(seed).multinomial(int(k.sum()), of / of.sum(), size=_DRAWS)
    expected = k.sum() * of / of.sum()
    index = ((drawn - expected) ** 2 / expected).sum(axis=1)
    return float((1 + (index >= _index(k, of) - 1e-9).sum()) / (1 + _DRAWS))


def _log_at_least(k: NDArray[np.float64], mean: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log P(K ≥ k), also where the probability itself is too small a number: its series (Abramowitz and Stegun 6.5.29).

    Σ mean^(k+j) e^−mean / (k+j)! over j ≥ 0 is the first term times 1F1(1; k + 1; mean).
    """
    plain = poisson.sf(k - 1, mean)
    below = np.minimum(mean, k)
    series = poisson.logpmf(k, below) + np.log(hyp1f1(1.0, k + 1.0, below))
    return np.where(plain > _TINY, np.log(np.maximum(plain, _TINY)), series)


def _by_likelihood(
    k: NDArray[np.float64], of: NDArray[np.float64], full: NDArray[np.bool_], confidence: float
) -> tuple[float, float, float]:
    """Estimate and limits; no upper one where every well was too full."""

    def likelihood(log_rate: float) -> float:
        mean = np.exp(log_rate) * of
        return float(np.where(full, _log_at_least(k, mean), poisson.logpmf(k, mean)).sum())

    most = np.log(max(10 * k.sum(), 10.0) / of.min())
    least = np.log(1e-3 / of.sum())
    if full.all():
        fall = np.log(1 - confidence)
        low = brentq(lambda at: likelihood(at) - fall, least, most)
        return np.nan, float(np.exp(low)), np.inf
    best = minimize_scalar(
        lambda at: -likelihood(at), bounds=(least, most), method="bounded", options={"xatol": 1e-9}
    ).x
    fall = likelihood(best) - chi2.isf(1 - confidence, 1) / 2
    low = brentq(lambda at: likelihood(at) - fall, least, best) if likelihood(least) < fall else -np.inf
    high = brentq(lambda at: likelihood(at) - fall, best, most + 3)
    return float(np.exp(best)), float(np.exp(low)), float(np.exp(high))
