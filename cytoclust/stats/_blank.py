"""Events that a sample shows of what it has not."""

import numpy as np
import scipy
from numpy.typing import NDArray
from scipy.special import gammaincinv

__all__ = ["least_detectable", "limit_of_blank", "upper_limit"]

FALSE_ALARM = 0.01
"""Chance that a sample with nothing but the expected background is taken for one that has the population. Chosen: one
in a hundred; the limit of blank of CLSI EP17 takes 5 % of replicates, of which there are none here."""


def limit_of_blank(background: NDArray[np.float64]) -> NDArray[np.float64]:
    """The most events that background alone makes in 99 of 100 samples (Poisson)."""
    return np.asarray(scipy.stats.poisson.ppf(1 - FALSE_ALARM, background), dtype=np.float64)


def least_detectable(background: NDArray[np.float64], *, confidence: float) -> NDArray[np.float64]:
    """Events that must be there (a Poisson mean, without background) so that the sum exceeds the limit of blank.

    With ``confidence``: the limit of detection of CLSI EP17, for the cells that this sample has. Without background it
    is −ln(1 − confidence): 3.0 events.
    """
    limit = limit_of_blank(background)
    return np.maximum(gammaincinv(limit + 1, confidence) - background, 0.0)


def upper_limit(events: NDArray[np.float64], *, confidence: float) -> NDArray[np.float64]:
    """One-sided upper limit of a Poisson mean, exact (Garwood 1936): 3.0 for no event."""
    return np.asarray(scipy.stats.chi2.ppf(confidence, 2 * (events + 1)) / 2)
