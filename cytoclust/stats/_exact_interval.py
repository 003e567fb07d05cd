"""Exact interval of a fraction."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv

__all__ = ["exact_interval"]


def exact_interval(
    events: ArrayLike, total: ArrayLike, *, confidence: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Clopper–Pearson limits of ``events / total``.

    Where none (or all) were seen, the limit is one-sided: of none among N, the upper 95 % limit is ``1 − 0.05^(1/N)``,
    the rule of 3/N (Hanley & Lippman-Hand 1983).

    Parameters
    ----------
    events, total
        Counts, of one shape.
    confidence
        Such as 0.95.

    Returns
    -------
    Lower and upper limit, of the same shape; NaN where ``total`` is 0.
    """
    k, n = np.broadcast_arrays(np.asarray(events, dtype=np.float64), np.asarray(total, dtype=np.float64))
    tail = np.where((k == 0) | (k == n), 1 - confidence, (1 - confidence) / 2)
    with np.errstate(invalid="ignore"):
        low = np.where(k == 0, 0.0, betaincinv(k, n - k + 1, tail))
        high = np.where(k == n, 1.0, betaincinv(k + 1, n - k, 1 - tail))
    return np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan)
