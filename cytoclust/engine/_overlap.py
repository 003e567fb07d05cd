"""Where clusters look like Gaussians, Gaussians draw their borders and tell how sure an event's cluster is."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from cytoclust.engine._mixture import Overlap, fit_overlap, likeliest
from cytoclust.engine._representatives import Representatives

__all__ = ["find_overlaps"]

ENOUGH = 200
"""Events (Kish's effective number) of a cluster that a Gaussian is fitted to. Chosen: see sensitivity."""
AT_MOST = 4_000
"""Representatives of a cluster that its Gaussian is fitted to. Chosen: see sensitivity."""
KEPT = 0.8
"""If a cluster kept less than this (Jaccard index) its Gaussian is not the cluster. Chosen: see benchmarks/ENGINE.md
and sensitivity."""


def find_overlaps(
    representatives: Representatives, cluster: NDArray[np.int64]
) -> tuple[NDArray[np.int64], list[Overlap]]:
    """The cluster of each representative with borders redrawn (r,), and the overlaps where they were.

    Prototypes cut two populations apart with a knife, along steps as wide as a prototype, and see nothing of what each
    has beyond the cut. Each cluster is fitted with a Gaussian, all at once, and events belong to the likelier. A cluster
    of which its Gaussian makes something else has another shape: it keeps its borders, and the others are fitted again
    without it. Those that touch make an overlap.
    """
    count = int(cluster.max()) + 1
    mass = np.bincount(cluster, representatives.weight, count)
    kish = mass**2 / np.maximum(np.bincount(cluster, representatives.weight**2, count), 1e-300)
    chosen = np.flatnonzero(kish > ENOUGH)
    while len(chosen) > 1:
        rows, weight = _thinned(representatives.weight, cluster, chosen, mass)
        events = representatives.events[rows]
        member = np.searchsorted(chosen, cluster[rows])
        overlap, touching = fit_overlap(chosen, events, weight, member)
        after = likeliest(overlap, events, member)[0]
        kept = _jaccard(member, after, weight, len(chosen))
        if (kept >= KEPT).all():
            return _redrawn(representatives, cluster, overlap, touching)
        chosen = chosen[kept >= KEPT]
    return cluster, []


def _thinned(
    weight: NDArray[np.float64], cluster: NDArray[np.int64], chosen: NDArray[np.int64], mass: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Evenly chosen rows of each cluster, and weights that keep its mass."""
    rows, weights = [], []
    for number in chosen:
        mine = np.flatnonzero(cluster == number)
        some = mine[:: -(-len(mine) // AT_MOST)]
        rows.append(some)
        weights.append(weight[some] * (mass[number] / weight[some].sum()))
    return np.concatenate(rows), np.concatenate(weights)


def _jaccard(
    before: NDArray[np.int64], after: NDArray[np.int64], weight: NDArray[np.float64], count: int
) -> NDArray[np.float64]:
    same = np.bincount(before, weight * (before == after), count)
    return np.asarray(same / (np.bincount(before, weight, count) + np.bincount(after, weight, count) - same))


def _redrawn(
    representatives: Representatives, cluster: NDArray[np.int64], overlap: Overlap, touching: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], list[Overlap]]:
    """The cluster of each representative, and overlaps of more than one cluster."""
    cluster, overlaps = cluster.copy(), []
    parts, part = connected_components(touching, directed=False)
    for number in range(parts):
        some = np.flatnonzero(part == number)
        if len(some) > 1:
            each = overlap.of(some)
            rows = np.flatnonzero(np.isin(cluster, each.clusters))
            first = np.searchsorted(each.clusters, cluster[rows])
            cluster[rows] = each.clusters[likeliest(each, representatives.events[rows], first)[0]]
            overlaps.append(each)
    return cluster, overlaps
