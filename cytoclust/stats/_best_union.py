"""The clusters that together are most like a set of events."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["best_union"]


def best_union(inside: NDArray[np.float64], sizes: NDArray[np.float64], total: float) -> NDArray[np.int64]:
    """The union of clusters with the best F1.

    Adding a cluster of ``s`` events, ``a`` of them in the set, to ``S`` events with ``A`` raises F1 = 2A / (total +
    S) if, and only if, a / s is more than half of it. So the best union is a beginning of the clusters in order of a
    / s, and each beginning is tried.

    Parameters
    ----------
    inside, sizes
        Events of each cluster in the set, and all (c,).
    total
        Events of the set, in clusters or not.

    Returns
    -------
    Numbers of the clusters, in order; none where no cluster has an event of the set.
    """
    places = np.flatnonzero(inside > 0)
    if not len(places):
        return places
    order = places[np.lexsort((places, -inside[places] / sizes[places]))]
    f1 = 2 * np.cumsum(inside[order]) / (total + np.cumsum(sizes[order]))
    return np.sort(order[: int(np.argmax(f1)) + 1])
