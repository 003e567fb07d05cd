"""A quick search for the nearest of many prototypes."""

from dataclasses import dataclass
from functools import cached_property

import numba
import numpy as np
from numpy.typing import NDArray

from cytoclust.tl._nearest import nearest, padded
from cytoclust.tl._prototypes import choose_far

__all__ = ["Search", "build_search"]

SCOUTS = 128
AROUND = 3
FEWEST = 512
"""With fewer prototypes than this all are compared."""


@dataclass(frozen=True)
class Search:
    """Scouts, and for each the prototypes that events near it were found to have as nearest.

    An event is compared with the scouts, then with the prototypes of its scout: some tenth of all. What it finds is its
    nearest prototype, unless no event of the pool in that neighbourhood had that one.
    """

    prototypes: NDArray[np.float32]
    scouts: NDArray[np.float32]
    starts: NDArray[np.int64]
    """Where the members of each scout begin (SCOUTS + 1)."""
    members: NDArray[np.int32]
    """Prototypes, scout after scout."""

    def find(self, events: NDArray[np.float32]) -> NDArray[np.int32]:
        """A prototype for each event (n,); it depends on no other event."""
        scout = nearest(events, self.scouts)[0]
        found = np.empty(len(events), dtype=np.int32)
        _among(padded(events), scout, self.starts, *self._table, found)
        return self.members[found]

    @cached_property
    def _table(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The members' columns and squared lengths, for all blocks alike."""
        chosen = self.prototypes[self.members]
        return padded(chosen).T.copy(), np.einsum("kp,kp->k", chosen, chosen, dtype=np.float32)


def build_search(
    prototypes: NDArray[np.float32], pool: NDArray[np.float32], *, rng: np.random.Generator, workers: int
) -> Search:
    """Learn from the events of ``pool`` which prototypes are found near which scout.

    Parameters
    ----------
    prototypes
        K × p.
    pool
        Events, m × p, with rare ones among them.
    rng
        Chooses the scouts.
    workers
        Threads.
    """
    count = len(prototypes)
    if count < FEWEST:
        return Search(prototypes, prototypes[:1], np.array([0, count]), np.arange(count, dtype=np.int32))
    scouts = choose_far(prototypes, np.ones(count), SCOUTS, rng, workers)
    points = np.concatenate([prototypes, pool])  # so that each prototype is a member somewhere
    near = nearest(points, prototypes, workers=workers)[0].astype(np.int64)
    pairs = np.unique((_nearest_scouts(points, scouts) * np.int64(count) + near[:, None]).ravel())
    starts = np.searchsorted(pairs, np.arange(len(scouts) + 1) * count)
    return Search(prototypes, scouts, starts.astype(np.int64), (pairs % count).astype(np.int32))


def _nearest_scouts(points: NDArray[np.float32], scouts: NDArray[np.float32]) -> NDArray[np.int64]:
    """The few nearest scouts of each point, m × AROUND: a prototype beyond a border is a member on both sides."""
    found = np.empty((len(points), AROUND), dtype=np.int64)
    norms = (scouts**2).sum(axis=1)
    for start in range(0, len(points), 16_384):
        rows = slice(start, start + 16_384)
        found[rows] = np.argpartition(norms - 2 * points[rows] @ scouts.T, AROUND, axis=1)[:, :AROUND]
    return found


@numba.njit(nogil=True, fastmath=True, cache=True)
def _among(events, scout, starts, columns, norms, found):  # type: ignore[no-untyped-def]
    n, p = events.shape
    widest = 0
    for s in range(len(starts) - 1):
        widest = max(widest, starts[s + 1] - starts[s])
    scores = np.empty(widest, np.float32)
    two = np.float32(-2)
    for e in range(n):
        first = starts[scout[e]]
        k = starts[scout[e] + 1] - first
        scores[:k] = norms[first : first + k]
        for j in range(0, p, 4):
            x0, x1, x2, x3 = two * events[e, j], two * events[e, j + 1], two * events[e, j + 2], two * events[e, j + 3]
            for i in range(k):
                c = first + i
                scores[i] += (
                    x0 * columns[j, c] + x1 * columns[j + 1, c] + x2 * columns[j + 2, c] + x3 * columns[j + 3, c]
                )
        where = 0
        best = np.float32(np.inf)
        for i in range(k):
            if scores[i] < best:
                best = scores[i]
                where = i
        found[e] = first + where
