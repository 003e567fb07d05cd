"""The event sample that is kept, drawn and embedded."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from cytoclust.engine._per_event import sizes_of
from cytoclust.lots import draw_each

__all__ = ["choose_events"]


def choose_events(
    labels: NDArray[np.int32], at_most: int, *, lots: Iterable[NDArray[np.float64]]
) -> NDArray[np.int64]:  # fmt: skip
    """Sorted rows of at most ``at_most`` events: an equal number of each cluster, and all of those that have fewer.

    So every event of a rare cluster is there as far as there is room: of k clusters none is thinned below
    ``at_most / k`` events. With more clusters than ``at_most``, one event of each.

    Parameters
    ----------
    labels
        Cluster of each event (n,).
    at_most
        Events wanted.
    lots
        Of each event, in parts of any length: see :func:`cytoclust.lots.lots`.
    """
    sizes = sizes_of(labels, int(labels.max(initial=-1)) + 1)
    return draw_each(labels, _share(sizes, at_most), lots)


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
