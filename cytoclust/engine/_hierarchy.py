"""The tree of clusters, and its levels."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cytoclust.engine._merge import Join, valley_limit

__all__ = ["PARENTS", "level"]

PARENTS = 0.2
"""Resolution of the level above. Derived: as 0.87^(1/0.2) is 0.50, clusters without a valley to half the density
between them are one there. That half is chosen: see sensitivity."""


def level(joins: Sequence[Join], n_clusters: int, resolution: float) -> NDArray[np.int64]:
    """Of each cluster (k,), the cluster that it belongs to at a lower resolution: the largest of its branch."""
    branch = np.arange(n_clusters)
    for join in joins:
        if join.depth >= valley_limit(resolution):
            branch[branch == join.second] = join.first
    return branch
