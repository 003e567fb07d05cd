"""Moderated t of every subject under every arrangement of labels."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, polygamma

from cytoclust.stats._log_rates import LogRates

__all__ = ["Regression"]

Matrix = NDArray[np.float64]

_MOST_PRIOR = 50.0
"""Degrees of freedom of the prior at most: more would trust a subject's own patients too little. Chosen."""
_FEWEST = 3
"""Subjects from which on their variances have a common prior. Derived: two do not tell a spread of variances."""
_ROUNDING = 1e-12
"""Bears on no result: what is less is rounding."""


@dataclass(frozen=True)
class Regression:
    """Scores regressed on a label, with an effect of each stratum and of covariates; weights are those of the scores.

    Attributes
    ----------
    scores
        (n, k).
    strata
        (n,) integers.
    covariates
        (n, q) numbers; none by default.
    """

    scores: LogRates
    strata: NDArray[np.int64]
    covariates: Matrix

    @property
    def freedom(self) -> int:
        """Degrees of freedom of a residual variance, with the label fitted."""
        return len(self.strata) - len(np.unique(self.strata)) - self.covariates.shape[1] - 1

    def prior(self) -> tuple[float, float]:
        """Degrees of freedom and variance that subjects have in common.

        Of the logarithms of their variances, without the label, so that no arrangement of labels changes it (Smyth
        2004, section 6.2).
        """
        freedom = self.freedom + 1
        variance = self._squares / max(freedom, 1)
        known = variance[variance > _ROUNDING]
        if freedom < 1 or not len(known):
            return 0.0, 1.0
        logs = np.log(known)
        if len(known) < _FEWEST:
            return 0.0, float(np.exp(logs.mean()))
        e = logs - digamma(freedom / 2) + np.log(freedom / 2)
        excess = float(e.var(ddof=1) - polygamma(1, freedom / 2))
        prior = min(2 * _trigamma_inverse(excess), _MOST_PRIOR) if excess > 0 else _MOST_PRIOR
        return prior, float(np.exp(e.mean() + digamma(prior / 2) - np.log(prior / 2)))

    def t(self, labels: NDArray[np.bool_], prior: tuple[float, float]) -> tuple[Matrix, Matrix]:
        """Moderated t and coefficient, each (m, k), under arrangements (m, n) of labels; 0 where labels tell nothing.

        The coefficient is what the labelled have more, on the natural logarithm.
        """
        z = labels.astype(np.float64)
        w = self.scores.weights
        numerator = z @ (w * self._residual)
        denominator = np.zeros_like(numerator)
        for rows in self._rows:
            inside, total = z[:, rows] @ w[rows], w[rows].sum(axis=0)
            outside = inside / np.maximum(total, _ROUNDING)
            np.subtract(1.0, outside, out=outside)
            inside *= outside
            denominator += inside
        for column in self._basis:
            denominator -= (z @ (w * column)) ** 2
        usable = denominator > _ROUNDING * np.maximum(w.sum(axis=0), _ROUNDING)
        denominator[~usable], numerator[~usable] = 1.0, 0.0
        coefficient = numerator / denominator
        squeezed = np.square(numerator, out=numerator)
        squeezed /= denominator
        np.subtract(self._squares, squeezed, out=squeezed)
        np.maximum(squeezed, 0.0, out=squeezed)
        freedom, variance = prior
        squeezed += freedom * variance
        squeezed /= max(freedom + self.freedom, 1)
        error = np.maximum(squeezed, _ROUNDING, out=squeezed)
        error /= denominator
        np.sqrt(error, out=error)
        return coefficient / error, coefficient

    @cached_property
    def _rows(self) -> list[NDArray[np.int64]]:
        return [np.flatnonzero(self.strata == stratum) for stratum in np.unique(self.strata)]

    def _centred(self, values: Matrix) -> Matrix:
        """Values (n, k) less their weighted mean in each stratum."""
        centred = np.empty_like(values)
        for rows in self._rows:
            w = self.scores.weights[rows]
            centred[rows] = values[rows] - (w * values[rows]).sum(axis=0) / np.maximum(w.sum(axis=0), 1e-300)
        return centred

    @cached_property
    def _basis(self) -> list[Matrix]:
        """Covariates (n, k) without strata, orthogonal and of length 1 in the weights of each subject."""
        found: list[Matrix] = []
        w = self.scores.weights
        for values in self.covariates.T:
            column = self._centred(np.repeat(values[:, None], w.shape[1], axis=1))
            for other in found:
                column = column - (w * column * other).sum(axis=0) * other
            length = np.sqrt((w * column**2).sum(axis=0))
            found.append(np.where(length > _ROUNDING, column / np.maximum(length, _ROUNDING), 0.0))
        return found

    @cached_property
    def _residual(self) -> Matrix:
        """Scores without strata and covariates (n, k)."""
        left, w = self._centred(self.scores.values), self.scores.weights
        for column in self._basis:
            left = left - (w * left * column).sum(axis=0) * column
        return left

    @cached_property
    def _squares(self) -> Matrix:
        """Weighted sum of squares (k,) without strata and covariates."""
        return np.asarray((self.scores.weights * self._residual**2).sum(axis=0))


def _trigamma_inverse(value: float) -> float:
    """X with ψ'(x) = value, by Newton's method (Smyth 2004, appendix)."""
    if value > 1e7:
        return 1.0 / np.sqrt(value)
    if value < 1e-6:
        return 1.0 / value
    x = 0.5 + 1.0 / value
    for _ in range(50):
        step = polygamma(1, x) * (1 - polygamma(1, x) / value) / polygamma(2, x)
        x += float(step)
        if -step / x < 1e-10:
            break
    return float(x)
