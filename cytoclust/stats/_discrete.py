"""Multiplicity for tests that can take few values."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["discrete_bh", "discrete_holm"]

Attained = Callable[[float], NDArray[np.float64]]
"""From a bound to the chance (k,), under the null, that the p of each test is at most that."""


def discrete_holm(p: NDArray[np.float64], attained: Attained) -> NDArray[np.float64]:
    """Adjusted p (k,) by Holm's step-down, each test counted with the chance it has to reach such a p.

    A test that cannot reach a bound, whatever its labels, is no burden to the others (Tarone 1990, Biometrics 46:515;
    step-down as in Zhu & Guo 2019, arXiv:1911.01107). With continuous tests this is Holm's method. NaN stays NaN.
    """
    adjusted = np.full(len(p), np.nan)
    order = [i for i in np.argsort(p, kind="stable") if not np.isnan(p[i])]
    last = 0.0
    for place, i in enumerate(order):
        last = max(last, min(1.0, float(attained(p[i])[order[place:]].sum())))
        adjusted[i] = last
    return adjusted


def discrete_bh(p: NDArray[np.float64], attained: Attained) -> NDArray[np.float64]:
    """Adjusted p (k,) by Benjamini and Hochberg's step-up, each test counted with the chance it has to reach such a p.

    Heyse 2011 (in: Recent Advances in Biostatistics, 43-58). With continuous tests this is Benjamini-Hochberg's method.
    NaN stays NaN.
    """
    adjusted = np.full(len(p), np.nan)
    order = [i for i in np.argsort(p, kind="stable") if not np.isnan(p[i])]
    last = 1.0
    for place in range(len(order) - 1, -1, -1):
        i = order[place]
        last = min(last, float(attained(p[i])[order].sum()) / (place + 1))
        adjusted[i] = last
    return adjusted
