"""Nearest prototype of each event: the loop that all of the engine's time goes into."""

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

__all__ = ["WIDE", "Table", "build_table", "in_threads", "nearest", "nearest_in_groups", "padded"]

WIDE = 128
"""Prototypes compared in one go: a constant, so that the compiler unrolls the loops over them without a remainder.
Chosen for speed: it bears on nothing but which of equally near points is a neighbour."""


@dataclass(frozen=True)
class Table:
    """Groups of prototypes in blocks of WIDE, laid out for the loop; the last block of a group is filled up."""

    columns: NDArray[np.float32]
    """Blocks × (markers × WIDE)."""
    norms: NDArray[np.float32]
    """Squared lengths, blocks × WIDE; infinite where a block is filled up."""
    starts: NDArray[np.int64]
    """First block of each group, and the number of blocks."""
    counts: NDArray[np.int64]
    """Prototypes of each group."""


def build_table(groups: list[NDArray[np.float32]]) -> Table:
    """Lay out groups of prototypes, each count × p."""
    counts = np.array([len(group) for group in groups], dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(-(-counts // WIDE))])
    points = np.zeros((starts[-1] * WIDE, padded(groups[0]).shape[1]), dtype=np.float32)
    norms = np.full(len(points), np.inf, dtype=np.float32)
    for group, start in zip(groups, starts[:-1] * WIDE, strict=True):
        points[start : start + len(group)] = padded(group)
        norms[start : start + len(group)] = np.einsum("kp,kp->k", group, group, dtype=np.float32)
    columns = points.reshape(starts[-1], WIDE, -1).transpose(0, 2, 1).reshape(starts[-1], -1)
    return Table(np.ascontiguousarray(columns), norms.reshape(-1, WIDE), starts, counts)


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
    table = build_table([prototypes])
    index = np.empty(len(events), dtype=np.int32)
    squared = np.empty(len(events), dtype=np.float32)

    def one(rows: slice) -> None:
        everyone = np.array([0, rows.stop - rows.start])
        index[rows], squared[rows] = nearest_in_groups(events[rows], np.arange(everyone[1]), everyone, table)

    in_threads(one, len(events), workers)
    return index, squared


def in_threads(work: Callable[[slice], None], n: int, workers: int) -> None:
    """``work`` on even parts of n rows, a part to each worker."""
    cuts = np.linspace(0, n, workers + 1).astype(np.int64)
    parts = [slice(int(a), int(b)) for a, b in itertools.pairwise(cuts) if a < b]
    if len(parts) <= 1:
        for part in parts:
            work(part)
        return
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(work, parts))


def nearest_in_groups(
    events: NDArray[np.float32], order: NDArray[np.int64], starts: NDArray[np.int64], table: Table
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Compare each event with the prototypes of one group of the table.

    Parameters
    ----------
    events
        n × p.
    order
        Events, those of the first group first (n,).
    starts
        Where in ``order`` the events of each group begin, and n.
    table
        As many groups.

    Returns
    -------
    index within the group (n,) and squared distance (n,), in the order of ``events``.
    """
    index = np.empty(len(events), dtype=np.int32)
    squared = np.empty(len(events), dtype=np.float32)
    wide = padded(events)
    _nearest(wide, order, starts, table.columns, table.norms, table.starts, table.counts, index, squared)
    return index, squared


def padded(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """Columns of zeros up to a multiple of four: they add nothing to a distance."""
    n, p = points.shape
    if p % 4 == 0:
        return np.ascontiguousarray(points)
    wide = np.zeros((n, -4 * (-p // 4)), dtype=np.float32)
    wide[:, :p] = points
    return wide


# Sums keep the order they are written in (no "reassoc"), so that an event's bits are the same wherever it stands.
@numba.njit(nogil=True, fastmath={"contract", "nnan", "nsz"}, cache=True)
def _nearest(events, order, groups, columns, norms, blocks, counts, index, squared):  # type: ignore[no-untyped-def]
    # |x - c|² = |x|² + |c|² - 2 x·c. The inner loops run over prototypes, which the compiler vectorises; four events
    # and four columns at a time, so that each number loaded serves four products.
    p = events.shape[1]
    scores = np.empty(4 * WIDE, np.float32)
    # floats of one sign are ordered as their bits are, and the compiler vectorises a minimum of integers only;
    # scores below zero, which rounding can give, come before all others, and among themselves it does not matter
    bits = scores.view(np.int32)
    rows = np.empty(4, np.int64)
    x = np.empty((4, p), np.float32)
    length = np.empty(4, np.float32)
    lowest = np.empty(4, np.int32)
    best = np.empty(4, np.float32)
    where = np.empty(4, np.int64)
    for g in range(len(groups) - 1):
        for first in range(groups[g], groups[g + 1], 4):
            for t in range(4):  # the last event again, where fewer than four are left
                rows[t] = order[min(first + t, groups[g + 1] - 1)]
                length[t] = 0
                for j in range(p):
                    x[t, j] = np.float32(-2) * events[rows[t], j]
                    length[t] += events[rows[t], j] * events[rows[t], j]
                lowest[t] = 0x7F800000  # the bits of infinity
                best[t] = np.inf
                where[t] = 0
            for b in range(blocks[g], blocks[g + 1]):
                for t in range(4):
                    for i in range(WIDE):
                        scores[t * WIDE + i] = norms[b, i] + length[t]
                for j in range(0, p, 4):
                    y = columns[b, j * WIDE : (j + 4) * WIDE]
                    a0, a1, a2, a3 = x[0, j], x[0, j + 1], x[0, j + 2], x[0, j + 3]
                    b0, b1, b2, b3 = x[1, j], x[1, j + 1], x[1, j + 2], x[1, j + 3]
                    c0, c1, c2, c3 = x[2, j], x[2, j + 1], x[2, j + 2], x[2, j + 3]
                    d0, d1, d2, d3 = x[3, j], x[3, j + 1], x[3, j + 2], x[3, j + 3]
                    for i in range(WIDE):
                        y0, y1, y2, y3 = y[i], y[i + WIDE], y[i + 2 * WIDE], y[i + 3 * WIDE]
                        scores[i] = scores[i] + a0 * y0 + a1 * y1 + a2 * y2 + a3 * y3
                        scores[i + WIDE] = scores[i + WIDE] + b0 * y0 + b1 * y1 + b2 * y2 + b3 * y3
                        scores[i + 2 * WIDE] = scores[i + 2 * WIDE] + c0 * y0 + c1 * y1 + c2 * y2 + c3 * y3
                        scores[i + 3 * WIDE] = scores[i + 3 * WIDE] + d0 * y0 + d1 * y1 + d2 * y2 + d3 * y3
                for t in range(4):
                    least = lowest[t]
                    for i in range(WIDE):
                        least = min(least, bits[t * WIDE + i])
                    if least < lowest[t]:
                        lowest[t] = least
                        i = 0
                        while bits[t * WIDE + i] != least:
                            i += 1
                        best[t] = scores[t * WIDE + i]
                        where[t] = (b - blocks[g]) * WIDE + i
            for t in range(4):
                index[rows[t]] = min(where[t], counts[g] - 1)  # a bound for events whose distances overflow
                squared[rows[t]] = max(best[t], np.float32(0))
