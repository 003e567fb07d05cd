"""Events drawn from a source by lot; equal events are one, with their number."""

from collections.abc import Callable
from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from cytoclust.engine._source import Source, stream_blocks
from cytoclust.executor import Executor
from cytoclust.lots import contents

__all__ = ["Census", "Drawn", "draw", "silent"]

BUCKETS = 2**20
"""Of contents. Bears on no result but where millions of events are equal to a few others: memory."""
CHANCE = 6.0
"""Standard deviations of a Poisson number by which a bucket is fuller than chance makes it, and eight events. Chosen: a
lighter content is drawn with all its copies or none, which weighs right, and at most one in ten million is taken for
heavier than it is, which costs time only."""


@dataclass(frozen=True)
class Drawn:
    """Different events, in the order of their contents, which is that of no file."""

    content: NDArray[np.uint64]
    """Ascending (m,)."""
    events: NDArray[np.float32]
    """m × p."""
    copies: NDArray[np.int64]
    """Events that are equal (m,)."""
    row: NDArray[np.int64]
    """Of one of them, counted over all blocks (m,)."""

    def take(self, rows: NDArray) -> "Drawn":
        """Some of them, by number or mask."""
        return Drawn(self.content[rows], self.events[rows], self.copies[rows], self.row[rows])


class Census:
    """Which events have very many copies: contents are counted in buckets, which is an upper bound for each.

    Copies of an event cannot have lots of their own, as nothing tells them apart. So a content is drawn with the chance
    of one event, and weighs as its copies; but one that stands for a good part of all must not be left out by chance.
    """

    def __init__(self, total: int):
        mean = total / BUCKETS
        self._most = mean + CHANCE * np.sqrt(mean) + 8
        self._counts = np.zeros(BUCKETS, dtype=np.uint32)
        self._crowded: bool | None = None

    def add(self, content: NDArray[np.uint64]) -> None:
        """Count the contents of some events."""
        self.count(buckets_of(content))

    def count(self, buckets: NDArray[np.uint32]) -> None:
        """The same of contents in their buckets (:func:`buckets_of`)."""
        _count(self._counts, buckets)
        self._crowded = None

    @property
    def crowded(self) -> bool:
        """Whether any content has very many copies."""
        if self._crowded is None:
            self._crowded = bool(self._counts.max() > self._most)
        return self._crowded

    def bound(self, content: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Copies of each content that has very many, or more; 1 for others."""
        if not self.crowded:
            return np.ones(len(content), dtype=np.int64)
        counts = self._counts[buckets_of(content)]
        return np.where(counts > self._most, counts, 1).astype(np.int64)

    def lots_of(self, drawn: Drawn) -> NDArray[np.int64]:
        """How many events' chance each has: its copies where these are very many, else 1."""
        return np.where(self.bound(drawn.content) > 1, drawn.copies, 1)


@numba.njit(nogil=True, cache=True)
def _count(counts, buckets):  # type: ignore[no-untyped-def]
    for each in buckets:
        counts[each] += 1


def buckets_of(content: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """The bucket of each content."""
    return (content >> np.uint64(44)).astype(np.uint32)


def silent(events: int) -> None:
    """Progress that nobody hears."""


def draw(
    source: Source,
    choose: Callable[[int, NDArray[np.float32], NDArray[np.uint64]], NDArray[np.int64]],
    *,
    executor: Executor,
    tick: Callable[[int], None] = silent,
    census: Census | None = None,
) -> Drawn:
    """What ``choose(number, events, contents)`` draws from each block: rows of it, all of equal events or none.

    ``census`` counts all events by the way; who chooses must not ask it meanwhile.
    """
    starts = np.concatenate([[0], np.cumsum(source.sizes)])

    counts = census is not None

    def one(number: int, events: NDArray[np.float32]) -> tuple[Drawn, NDArray[np.uint32] | None]:
        content = contents(events)
        rows = choose(number, events, content)
        zeroed = events[rows] + np.float32(0)  # -0 is 0
        found = _join(Drawn(content[rows], zeroed, np.ones(len(rows), dtype=np.int64), starts[number] + rows))
        return found, buckets_of(content) if counts else None

    blocks = []
    for found, buckets in stream_blocks(source, one, executor=executor, tick=tick):
        blocks.append(found)
        if census is not None and buckets is not None:
            census.count(buckets)
    fields = ("content", "events", "copies", "row")
    return _join(Drawn(*(np.concatenate([getattr(block, field) for block in blocks]) for field in fields)))


def _join(drawn: Drawn) -> Drawn:
    """Equal events made one."""
    content, first, of = np.unique(drawn.content, return_index=True, return_inverse=True)
    copies = np.bincount(of, drawn.copies, len(content)).astype(np.int64)
    return Drawn(content, drawn.events[first], copies, drawn.row[first])
