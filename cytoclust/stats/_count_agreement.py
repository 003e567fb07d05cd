"""Whether two ways of counting give the same amounts."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike

__all__ = ["CountAgreement", "concordance", "count_agreement"]

HALF: Final = 0.5
"""Events added to each count, so that none can be told on a logarithmic scale. Source: Anscombe, Biometrika
1956;43:461."""


@dataclass(frozen=True)
class CountAgreement:
    """Amounts by one way against another, as log2 of their ratio.

    Attributes
    ----------
    bias, bias_low, bias_high
        Mean over patients, with its interval.
    limit_low, limit_high
        Limits of agreement: 95 % of samples lie between them.
    concordance, concordance_low, concordance_high
        Lin's coefficient on the logarithmic scale: 1 is the same count in each sample.
    """

    bias: float
    bias_low: float
    bias_high: float
    limit_low: float
    limit_high: float
    concordance: float
    concordance_low: float
    concordance_high: float


def count_agreement(
    counts: ArrayLike, others: ArrayLike, *, totals: ArrayLike, patients: ArrayLike, confidence: float
) -> CountAgreement:
    """Compare counts of the same samples.

    Bias and limits are those of Bland and Altman (Lancet 1986;1:307), of the logarithms, since counts range over
    decades. The mean and its interval take the patient as the unit.

    Parameters
    ----------
    counts, others
        Events of each sample by the two ways (n,); positive differences are more in ``counts``.
    totals
        All events of each sample.
    patients
        Whose samples they are.
    confidence
        Of the intervals, such as 0.95; the limits of agreement are always those of 95 %.
    """
    a, b, n = (np.asarray(each, dtype=np.float64) for each in (counts, others, totals))
    first, second = np.log2((a + HALF) / n), np.log2((b + HALF) / n)
    away = first - second
    each = pd.Series(away).groupby(np.asarray(patients, dtype=object)).mean().to_numpy()
    bias, m = float(each.mean()), len(each)
    width = (
        float(scipy.stats.t.ppf((1 + confidence) / 2, m - 1)) * float(each.std(ddof=1)) / np.sqrt(m)
        if m > 1
        else np.nan
    )
    spread = float(scipy.stats.norm.ppf(0.975)) * float(away.std(ddof=1)) if len(away) > 1 else np.nan
    agreed = concordance(first, second, confidence=confidence)
    return CountAgreement(bias, bias - width, bias + width, bias - spread, bias + spread, *agreed)


def concordance(x: ArrayLike, y: ArrayLike, *, confidence: float) -> tuple[float, float, float]:
    """Lin's concordance correlation coefficient with its interval by Fisher's z.

    Lin, Biometrics 1989;45:255, with the variance as corrected in 2000;56:324.

    Parameters
    ----------
    x, y
        Two measurements of each thing (n,).
    confidence
        Such as 0.95.

    Returns
    -------
    The coefficient, its lower and upper limit. The coefficient is NaN for fewer than three things or where nothing
    varies; the limits are NaN where it is 1 or there is no correlation.
    """
    first, second = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    n = len(first)
    if n < 3:
        return np.nan, np.nan, np.nan
    (xx, xy), (_, yy) = np.cov(first, second, ddof=0)
    shift = float(first.mean() - second.mean())
    whole = xx + yy + shift**2
    if whole <= 0:
        return np.nan, np.nan, np.nan
    c = 2 * xy / whole
    if xx <= 0 or yy <= 0 or xy == 0 or abs(c) >= 1:
        return float(c), np.nan, np.nan
    r, u2 = xy / np.sqrt(xx * yy), shift**2 / np.sqrt(xx * yy)
    variance = (
        (1 - r**2) * c**2 / ((1 - c**2) * r**2)
        + 2 * c**3 * (1 - c) * u2 / (r * (1 - c**2) ** 2)
        - c**4 * u2**2 / (2 * r**2 * (1 - c**2) ** 2)
    ) / (n - 2)
    width = float(scipy.stats.norm.ppf((1 + confidence) / 2)) * np.sqrt(max(variance, 0.0))
    z = np.arctanh(c)
    return float(c), float(np.tanh(z - width)), float(np.tanh(z + width))
