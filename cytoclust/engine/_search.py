"""A quick search for the nearest of many prototypes."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cytoclust.engine._far import choose_far
from cytoclust.engine._nearest import Table, build_table, nearest, nearest_in_groups
from cytoclust.engine._neighbours import neighbours
from cytoclust.engine._per_event import PerEvent
from cytoclust.engine._representatives import COMMON, MOST, Strange
from cytoclust.engine._source import Source, stream_blocks
from cytoclust.executor import Executor
from cytoclust.lots import contents

__all__ = ["Search", "build_search", "find_all"]

LANDMARKS = 128
"""Points that an event is compared with first. Chosen for speed, and bears on which prototypes are
overlooked: see sensitivity."""
AROUND = 3
"""Nearest landmarks among whose members a prototype is that an event of the pool has. Chosen: see sensitivity."""
FEWEST = 512
"""With fewer prototypes than this all are compared. Chosen: see sensitivity."""
STRANGE = 2.0
"""An event as far as this many times the common squared distance is not like the others of its prototype. Chosen: see
sensitivity."""


@dataclass(frozen=True)
class Search:
    """Landmarks, and for each the prototypes that events near it were found to have as nearest.

    An event is compared with the landmarks, then with the prototypes of its landmark: some tenth of all. What it finds
    is its nearest prototype, unless no event of the pool in that neighbourhood had that one.
    """

    prototypes: NDArray[np.float32]
    landmarks: NDArray[np.float32]
    starts: NDArray[np.int64]
    """Where the members of each landmark begin (LANDMARKS + 1)."""
    members: NDArray[np.int32]
    """Prototypes, landmark after landmark."""
    spread: NDArray[np.float32]
    """Mean squared distance of the pool's events from each prototype (K,)."""

    def look(self, events: NDArray[np.float32]) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """A prototype for each event (n,), which depends on no other event, and the squared distance to it (n,)."""
        landmark = nearest(events, self.landmarks)[0]
        order = np.argsort(landmark.astype(np.int16), kind="stable")
        groups = np.searchsorted(landmark[order], np.arange(len(self.landmarks) + 1))
        found, squared = nearest_in_groups(events, order, groups, self._table)
        return self.members[self.starts[landmark] + found], squared

    @cached_property
    def _table(self) -> Table:
        """The members, for all blocks of events alike."""
        chosen = self.prototypes[self.members]
        return build_table([chosen[a:b] for a, b in itertools.pairwise(self.starts)])


def build_search(prototypes: NDArray[np.float32], pool: NDArray[np.float32], *, salt: int = 0, workers: int) -> Search:
    """Learn from the events of ``pool`` which prototypes are found near which landmark.

    Parameters
    ----------
    prototypes
        K × p.
    pool
        Events, m × p, with rare ones among them.
    salt
        Of the lots by which landmarks are chosen.
    workers
        Threads.
    """
    count = len(prototypes)
    near, squared = nearest(pool, prototypes, workers=workers)
    spread = _spread(near, squared, count)
    if count < FEWEST:
        return Search(prototypes, prototypes[:1], np.array([0, count]), np.arange(count, dtype=np.int32), spread)
    content = contents(prototypes)
    landmarks, _ = choose_far(prototypes, content, np.ones(count), LANDMARKS, "search", salt, workers)
    near = np.concatenate([np.arange(count), near])  # so that each prototype is a member somewhere
    around = neighbours(np.concatenate([prototypes, pool]), landmarks, AROUND, workers=workers)
    known = np.zeros((len(landmarks), count), dtype=bool)
    known[around.ravel(), np.repeat(near, AROUND)] = True  # one beyond a border is a member on both sides
    landmark, members = np.nonzero(known)
    starts = np.searchsorted(landmark, np.arange(len(landmarks) + 1)).astype(np.int64)
    return Search(prototypes, landmarks, starts, members.astype(np.int32), spread)


def _spread(near: NDArray[np.int32], squared: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """Mean of each prototype's squared distances, with five events of the common one, as it may have few."""
    size, total = np.bincount(near, minlength=count), np.bincount(near, squared, count)
    return np.maximum((total + COMMON * total.sum() / max(1, len(near))) / (size + COMMON), 1e-12).astype(np.float32)


def find_all(
    source: Source, search: Search, *, most: int, executor: Executor, tick: Callable[[int], None]
) -> tuple[NDArray[np.int32], Strange]:
    """A prototype for every event of the source (n,), and the ``most`` strangest events.

    A population of few events may share a prototype with a near and large one. Its events are then much farther from
    the prototype than those which it stands for. No more than MOST of a prototype are given.
    """
    firsts = np.concatenate([[0], np.cumsum(source.sizes)])

    def look(number: int, events: NDArray[np.float32]) -> tuple[NDArray, NDArray, NDArray, NDArray]:
        mine, squared = search.look(events)
        times = squared / search.spread[mine]
        strange = np.flatnonzero(times > STRANGE)
        return mine, contents(events[strange]), firsts[number] + strange, times[strange]

    every, strangers = PerEvent(int(firsts[-1]), np.int32), []
    for mine, *strange in stream_blocks(source, look, executor=executor, tick=tick):
        every.append(mine)
        strangers.append(strange)
    prototype = every.array
    content, rows, times = (np.concatenate([block[i] for block in strangers]) for i in range(3))
    content, first, copies = np.unique(content, return_index=True, return_counts=True)
    order = np.argsort(-times[first], kind="stable")
    order = order[_rank(prototype[rows[first[order]]]) < MOST][:most]
    return prototype, Strange(content[order], copies[order], rows[first[order]])


def _rank(group: NDArray[np.int32]) -> NDArray[np.int64]:
    """Of each, how many of its group come before it."""
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    rank = np.empty(len(group), dtype=np.int64)
    rank[order] = np.arange(len(group)) - np.searchsorted(ordered, ordered)
    return rank
