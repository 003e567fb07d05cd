"""Levels of two sides compared, as many times as much."""

import numpy as np
from numpy.typing import NDArray

from cytoclust.stats._compare import Compared
from cytoclust.stats._level_differences import level_differences

__all__ = ["compare_levels"]

Matrix = NDArray[np.float64]


def compare_levels(
    levels: Matrix, inside: NDArray[np.bool_], *, strata: NDArray[np.int64], covariates: Matrix | None = None,
    two_sided: bool = False, alpha: float = 0.05, n_permutations: int = 9999, seed: int = 0, confidence: float = 0.95,
    pairs: bool = False,
) -> Compared:  # fmt: skip
    """As :func:`compare`, of measured levels: the same statistic, arrangements and step-down maximum.

    Parameters
    ----------
    levels
        Units × subjects (n, k): natural logarithms of what was measured, none missing.
    inside, strata, covariates, two_sided, alpha, n_permutations, seed, confidence, pairs
        As for :func:`compare`. The interval of the ratio is that of t.
    """
    found = level_differences(
        levels, inside, strata=strata, covariates=covariates, two_sided=two_sided, alpha=alpha,
        n_permutations=n_permutations, seed=seed, confidence=confidence, pairs=pairs,
    )  # fmt: skip
    with np.errstate(over="ignore"):  # what two units tell may have no end
        ratio, low, high = (np.exp(each) for each in (found.difference, found.low, found.high))
    least = float(found.least.max(initial=0.0))
    return Compared(
        found.t, found.p, found.p_family, found.p_model, ratio, low, high, least, found.n_arrangements, found.basis
    )
