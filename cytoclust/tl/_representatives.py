"""Representatives: a few events of every prototype, all of a lonely one's."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors

__all__ = ["Representatives", "choose_representatives", "join_equal", "room"]


MOST = 300


@dataclass(frozen=True)
class Representatives:
    """Events that stand for all others in the graph and the tests."""

    events: NDArray[np.float32]
    """r × p."""
    prototype: NDArray[np.int64]
    """Prototype of each (r,)."""
    weight: NDArray[np.float64]
    """Events that each stands for (r,)."""


def choose_representatives(
    prototype: NDArray[np.int32], gap: NDArray[np.float64], *, each: int, rare: int, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Rows of some events of every prototype, by lot, and the number of events that each stands for.

    Parameters
    ----------
    prototype
        Prototype of every event (n,).
    gap
        Of each prototype, the logarithm of the volume that its events have to themselves (K,).
    each
        Events of a prototype, if it has as many.
    rare
        Further events in all, for the prototypes of lowest density one after the other: all their events, or MOST.
    rng
        Where the lots come from.
    """
    count = len(gap)
    sizes = np.bincount(prototype, minlength=count)
    wanted, most = np.minimum(sizes, each), np.minimum(sizes, MOST)
    loneliest = np.argsort(np.log(np.maximum(sizes, 1)) - gap, kind="stable")
    chosen = loneliest[np.cumsum((most - wanted)[loneliest]) <= rare]
    wanted[chosen] = most[chosen]
    lot = rng.random(len(prototype), dtype=np.float32)
    # the lowest lots of a prototype lie below this with near certainty; sorting all events would be slow
    ceiling = np.minimum(1, (wanted + 6 * np.sqrt(wanted) + 6) / np.maximum(sizes, 1))
    ceiling[wanted == sizes] = np.inf
    few = np.flatnonzero(lot < ceiling[prototype])
    order = few[np.lexsort((lot[few], prototype[few]))]
    of = prototype[order]
    first = np.searchsorted(of, np.arange(count))
    rows = np.sort(order[np.arange(len(order)) - first[of] < wanted[of]])
    taken = np.bincount(prototype[rows], minlength=count)
    return rows, (sizes / np.maximum(taken, 1))[prototype[rows]]


def room(prototypes: NDArray[np.float32]) -> NDArray[np.float64]:
    """Logarithm of the volume around each prototype (K,): of a ball as wide as the gap to the nearest other one."""
    if len(prototypes) < 2:
        return np.zeros(len(prototypes))
    distances, _ = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(prototypes).kneighbors()
    return prototypes.shape[1] * np.log(np.maximum(distances[:, 0].astype(np.float64), 1e-12))


def join_equal(representatives: Representatives) -> Representatives:
    """Equal events as one with their weight together: more of them than an event has neighbours would be an island."""
    _, first, where = np.unique(representatives.events, axis=0, return_index=True, return_inverse=True)
    if len(first) == len(where):
        return representatives
    order = np.argsort(first)
    rows, weight = first[order], np.bincount(where, representatives.weight)[order].astype(np.float64)
    return Representatives(representatives.events[rows], representatives.prototype[rows], weight)
