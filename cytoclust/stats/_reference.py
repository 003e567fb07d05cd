"""How frequent a population is in the samples that have it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

__all__ = ["reference_frequency"]

SPREAD = 0.5
"""Least standard deviation of the logarithm of a population's frequency between patients that have it. Chosen: see
sensitivity."""
LOWEST, HIGHEST = np.log(8), 0.5
"""How far below and above the mean of the samples that show it, on the logarithm, the frequency is looked for. Chosen:
see sensitivity."""


def reference_frequency(
    events: NDArray[Any], base: NDArray[np.float64], background: NDArray[np.float64], needed: NDArray[np.float64]
) -> float:
    """Median frequency of a population among samples that have it, by maximum likelihood.

    Samples in which a population was detected are the lucky ones where it lies near the limit of detection (the
    winner's curse): the median of what they show is too high, and absences would be claimed of samples that were
    not deep enough. So the frequencies of samples that have it are taken as lognormal, and each sample that showed it
    counts by its likelihood given that it was detected at all (a truncated likelihood; samples without it say nothing).
    The less the counts rise above the limit, the lower the result: of counts at the limit itself hardly more can be
    said than that the population may be much rarer. The rules' frequency is not blended in: it is of other panels,
    machines and denominators.

    Parameters
    ----------
    events, base, background
        Of each sample (n,): events, the cells they are among, and events that are expected without the population.
    needed
        Of each sample (n,): events that make a detection. At least one sample must reach it.

    Returns
    -------
    A fraction of ``base``.
    """
    used = (events >= needed) & (base > 0)
    events, base, background, needed = (np.asarray(x, dtype=float)[used] for x in (events, base, background, needed))
    above = np.maximum(events - background, 1.0)
    shown = np.log(above / base)
    least = np.log(np.maximum(needed - 0.5 - background, 0.5) / base)
    spread = max(SPREAD, float(np.std(shown, ddof=1))) if len(shown) > 1 else SPREAD
    spread = np.sqrt(spread**2 + events / above**2)  # that of counting, by the delta method, with that of patients
    medians = shown.mean() + np.linspace(-LOWEST, HIGHEST, 500)[:, None]
    likelihood = norm.logpdf(shown, medians, spread) - norm.logsf(least, medians, spread)
    return float(min(1.0, np.exp(medians[np.argmax(likelihood.sum(axis=1)), 0])))
