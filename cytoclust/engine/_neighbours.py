"""The nearest few of many points, exactly."""

import numba
import numpy as np
from numpy.typing import NDArray

from cytoclust.engine._nearest import WIDE, build_table, in_threads, padded

__all__ = ["neighbours"]

FEW = 8
"""With no more blocks of points than this none is passed over. Chosen for speed: it bears on nothing but which of
equally near points is a neighbour."""


def neighbours(
    events: NDArray[np.float32], points: NDArray[np.float32], count: int, *, workers: int = 1
) -> NDArray[np.int32]:
    """The ``count`` nearest points of each event, n × count, nearest first; the same for any number of workers.

    Parameters
    ----------
    events
        n × p.
    points
        m × p, m ≥ ``count``.
    count
        Neighbours.
    workers
        Threads.
    """
    far = len(points) > FEW * WIDE  # only then are there blocks to pass over
    place = _by_place(points) if far else np.arange(len(points))
    order = _by_place(events) if far else np.arange(len(events))
    table = build_table([points[place]])
    low, high = _boxes(padded(points[place]))
    filling = np.where(np.isinf(table.norms), table.norms, np.float32(0))
    wide = padded(events[order])
    found = np.empty((len(events), count), dtype=np.int32)

    def one(blocks: slice) -> None:  # whole blocks, so that which of equally near points is kept is always the same
        rows = slice(blocks.start * WIDE, blocks.stop * WIDE)
        mine = np.empty((len(order[rows]), count), dtype=np.int32)
        _neighbours(wide[rows], table.columns, filling, low, high, mine)
        found[order[rows]] = place[mine]

    in_threads(one, -(-len(events) // WIDE), workers)
    return found


def _by_place(points: NDArray[np.float32]) -> NDArray[np.int64]:
    """Order in which WIDE points that follow each other are near each other: halves along the widest marker."""
    order = np.arange(len(points))
    open_parts = [(0, len(points))]
    while open_parts:
        first, last = open_parts.pop()
        if last - first <= WIDE:
            continue
        rows = order[first:last]
        values = points[rows]
        half = -(-(last - first) // (2 * WIDE)) * WIDE
        widest = int(np.argmax(values.max(axis=0) - values.min(axis=0)))
        order[first:last] = rows[np.argpartition(values[:, widest], half)]
        open_parts += [(first, first + half), (first + half, last)]
    return order


def _boxes(points: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Lowest and highest values in each WIDE points, p × blocks."""
    starts = np.arange(0, len(points), WIDE)
    return np.ascontiguousarray(np.minimum.reduceat(points, starts).T), np.ascontiguousarray(
        np.maximum.reduceat(points, starts).T
    )


# The loops of _nearest, but from differences, as neighbours can be nearer than the rounding of squared lengths.
# Blocks farther than the neighbours found so far are passed over.
@numba.njit(nogil=True, fastmath={"contract", "nnan", "nsz"}, cache=True)
def _neighbours(events, columns, filling, low, high, found):  # type: ignore[no-untyped-def]
    n, p = events.shape
    count = found.shape[1]
    scores = np.empty(4 * WIDE, np.float32)
    bits = scores.view(np.int32)
    x = np.empty((4, p), np.float32)
    limit = np.empty(4, np.int32)
    farthest = np.empty(4, np.float32)
    kept = np.empty((4, count), np.int32)
    kept_scores = kept.view(np.float32)
    index = np.empty((4, count), np.int32)
    gap = np.empty(len(columns), np.float32)
    turns = np.arange(len(columns))
    for first in range(0, n, 4):
        last = min(first + 4, n)
        if first % WIDE == 0:  # events that follow each other are near each other, and look at the same blocks first
            _gaps(events[first : first + WIDE], low, high, gap)
            turns = np.argsort(gap, kind="mergesort")
        _gaps(events[first:last], low, high, gap)
        for t in range(4):
            e = min(first + t, n - 1)
            for j in range(p):
                x[t, j] = events[e, j]
        limit[:] = 0x7F800000
        farthest[:] = np.inf
        kept[:] = 0x7F800000
        index[:] = 0
        for b in turns:
            if gap[b] > max(farthest[0], farthest[1], farthest[2], farthest[3]):
                continue
            for t in range(4):
                for i in range(WIDE):
                    scores[t * WIDE + i] = filling[b, i]
            for j in range(0, p, 4):
                y = columns[b, j * WIDE : (j + 4) * WIDE]
                a0, a1, a2, a3 = x[0, j], x[0, j + 1], x[0, j + 2], x[0, j + 3]
                b0, b1, b2, b3 = x[1, j], x[1, j + 1], x[1, j + 2], x[1, j + 3]
                c0, c1, c2, c3 = x[2, j], x[2, j + 1], x[2, j + 2], x[2, j + 3]
                d0, d1, d2, d3 = x[3, j], x[3, j + 1], x[3, j + 2], x[3, j + 3]
                for i in range(WIDE):
                    y0, y1, y2, y3 = y[i], y[i + WIDE], y[i + 2 * WIDE], y[i + 3 * WIDE]
                    scores[i] = scores[i] + (a0 - y0) ** 2 + (a1 - y1) ** 2 + (a2 - y2) ** 2 + (a3 - y3) ** 2
                    scores[i + WIDE] = (
                        scores[i + WIDE] + (b0 - y0) ** 2 + (b1 - y1) ** 2 + (b2 - y2) ** 2 + (b3 - y3) ** 2
                    )
                    scores[i + 2 * WIDE] = (
                        scores[i + 2 * WIDE] + (c0 - y0) ** 2 + (c1 - y1) ** 2 + (c2 - y2) ** 2 + (c3 - y3) ** 2
                    )
                    scores[i + 3 * WIDE] = (
                        scores[i + 3 * WIDE] + (d0 - y0) ** 2 + (d1 - y1) ** 2 + (d2 - y2) ** 2 + (d3 - y3) ** 2
                    )
            for t in range(4):
                least = np.int32(0x7F800000)
                for i in range(WIDE):
                    least = min(least, bits[t * WIDE + i])
                if least >= limit[t]:
                    continue
                for i in range(WIDE):
                    score = bits[t * WIDE + i]
                    if score < limit[t]:
                        place = count - 1
                        while place > 0 and kept[t, place - 1] > score:
                            kept[t, place] = kept[t, place - 1]
                            index[t, place] = index[t, place - 1]
                            place -= 1
                        kept[t, place] = score
                        index[t, place] = b * WIDE + i
                        limit[t] = kept[t, count - 1]
                farthest[t] = kept_scores[t, count - 1] * np.float32(1.0001)  # for rounding
        for t in range(4):
            found[min(first + t, n - 1)] = index[t]


@numba.njit(nogil=True, cache=True)
def _gaps(events, low, high, gap):  # type: ignore[no-untyped-def]
    """Squared distance between the box of the events and each box."""
    for b in range(len(gap)):
        gap[b] = 0
    for j in range(events.shape[1]):
        least, most = events[0, j], events[0, j]
        for e in range(1, len(events)):
            least, most = min(least, events[e, j]), max(most, events[e, j])
        for b in range(len(gap)):
            distance = max(low[j, b] - most, least - high[j, b], np.float32(0))
            gap[b] += distance * distance
