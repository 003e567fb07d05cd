"""Far events that nothing vouches for."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

__all__ = ["find_strays"]

ERROR = 0.05
"""Chance that cells of a known kind are so many of them far. Chosen."""


def find_strays(
    cluster: NDArray[np.int32], far: NDArray[np.bool_], share: NDArray[np.float64]
) -> NDArray[np.bool_]:  # fmt: skip
    """Which events of a sample have the name of a cluster of which the sample shows next to nothing else (n,).

    An event between clusters, a doublet, a piece of debris or a dead cell falls to some cluster. Of a kind that is
    there, few events are far: as many as the reference's patients show when they are left out. Where most events of a
    cluster are far, and more than chance makes of that share (binomial), the far ones are no sign of it.

    Parameters
    ----------
    cluster, far
        Of each event (n,); those that are unlike the reference are none of these.
    share
        Of each cluster the share of far events in patients that are left out (k,).
    """
    k = len(share)
    total, away = np.bincount(cluster, minlength=k), np.bincount(cluster[far], minlength=k)
    strange = (2 * away > total) & (binom.sf(away - 1, total, share) < ERROR)
    return far & strange[cluster]
