"""Events that no cluster is made of."""

import numpy as np
import scipy
from numpy.typing import NDArray

from cytoclust.positivity import Profile

__all__ = ["outliers"]

FAR = 3.5
"""Spreads from the median, beyond which an event has the cluster's name because it must have one: 0.05 % of a normal.
Chosen: see sensitivity."""


def outliers(profile: Profile) -> NDArray[np.float64]:
    """Events (k,) of each cluster that lie far from the rest of it: debris, dead cells, rare doublets.

    Beyond 3.5 spreads (from the median to the 16 and 84 % quantile) in the marker where they are most, less what a
    normal distribution has there.
    """
    low, medians, high = (profile.quantile(q) for q in (0.16, 0.5, 0.84))
    near, far = medians - FAR * (medians - low), medians + FAR * (high - medians)
    k, m = medians.shape
    cumulated = profile.cumulated
    beyond = np.zeros((k, m))
    for cluster in np.flatnonzero(profile.n_events > 0):
        for marker in range(m):
            limits = (near[cluster, marker], far[cluster, marker])
            inside = np.diff(np.interp(limits, profile.edges[marker], cumulated[cluster, marker]))[0]
            beyond[cluster, marker] = profile.n_events[cluster] - inside
    normal = 2 * scipy.stats.norm.sf(FAR) * profile.n_events
    return np.maximum(beyond.max(axis=1, initial=0.0) - normal, 0.0)
