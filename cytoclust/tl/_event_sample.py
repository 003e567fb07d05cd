"""The event sample that is kept, drawn and embedded."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["choose_events"]


def choose_events(labels: NDArray[np.int32], at_most: int, *, seed: int) -> NDArray[np.int64]:
    """Sorted rows of about ``at_most`` events: every event of a rare cluster, an equal number of each other one.

    Parameters
    ----------
    labels
        Cluster of each event (n,).
    at_most
        Events wanted.
    seed
        Of the lots.
    """
    sizes = np.bincount(labels)
    lot = np.random.default_rng(seed).random(len(labels), dtype=np.float32)
    share = _share(sizes, at_most)
    few = np.flatnonzero(lot * sizes[labels] < share + 6 * np.sqrt(share) + 6)
    order = few[np.lexsort((lot[few], labels[few]))]
    first = np.searchsorted(labels[order], np.arange(len(sizes)))
    return np.sort(order[np.arange(len(order)) - first[labels[order]] < share])


def _share(sizes: NDArray[np.int64], at_most: int) -> int:
    """The largest number of events of a cluster such that all together are at most ``at_most``."""
    low, high = 1, int(sizes.max(initial=1))
    while low < high:
        middle = (low + high + 1) // 2
        if np.minimum(sizes, middle).sum() <= at_most:
            low = middle
        else:
            high = middle - 1
    return low
