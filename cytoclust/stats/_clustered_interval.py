"""Interval of a fraction where the patient is the unit."""

import numpy as np
import scipy
from numpy.typing import ArrayLike

from cytoclust.stats._exact_interval import exact_interval

__all__ = ["clustered_interval"]


def clustered_interval(events: ArrayLike, total: ArrayLike, *, confidence: float) -> tuple[float, float]:
    """Limits of ``sum(events) / sum(total)``, for patients that were not seen.

    Clopper–Pearson limits for as many independent events as the spread between patients leaves (Korn & Graubard 1998,
    Survey Methodology 24:193): n' = p(1 − p) / v · (t(n − 1) / t(m − 1))², at most n, where v is the variance of the
    ratio over the m patients (linearised) and t the quantile of Student's t. If none or all were seen there is no
    spread to tell from, and n' = n (t(n − 1) / t(m − 1))².

    Parameters
    ----------
    events, total
        Counts of each patient (m,); one without events in ``total`` says nothing, and is no patient here.
    confidence
        Such as 0.95.

    Returns
    -------
    Lower and upper limit; NaN of fewer than two patients, as one says nothing about another.
    """
    k, n = np.asarray(events, dtype=float), np.asarray(total, dtype=float)
    k, n = k[n > 0], n[n > 0]
    m, size = len(n), n.sum()
    if m < 2:
        return np.nan, np.nan
    p = k.sum() / size
    spread = m / (m - 1) * np.sum((k - p * n) ** 2) / size**2
    independent = size if p in (0, 1) or spread == 0 else p * (1 - p) / spread
    tail = (1 + confidence) / 2
    shrunk = min(size, independent * (scipy.stats.t.ppf(tail, size - 1) / scipy.stats.t.ppf(tail, m - 1)) ** 2)
    low, high = exact_interval(p * shrunk, shrunk, confidence=confidence)
    return float(low), float(high)
