"""Representatives: a few events of every prototype, all of a lonely one's."""

from dataclasses import dataclass
from functools import cached_property

import numba
import numpy as np
from numpy.typing import NDArray

from cytoclust.engine._neighbours import neighbours

__all__ = ["Representatives", "Strange", "log_volume", "nearest_within"]

MOST = 300
"""Events of one prototype that are made representatives beyond the usual number. Chosen: see sensitivity."""
COMMON = 5
"""Events of the common spread that join those of a prototype or kernel, which may have few, when its spread is told.
Chosen: see sensitivity."""


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


@dataclass(frozen=True)
class Strange:
    """Different events that are not like the others of their prototype, the strangest first."""

    content: NDArray[np.uint64]
    """(s,)."""
    copies: NDArray[np.int64]
    """Events that are equal (s,)."""
    row: NDArray[np.int64]
    """Of one of them, counted over all blocks (s,)."""


def log_volume(prototypes: NDArray[np.float32]) -> NDArray[np.float64]:
    """Logarithm of the volume around each prototype (K,): of a ball as wide as the gap to the nearest other one."""
    if len(prototypes) < 2:
        return np.zeros(len(prototypes))
    other = prototypes[neighbours(prototypes, prototypes, 2)[:, 1]]
    distances = np.sqrt(((prototypes.astype(np.float64) - other) ** 2).sum(axis=1))
    return prototypes.shape[1] * np.log(np.maximum(distances, 1e-12))


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
