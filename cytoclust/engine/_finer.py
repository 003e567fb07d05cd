"""The level below the clusters: pieces between which there is a dip at all, and how they become clusters."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytoclust.engine._graph import Edges
from cytoclust.engine._merge import LIMIT, NONE_AT_ALL, Join, ValleyTest, group_events, join_all
from cytoclust.engine._nearest import nearest
from cytoclust.engine._representatives import Representatives

__all__ = ["FINEST", "Finer", "find_finer", "nearest_places"]

FINEST = float(np.log(LIMIT) / np.log(NONE_AT_ALL))
"""Resolution at which valleys count that are as shallow as those between pieces. Derived: of both limits."""
SHARE = 0.2
"""Of a piece, below which what lies in another cluster is a border drawn anew and no piece of that. Chosen: it bears on
this level only."""
FEWEST = 10
"""Representatives of a piece. Chosen: as SHARE."""


@dataclass(frozen=True)
class Finer:
    """Pieces of the clusters that have several.

    Of a cluster the largest piece has its number, and the others, by size, those from the number of clusters on.
    """

    places: NDArray[np.float32]
    """Events are of the piece of the nearest of these that is of their cluster (m, p)."""
    cluster: NDArray[np.int64]
    """Of each place (m,)."""
    piece: NDArray[np.int64]
    """Of each place (m,)."""
    joins: list[Join]
    """How the pieces become the clusters."""


def find_finer(
    representatives: Representatives,
    cluster: NDArray[np.int64],
    undipped: NDArray[np.int64],
    links: Edges,
    valley_test: ValleyTest,
) -> Finer:
    """Pieces of clusters, from the groups ``undipped`` of representatives (r,) that were joined without a dip.

    ``links`` are edges between representatives. The depth of a join is the limit that would part the two.
    """
    piece = _number(representatives, cluster, _pieces(representatives, cluster, undipped))
    groups = group_events(representatives.events, representatives.weight, piece)
    of = np.empty(len(groups), dtype=np.int64)
    of[piece] = cluster
    i, j, weight = piece[links[0]], piece[links[1]], links[2]
    inside = of[i] == of[j]
    joins = join_all(groups, (i[inside], j[inside], weight[inside]), valley_test, needed=True)
    joins = [join._replace(depth=max(join.depth, valley_test.limit)) for join in joins]
    left = np.setdiff1d(np.arange(int(cluster.max()) + 1, len(groups)), [join.second for join in joins])
    joins += [Join(int(of[number]), int(number), valley_test.limit) for number in left]  # nothing links them
    several = np.isin(cluster, of[np.flatnonzero(np.bincount(of)[of] > 1)])
    rows = np.flatnonzero(several)
    cells, first, at = np.unique(
        np.stack([representatives.prototype[rows], piece[rows]]), axis=1, return_index=True, return_inverse=True
    )
    at, mass = at.ravel(), np.bincount(at.ravel(), representatives.weight[rows], cells.shape[1])
    sums = [
        np.bincount(at, representatives.weight[rows] * column, len(mass)) for column in representatives.events[rows].T
    ]
    places = (np.stack(sums, axis=1) / mass[:, None]).astype(np.float32)
    return Finer(places, cluster[rows][first], piece[rows][first], joins)


def _pieces(
    representatives: Representatives, cluster: NDArray[np.int64], undipped: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The piece of each representative (r,); what is too little to be one goes with the nearest in its cluster."""
    cells, at = np.unique(np.stack([cluster, undipped]), axis=1, return_inverse=True)
    at, of = at.ravel(), cells[0]
    mass = np.bincount(at, representatives.weight)
    share = mass / np.bincount(undipped, representatives.weight)[cells[1]]
    kept = (share >= SHARE) & (np.bincount(at) >= FEWEST)
    order = np.lexsort((mass, of))
    kept[order[np.append(of[order][1:] != of[order][:-1], True)]] = True  # the largest of each
    means = np.stack(
        [np.bincount(at, representatives.weight * column) / mass for column in representatives.events.T], axis=1
    )
    goes = np.arange(len(of))
    for cell in np.flatnonzero(~kept):
        near = np.flatnonzero(kept & (of == of[cell]))
        goes[cell] = near[np.argmin(((means[near] - means[cell]) ** 2).sum(axis=1))]
    return goes[at]


def _number(
    representatives: Representatives, cluster: NDArray[np.int64], piece: NDArray[np.int64]
) -> NDArray[np.int64]:  # fmt: skip
    """Pieces by their final numbers (r,)."""
    used, first, at = np.unique(piece, return_index=True, return_inverse=True)
    mass, of = np.bincount(at, representatives.weight), cluster[first]
    order = np.argsort(-mass, kind="stable")
    number, following = np.full(len(used), -1), int(cluster.max()) + 1
    seen: set[int] = set()
    for each in order:
        if int(of[each]) not in seen:
            seen.add(int(of[each]))
            number[each] = of[each]
        else:
            number[each] = following
            following += 1
    return number[at]


def nearest_places(
    events: NDArray[np.float32],
    clusters: NDArray[np.int64],
    places: NDArray[np.float32],
    of: NDArray[np.int64],
    piece: NDArray[np.int64],
) -> NDArray[np.int64]:
    """The piece of each event (n × p): that of the nearest place of its cluster (n,); see :class:`Finer`."""
    found = clusters.copy()
    for cluster in np.unique(of):
        rows, there = np.flatnonzero(clusters == cluster), np.flatnonzero(of == cluster)
        if len(rows):
            found[rows] = piece[there[nearest(events[rows], places[there])[0]]]
    return found
