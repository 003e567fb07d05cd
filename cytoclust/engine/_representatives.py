"""Representatives: a few events of every prototype, all of a lonely one's."""

from dataclasses import dataclass
from functools import cached_property

import numba
import numpy as np
from numpy.typing import NDArray

from cytoclust.engine._neighbours import neighbours

__all__ = ["Representatives", "choose_representatives", "join_equal", "log_volume", "nearest_within"]


MOST = 300
"""Events of one prototype that are made representatives beyond the usual number. Chosen: see sensitivity."""
COMMON = 5
"""Events of the common spread that join those of a prototype or kernel, which may have few, when its spread is told.
Chosen: see sensitivity."""
CHUNK = 2**20
"""Events looked at in one go. Bears on no result: memory."""
NOBODY = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Representatives:
    """Events that stand for all others in the graph and the tests."""

    events: NDArray[np.float32]
    """r × p."""
    prototype: NDArray[np.int64]
    """Prototype of each (r,)."""
    weight: NDArray[np.float64]
    """Events that each stands for (r,)."""

    @cached_property
    def moments(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Events, mean and covariance of each prototype: (K,), K × p, K × p × p."""
        of, weight = self.prototype, self.weight
        size, p = int(of.max()) + 1, self.events.shape[1]
        count = np.bincount(of, weight, size).astype(np.float64)
        safe = np.maximum(count, 1e-300)
        events = self.events.astype(np.float64)
        mean = np.stack([np.bincount(of, weight * column, size) for column in events.T], axis=1) / safe[:, None]
        distance = events - mean[of]
        scatter = np.empty((size, p, p))
        for i in range(p):
            for j in range(i + 1):
                scatter[:, i, j] = scatter[:, j, i] = (
                    np.bincount(of, weight * distance[:, i] * distance[:, j], size) / safe
                )
        return count, mean, scatter


def choose_representatives(
    prototype: NDArray[np.int32],
    gap: NDArray[np.float64],
    *,
    each: int,
    rare: int,
    rng: np.random.Generator,
    strange: NDArray[np.int64] = NOBODY,
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
    strange
        Rows of events that are all taken and stand for themselves, because they are not like the others of their
        prototype.
    """
    count = len(gap)
    parts = [slice(start, start + CHUNK) for start in range(0, len(prototype), CHUNK)]
    alone = np.bincount(prototype[strange], minlength=count)
    sizes = np.sum([np.bincount(prototype[part], minlength=count) for part in parts], axis=0) - alone
    wanted, most = np.minimum(sizes, each), np.minimum(sizes, MOST)
    loneliest = np.argsort(np.log(np.maximum(sizes, 1)) - gap, kind="stable")
    chosen = loneliest[np.cumsum((most - wanted)[loneliest]) <= rare]
    wanted[chosen] = most[chosen]
    # the lowest lots of a prototype lie below this with near certainty; sorting all events would be slow
    ceiling = np.minimum(1, (wanted + 6 * np.sqrt(wanted) + 6) / np.maximum(sizes, 1))
    ceiling[wanted == sizes] = np.inf
    few, lot = _low_lots(prototype, ceiling.astype(np.float32), parts, rng)
    common = ~np.isin(few, strange)
    few, lot = few[common], lot[common]
    order = few[np.lexsort((lot, prototype[few]))]
    of = prototype[order]
    first = np.searchsorted(of, np.arange(count))
    drawn = order[np.arange(len(order)) - first[of] < wanted[of]]
    taken = np.bincount(prototype[drawn], minlength=count)
    rows = np.concatenate([drawn, strange])
    weight = np.concatenate([(sizes / np.maximum(taken, 1))[prototype[drawn]], np.ones(len(strange))])
    ascending = np.argsort(rows)
    return rows[ascending], weight[ascending]


def _low_lots(
    prototype: NDArray[np.int32], ceiling: NDArray[np.float32], parts: list[slice], rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Rows of the events whose lots lie below the ceiling of their prototype, and these lots."""
    rows, lots = [], []
    for part in parts:  # so that no other array is as long as the events are many
        lot = rng.random(len(prototype[part]), dtype=np.float32)
        low = np.flatnonzero(lot < ceiling[prototype[part]])
        rows.append(part.start + low)
        lots.append(lot[low])
    return np.concatenate(rows), np.concatenate(lots)


def log_volume(prototypes: NDArray[np.float32]) -> NDArray[np.float64]:
    """Logarithm of the volume around each prototype (K,): of a ball as wide as the gap to the nearest other one."""
    if len(prototypes) < 2:
        return np.zeros(len(prototypes))
    other = prototypes[neighbours(prototypes, prototypes, 2)[:, 1]]
    distances = np.sqrt(((prototypes.astype(np.float64) - other) ** 2).sum(axis=1))
    return prototypes.shape[1] * np.log(np.maximum(distances, 1e-12))


def join_equal(representatives: Representatives) -> tuple[Representatives, NDArray[np.int64]]:
    """Equal events as one with their weight together, and the rows that were kept: the first of each.

    Copies are no further evidence, and more of them than an event has neighbours would be cut off from the rest.
    """
    events = np.ascontiguousarray(representatives.events) + np.float32(0)  # which makes -0 a 0
    as_bytes = events.view(np.dtype((np.void, events.dtype.itemsize * events.shape[1]))).ravel()
    _, first, where = np.unique(as_bytes, return_index=True, return_inverse=True)
    if len(first) == len(where):
        return representatives, np.arange(len(where))
    order = np.argsort(first)
    rows, weight = first[order], np.bincount(where, representatives.weight)[order].astype(np.float64)
    return Representatives(representatives.events[rows], representatives.prototype[rows], weight), rows


def nearest_within(some: Representatives, all_: Representatives, *, size: int) -> NDArray[np.int64]:
    """Of each of ``all_``, the number of the nearest of ``some`` in its own prototype, of which there are ``size``.

    Each prototype of ``all_`` has at least one of ``some``.
    """
    order = np.argsort(some.prototype, kind="stable")
    starts = np.searchsorted(some.prototype[order], np.arange(size + 1))
    found: NDArray[np.int64] = _nearest_within(some.events, order, starts, all_.events, all_.prototype)
    return found


@numba.njit(nogil=True, cache=True)
def _nearest_within(events, order, starts, wanted, prototype):  # type: ignore[no-untyped-def]
    found = np.empty(len(wanted), np.int64)
    for i in range(len(wanted)):
        least = np.inf
        for k in range(starts[prototype[i]], starts[prototype[i] + 1]):
            squared = 0.0
            for j in range(wanted.shape[1]):
                squared += (wanted[i, j] - events[order[k], j]) ** 2
            if squared < least or k == starts[prototype[i]]:
                least = squared
                found[i] = order[k]
    return found
