"""From many fine clusters to populations: neighbours without a valley between them are one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from cytoclust.engine._border import SLIGHT, Pieces
from cytoclust.engine._graph import Edges
from cytoclust.engine._valley import CERTAINTY, SURE, Group, discriminant, valley

__all__ = [
    "Depths",
    "Join",
    "Merged",
    "ValleyTest",
    "find_depths",
    "group_events",
    "join_all",
    "merge_fine",
    "valley_limit",
]

LIMIT = 0.87
"""Density over the chord, at and above which there is no valley; for what it means see ``valley_limit``. Chosen: see
sensitivity."""
NONE_AT_ALL = 0.98
"""Density over the chord, at and above which pieces are joined before any others are looked at: there is not even a
dip. Chosen: see sensitivity."""
CONFIRMED = 0.95
"""Density over the chord at ``SURE`` standard errors: a valley that is not this deep there is a matter of chance, as
the axis is chosen, in all markers, for each of some hundred pairs. With the 250 pieces and 40 markers that there are at
most, 3·10⁻⁷ × 10⁴ is 0.3 % by chance. Chosen: see sensitivity and benchmarks/ENGINE.md."""
CERTAIN = 0.4
"""A deeper valley counts in any marker. Chosen: see sensitivity."""
ALONE = 0.7
"""Share of the squared distance, from which on a single marker makes a difference. Chosen: see sensitivity."""
HINT = CERTAINTY / 3
"""Standard errors with which there is something of a valley in the other markers. Chosen: one; see sensitivity."""


def valley_limit(resolution: float | str) -> float:
    """How deep a valley must be for two groups to stay apart, as :func:`valley` measures it.

    0.87 for ``auto`` and 1: two large Gaussians of the same covariance and size stay apart from 2.5 standard deviations
    on, of sizes 3 : 1 from 3. A higher resolution lets shallower valleys count.
    """
    return float(LIMIT ** (1 / (1.0 if resolution == "auto" else float(resolution))))


@dataclass(frozen=True)
class ValleyTest:
    """Says how deep the valley between two groups is."""

    limit: float
    """A shallower valley than this does not part two groups."""
    negative: NDArray[np.float64]
    """Of each marker, how far negative events reach (p,)."""

    def depth(self, a: Group, b: Group, z: float = CERTAINTY) -> float:
        """The valley's depth; a shallow one that is made by a single marker in which both groups are negative does
        not count, unless there is something of a valley in the other markers too.
        """
        depth = valley(a, b, z=z)
        both = self._both_negative(a, b)
        if not CERTAIN <= depth < max(self.limit, CONFIRMED) or not both.any():
            return depth
        axis = discriminant(a, b)
        shares = axis * (b.mean - a.mean)
        marker = int(np.argmax(shares))
        if not both[marker] or shares[marker] <= ALONE * shares.sum():
            return depth
        others = np.delete(np.arange(len(axis)), marker)
        return max(depth, valley(a, b, markers=others, z=HINT)) if len(others) else 1.0

    def strict_depth(self, a: Group, b: Group, z: float = CERTAINTY) -> float:
        """The valley's depth in the markers in which not both groups are negative; one made by a single marker does
        not count, unless one of the groups is known to be positive in it.
        """
        markers = np.flatnonzero(~self._both_negative(a, b))
        if not len(markers):
            return 1.0
        shares = discriminant(a, b, markers) * (b.mean - a.mean)
        marker = int(np.argmax(shares))
        if shares[marker] > ALONE * shares.sum() and not np.isfinite(self.negative[marker]):
            return 1.0
        return valley(a, b, markers=markers, z=z)

    def parts(self, a: Group, b: Group) -> bool:
        """Whether there is a valley between groups that were made by looking for one."""
        return self.strict_depth(a, b) < self.limit and self.strict_depth(a, b, SURE) < self.confirmed

    def needed(self, a: Group, b: Group) -> float:
        """The least limit at which the valley between two groups would part them."""
        return max(self.depth(a, b), self.depth(a, b, SURE) ** float(np.log(LIMIT) / np.log(CONFIRMED)))

    @property
    def confirmed(self) -> float:
        """What ``CONFIRMED`` is at this limit: a higher resolution lets shallower valleys count here, too."""
        return float(self.limit ** (np.log(CONFIRMED) / np.log(LIMIT)))

    def _both_negative(self, a: Group, b: Group) -> NDArray[np.bool_]:
        return (a.mean < self.negative) & (b.mean < self.negative)


Depth: TypeAlias = Callable[[tuple[int, int]], float]
Depths: TypeAlias = dict[tuple[int, int], float]


class Join(NamedTuple):
    """Two clusters that become one; it keeps the number of the first."""

    first: int
    second: int
    depth: float


class Merged(NamedTuple):
    """What fine groups become."""

    cluster: NDArray[np.int64]
    """Of each group (f,)."""
    undipped: NDArray[np.int64]
    """Of each group what it was before pairs with a dip were joined (f,)."""


@dataclass
class _State:
    groups: dict[int, Group]
    links: dict[int, dict[int, float]]  # weight of edges to each neighbouring group
    depth: dict[tuple[int, int], float]  # of the pairs that were judged

    def pairs(self) -> list[tuple[int, int]]:
        """Neighbours, the lower number first."""
        return [(a, b) for a, others in self.links.items() for b in others if a < b]


def group_events(events: NDArray[np.float32], weight: NDArray[np.float64], of: NDArray[np.int64]) -> list[Group]:
    """The groups of weighted events (n × p, n), by the number of its group of each event (n,)."""
    order = np.argsort(of, kind="stable")
    cuts = np.searchsorted(of[order], np.arange(1, of.max() + 1))
    return [Group(events[rows], weight[rows]) for rows in np.split(order, cuts)]


def merge_fine(groups: list[Group], links: Edges, valley_test: ValleyTest, pieces: Pieces) -> Merged:
    """A cluster for each group (f,).

    First the neighbours between which there is no dip at all, of these the pair with most edges for its size (the
    linkage of Paris; Bonald et al. 2018), so that the pieces of a population find each other before a piece is drawn to
    a large neighbour. Then always the pair of the shallowest valley, as long as it is shallower than the test's limit;
    and last those whose valley is not confirmed at ``SURE`` standard errors, the least certain first, so that what
    chance has cut is joined, while a few events far from all others stay apart. A joined group is tested against its
    neighbours as a whole, and at their border (:mod:`cytoclust.engine._border`).

    ``links`` are edges (i, j, weight) between numbers of groups; there may be several between two. ``pieces`` are the
    same groups, for what their borders show.
    """
    state = _start(groups, links)
    members = {number: [number] for number in range(len(groups))}
    undipped = np.arange(len(groups))
    rounds = (
        (max(NONE_AT_ALL, valley_test.limit), CERTAINTY, SLIGHT, False),
        (valley_test.limit, CERTAINTY, SLIGHT, True),
        (valley_test.confirmed, SURE, CERTAINTY, True),
    )
    for limit, z, at_border, shallowest in rounds:
        state.depth.clear()

        def depth(pair: tuple[int, int], limit: float = limit, z: float = z, border: float = at_border) -> float:
            straight = valley_test.depth(state.groups[pair[0]], state.groups[pair[1]], z)
            return pieces.at_border(members[pair[0]], members[pair[1]], straight, limit, border)

        find = _shallowest if shallowest else _closest
        while pair := find(state, depth, limit):
            _join(state, *pair)
            members[pair[0]] += members.pop(pair[1])
        undipped = undipped if shallowest else _numbers(members, len(groups))
    return Merged(_numbers(members, len(groups)), undipped)


def _numbers(members: dict[int, list[int]], count: int) -> NDArray[np.int64]:
    """A number from 0 on for each group (f,), the same for those that were joined."""
    cluster = np.empty(count, dtype=np.int64)
    for number, own in members.items():
        cluster[own] = number
    return np.unique(cluster, return_inverse=True)[1]


def _closest(state: _State, depth: Depth, limit: float) -> tuple[int, int] | None:
    """The pair of most affinity without a valley; only pairs that come before it are judged."""
    for pair in sorted(state.pairs(), key=lambda pair: _affinity(state, pair), reverse=True):
        if pair not in state.depth:
            state.depth[pair] = depth(pair)
        if state.depth[pair] >= limit:
            return pair
    return None


def _shallowest(state: _State, depth: Depth, limit: float) -> tuple[int, int] | None:
    """The pair of the shallowest valley, if it is shallower than the limit."""
    pairs = state.pairs()
    for pair in pairs:
        if pair not in state.depth:
            state.depth[pair] = depth(pair)
    best = max(pairs, key=lambda pair: (state.depth[pair], _affinity(state, pair)), default=None)
    return best if best is not None and state.depth[best] >= limit else None


def find_depths(groups: list[Group], links: Edges, valley_test: ValleyTest) -> Depths:
    """How deep the valley is between any two groups that are linked, the lower number first."""
    state = _start(groups, links)
    return {pair: valley_test.depth(groups[pair[0]], groups[pair[1]]) for pair in state.pairs()}


def join_all(
    groups: list[Group], links: Edges, valley_test: ValleyTest, *, known: Depths | None = None, needed: bool = False
) -> list[Join]:
    """The joins that make one of all groups that are linked, always across the shallowest valley; depths never rise.

    ``known`` are the depths of pairs that were judged before. ``needed`` is for the depth at which a pair would be
    parted, chance cuts undone.
    """
    state = _start(groups, links)
    state.depth.update(known or {})
    joins: list[Join] = []

    def depth(pair: tuple[int, int]) -> float:
        a, b = (state.groups[each] for each in pair)
        return valley_test.needed(a, b) if needed else valley_test.depth(a, b)

    while pair := _shallowest(state, depth, 0.0):
        joins.append(Join(*pair, min([state.depth[pair], *(join.depth for join in joins[-1:])])))
        _join(state, *pair)
    return joins


def _start(groups: list[Group], links: Edges) -> _State:
    count = len(groups)
    low, high = np.minimum(links[0], links[1]), np.maximum(links[0], links[1])
    pairs, where = np.unique(low * count + high, return_inverse=True)
    state = _State(dict(enumerate(groups)), {k: {} for k in range(count)}, {})
    for pair, weight in zip(pairs, np.bincount(where, links[2], len(pairs)), strict=True):
        a, b = int(pair // count), int(pair % count)
        if a != b:
            state.links[a][b] = state.links[b][a] = float(weight)
    return state


def _affinity(state: _State, pair: tuple[int, int]) -> tuple[float, tuple[int, int]]:
    a, b = pair
    return state.links[a][b] / (len(state.groups[a].events) * len(state.groups[b].events)), pair


def _join(state: _State, a: int, b: int) -> None:
    """B becomes part of a."""
    state.groups[a] += state.groups.pop(b)
    state.depth = {pair: depth for pair, depth in state.depth.items() if a not in pair and b not in pair}
    for other, weight in state.links.pop(b).items():
        del state.links[other][b]
        if other != a:
            state.links[a][other] = state.links[other][a] = state.links[a].get(other, 0.0) + weight
