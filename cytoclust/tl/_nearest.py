"""Nearest prototype of each event: the loop that all of the engine's time goes into."""

from concurrent.futures import ThreadPoolExecutor

import numba
import numpy as np
from numpy.typing import NDArray

__all__ = ["nearest", "padded"]


def nearest(
    events: NDArray[np.float32], prototypes: NDArray[np.float32], *, workers: int = 1
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Index of, and squared Euclidean distance to, the nearest prototype.

    An event's result depends on no other event, so any division of the events gives the same bits.

    Parameters
    ----------
    events
        n × p, C-contiguous.
    prototypes
        K × p.
    workers
        Threads.

    Returns
    -------
    index (n,) and squared distance (n,).
    """
    columns = padded(prototypes).T.copy()
    norms = np.einsum("kp,kp->k", prototypes, prototypes, dtype=np.float32)
    index = np.empty(len(events), dtype=np.int32)
    squared = np.empty(len(events), dtype=np.float32)
    wide = padded(events)
    parts = np.array_split(np.arange(len(events)), workers)

    def one(part: NDArray[np.int64]) -> None:
        rows = slice(part[0], part[-1] + 1)
        _nearest(wide[rows], columns, norms, index[rows], squared[rows])

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(one, [part for part in parts if len(part)]))
    return index, squared


def padded(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """Columns of zeros up to a multiple of four, and at least eight: they add nothing to a distance."""
    n, p = points.shape
    wide = np.zeros((n, max(8, -4 * (-p // 4))), dtype=np.float32)
    wide[:, :p] = points
    return wide


@numba.njit(nogil=True, fastmath=True, cache=True)
def _nearest(events, columns, norms, index, squared):  # type: ignore[no-untyped-def]
    # |x - c|² = |x|² - 2 x·c + |c|². The inner loops run over prototypes, which the compiler vectorises;
    # four columns at a time, so that a score is loaded and stored once for four products.
    n, p = events.shape
    k = columns.shape[1]
    scores = np.empty(k, np.float32)
    two = np.float32(-2)
    for e in range(n):
        length = np.float32(0)
        for j in range(p):
            length += events[e, j] * events[e, j]
        scores[:] = norms
        for j in range(0, p - 4, 4):
            x0, x1, x2, x3 = two * events[e, j], two * events[e, j + 1], two * events[e, j + 2], two * events[e, j + 3]
            for i in range(k):
                scores[i] += (
                    x0 * columns[j, i] + x1 * columns[j + 1, i] + x2 * columns[j + 2, i] + x3 * columns[j + 3, i]
                )
        j = p - 4
        x0, x1, x2, x3 = two * events[e, j], two * events[e, j + 1], two * events[e, j + 2], two * events[e, j + 3]
        best = np.float32(np.inf)
        for i in range(k):
            scores[i] += x0 * columns[j, i] + x1 * columns[j + 1, i] + x2 * columns[j + 2, i] + x3 * columns[j + 3, i]
            best = min(best, scores[i])
        where = 0
        while where < k - 1 and scores[where] != best:  # the bound is for events whose distances overflow
            where += 1
        index[e] = where
        squared[e] = max(best + length, np.float32(0))
