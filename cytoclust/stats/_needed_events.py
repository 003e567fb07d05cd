"""How many events make a detection."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import poisson

from cytoclust import params

__all__ = ["needed_events"]

FALSE_ALARM = 0.01
"""Chance that a sample with nothing but the expected background is taken for one that has the population. Chosen: one
in a hundred."""


def needed_events(background: NDArray[np.float64], detect: params.Detect) -> NDArray[np.float64]:
    """``detect.lod_events``, or as many as chance makes of the background in one sample of a hundred (Poisson)."""
    return np.maximum(detect.lod_events, poisson.isf(FALSE_ALARM, background) + 1)
