"""Where clusters look like Gaussians, Gaussians draw their borders and tell how sure an event's cluster is."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from cytoclust.engine._mixture import Overlap, fit_overlap, likeliest, responsibility
from cytoclust.engine._representatives import Representatives

__all__ = ["find_overlaps"]

ENOUGH = 200
"""Events (Kish's effective number) of a cluster that a Gaussian is fitted to. Chosen: see sensitivity."""
AT_MOST, EACH = 40_000, 1_000
"""Representatives of all clusters that Gaussians are fitted to, and of each if that makes more. Chosen: see
sensitivity."""
ROUND, KEPT_ROUND = 0.7, 0.6
"""A cluster with less skewness than this has the shape of a Gaussian, and has to keep so much (Jaccard index) of its
events. Chosen: see sensitivity."""
SKEWED, KEPT_SKEWED = 1.0, 0.95
"""The same of one with more, which has hardly the shape. Chosen: see sensitivity."""
KEPT = 0.8
"""The same of one in between. Chosen: see sensitivity."""


def find_overlaps(
    representatives: Representatives, cluster: NDArray[np.int64]
) -> tuple[NDArray[np.int64], list[Overlap]]:
    """The cluster of each representative with borders redrawn (r,), and the overlaps where they were.

    Prototypes cut two populations apart with a knife, along steps as wide as a prototype, and see nothing of what each
    has beyond the cut. Each cluster is fitted with a Gaussian, all at once, and events belong to the likelier. A
    cluster of which its Gaussian makes something else has another shape: it keeps its borders, and the others are
    fitted again without it. Those that touch make an overlap.

    How much a cluster has to keep hangs on its skewness while all are fitted together: without the neighbour that has
    its tail, a Gaussian cut off looks skewed.
    """
    count = int(cluster.max()) + 1
    mass = np.bincount(cluster, representatives.weight, count).astype(np.float64)
    kish = mass**2 / np.maximum(np.bincount(cluster, representatives.weight**2, count), 1e-300)
    chosen = np.flatnonzero(kish > ENOUGH)
    least = None
    while len(chosen) > 1:
        rows, weight = _thinned(representatives.weight, cluster, chosen, mass)
        events = representatives.events[rows]
        member = np.searchsorted(chosen, cluster[rows])
        overlap, touching = fit_overlap(chosen, events, weight, member)
        if least is None:
            skewness = _skewness(overlap, events, weight)
            least = np.select([skewness < ROUND, skewness < SKEWED], [KEPT_ROUND, KEPT], KEPT_SKEWED)
        kept = _jaccard(member, likeliest(overlap, events, member, np.arange(len(chosen)))[0], weight, len(chosen))
        if (kept >= least).all():
            return _redrawn(representatives, cluster, overlap, touching)
        chosen, least = chosen[kept >= least], least[kept >= least]
    return cluster, []


def _thinned(
    weight: NDArray[np.float64], cluster: NDArray[np.int64], chosen: NDArray[np.int64], mass: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Evenly chosen rows of each cluster, and weights that keep its mass."""
    rows, weights, most = [], [], max(EACH, AT_MOST // len(chosen))
    for number in chosen:
        mine = np.flatnonzero(cluster == number)
        some = mine[:: -(-len(mine) // most)]
        rows.append(some)
        weights.append(weight[some] * (mass[number] / weight[some].sum()))
    return np.concatenate(rows), np.concatenate(weights)


def _jaccard(
    before: NDArray[np.int64], after: NDArray[np.int64], weight: NDArray[np.float64], count: int
) -> NDArray[np.float64]:
    same = np.bincount(before, weight * (before == after), count)
    return np.asarray(same / (np.bincount(before, weight, count) + np.bincount(after, weight, count) - same))


def _skewness(overlap: Overlap, events: NDArray[np.float32], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of each cluster the greatest skewness along the axes in which its Gaussian is a unit sphere (k,)."""
    share = responsibility(overlap, events) * weight[:, None]
    skewness = np.empty(len(overlap.clusters))
    for k in range(len(skewness)):
        some = np.flatnonzero(share[:, k] > 0.01 * weight)
        part = share[some, k] / share[some, k].sum()
        axes = (events[some] - overlap.mean[k]) @ overlap.whiten[k].T
        axes -= part @ axes
        skewness[k] = np.abs(part @ axes**3 / (part @ axes**2 + 1e-9) ** 1.5).max()  # a flat axis has none
    return skewness


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
            before = np.searchsorted(each.clusters, cluster[rows])
            after = likeliest(each, representatives.events[rows], before, np.arange(len(some)))[0]
            cluster[rows] = each.clusters[after]
            overlaps.append(each)
    return cluster, overlaps
