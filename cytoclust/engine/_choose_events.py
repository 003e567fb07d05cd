"""The event sample that is kept, drawn and embedded."""

import numpy as np
from numpy.typing import NDArray

from cytoclust.engine._per_event import sizes_of

__all__ = ["choose_events"]

BLOCK = 2**20
"""Events looked at together. Bears on no result: memory."""


def choose_events(labels: NDArray[np.int32], at_most: int, *, seed: int) -> NDArray[np.int64]:
    """Sorted rows of at most ``at_most`` events: an equal number of each cluster, and all of those that have fewer.

    So every event of a rare cluster is there as far as there is room: of k clusters none is thinned below
    ``at_most / k`` events. With more clusters than ``at_most``, one event of each.

    Parameters
    ----------
    labels
        Cluster of each event (n,).
    at_most
        Events wanted.
    seed
        Of the lots.
    """
    sizes = sizes_of(labels, int(labels.max(initial=-1)) + 1)
    rng = np.random.default_rng(seed)
    share = _share(sizes, at_most)
    rows, lots = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.float32)]
    for start in range(0, len(labels), BLOCK):
        block = labels[start : start + BLOCK]
        lot = rng.random(len(block), dtype=np.float32)
        few = np.flatnonzero(lot * sizes[block] < share + 6 * np.sqrt(share) + 6)
        rows.append(start + few)
        lots.append(lot[few])
    few = np.concatenate(rows)
    order = few[np.lexsort((np.concatenate(lots), labels[few]))]
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
