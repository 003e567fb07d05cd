"""From many fine clusters to populations: neighbours without a valley between them are one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytoclust.tl._graph import Edges
from cytoclust.tl._representatives import Representatives
from cytoclust.tl._valley import Group, valley

__all__ = ["merge_fine", "valley_limit"]


def valley_limit(resolution: float | str) -> float:
    """How deep a valley must be for two groups to stay apart, as :func:`valley` measures it.

    0.5 for ``auto`` and 1.0; a higher resolution lets shallower valleys count.
    """
    return float(0.5 ** (1 / (1.0 if resolution == "auto" else float(resolution))))


@dataclass
class _State:
    groups: dict[int, Group]
    members: dict[int, list[int]]
    links: dict[int, dict[int, float]]  # weight of edges to each neighbouring group
    depth: dict[tuple[int, int], float]
    size: dict[int, int]  # representatives


def merge_fine(
    representatives: Representatives, fine: NDArray[np.int64], edges: Edges, *, limit: float
) -> NDArray[np.int64]:
    """A cluster for each fine cluster (f,).

    Of all neighbouring pairs with a valley shallower than ``limit``, the pair with most edges for its size (the
    linkage of Paris; Bonald et al. 2018) is joined first, so that the pieces of a population find each other before
    a piece is drawn to a large neighbour; the joined group is then tested against its neighbours as a whole.
    """
    state = _start(representatives, fine, edges)
    while open_pairs := [pair for pair, depth in state.depth.items() if depth >= limit]:
        _join(state, *max(open_pairs, key=lambda pair: _affinity(state, pair)))
    merged = np.empty(len(np.unique(fine)), dtype=np.int64)
    for number, members in enumerate(state.members.values()):
        merged[members] = number
    return merged


def _start(representatives: Representatives, fine: NDArray[np.int64], edges: Edges) -> _State:
    events = representatives.events.astype(np.float64)
    count = int(fine.max()) + 1
    rows = [np.flatnonzero(fine == number) for number in range(count)]
    state = _State(
        groups={k: Group(events[rows[k]], representatives.weight[rows[k]]) for k in range(count)},
        members={k: [k] for k in range(count)},
        links={k: {} for k in range(count)},
        depth={},
        size={k: len(rows[k]) for k in range(count)},
    )
    i, j = fine[edges[0]], fine[edges[1]]
    low, high = np.minimum(i, j), np.maximum(i, j)
    pairs, where = np.unique(low * count + high, return_inverse=True)
    for pair, weight in zip(pairs, np.bincount(where, edges[2]), strict=True):
        a, b = int(pair // count), int(pair % count)
        if a != b:
            state.links[a][b] = state.links[b][a] = float(weight)
            state.depth[a, b] = valley(state.groups[a], state.groups[b])
    return state


def _affinity(state: _State, pair: tuple[int, int]) -> tuple[float, tuple[int, int]]:
    a, b = pair
    return state.links[a][b] / (state.size[a] * state.size[b]), pair


def _join(state: _State, a: int, b: int) -> None:
    """B becomes part of a."""
    state.groups[a] += state.groups.pop(b)
    state.members[a] += state.members.pop(b)
    state.size[a] += state.size.pop(b)
    for other, weight in state.links.pop(b).items():
        del state.links[other][b]
        del state.depth[min(b, other), max(b, other)]
        if other != a:
            state.links[a][other] = state.links[other][a] = state.links[a].get(other, 0.0) + weight
    for other in state.links[a]:
        state.depth[min(a, other), max(a, other)] = valley(state.groups[a], state.groups[other])
