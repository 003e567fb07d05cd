"""The neighbour graph of representatives and its fine partition by Leiden."""

import random
import threading

import numba
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from cytoclust.engine._nearest import nearest
from cytoclust.engine._neighbours import neighbours as nearest_points

__all__ = ["Edges", "bridges", "fine_partition", "shared_neighbour_graph"]

_GENERATOR = threading.Lock()
"""igraph has one for all threads."""

Edges = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]


def shared_neighbour_graph(events: NDArray[np.float32], neighbours: int, *, workers: int = 1) -> Edges:
    """Edges (i, j, weight) between nearest neighbours; the weight is the Jaccard index of their neighbourhoods.

    The graph of PhenoGraph (Levine et al. 2015).
    """
    n = len(events)
    if n == 1:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0)
    k = min(neighbours, n - 1)
    own = np.arange(n, dtype=np.int32)[:, None]
    found = nearest_points(events, events, k + 1, workers=workers)
    # itself is the first, but for rounding: without it, of which there may be none, the first k
    found = np.take_along_axis(found, np.argsort(found == own, axis=1, kind="stable")[:, :k], axis=1)
    low, high = np.minimum(own, found).astype(np.int64), np.maximum(own, found)
    pairs = np.sort((low * n + high).ravel())
    pairs = pairs[np.append(True, pairs[1:] != pairs[:-1])]  # np.unique would hash them, which takes ten times as long
    i, j = pairs // n, pairs % n
    shared = _shared(np.sort(np.hstack([found, own]), axis=1), i, j)
    return i, j, shared / (2 * (k + 1) - shared)


@numba.njit(cache=True)
def _shared(neighbourhoods, i, j):  # type: ignore[no-untyped-def]
    """Members that two sorted neighbourhoods have in common, for each pair."""
    width = neighbourhoods.shape[1]
    shared = np.zeros(len(i), np.int64)
    for pair in range(len(i)):
        mine, other = neighbourhoods[i[pair]], neighbourhoods[j[pair]]
        a = b = 0
        while a < width and b < width:
            shared[pair] += mine[a] == other[b]
            a, b = a + (mine[a] <= other[b]), b + (other[b] <= mine[a])
    return shared


def bridges(events: NDArray[np.float32], edges: Edges) -> Edges:
    """Edges that make the graph connected, each between nearest events of two parts (Borůvka), without weight.

    Parts without an edge between them would never be tested for a valley, and one population can fall into parts by
    chance, above all with one marker.
    """
    n = len(events)
    i, j = edges[0].copy(), edges[1].copy()
    while True:
        count, part = connected_components(sp.coo_matrix((np.ones(len(i)), (i, j)), shape=(n, n)), directed=False)
        if count == 1:
            return i, j, np.concatenate([edges[2], np.zeros(len(i) - len(edges[2]))])
        sizes = np.bincount(part)
        for small in np.delete(np.arange(count), np.argmax(sizes)):
            inside, outside = np.flatnonzero(part == small), np.flatnonzero(part != small)
            index, squared = nearest(events[inside], events[outside])
            closest = int(np.argmin(squared))
            i, j = np.append(i, inside[closest]), np.append(j, outside[index[closest]])


def fine_partition(n: int, edges: Edges, *, resolution: float, seed: int) -> NDArray[np.int64]:
    """Leiden's communities (Traag et al. 2019) at a resolution that gives many more than there are populations."""
    import igraph  # which brings matplotlib

    i, j, weight = edges
    graph = igraph.Graph(n=n)
    graph.add_edges(np.column_stack([i, j]))  # which reads an array at once; the constructor turns it into tuples
    with _GENERATOR:
        igraph.set_random_number_generator(random.Random(seed))  # noqa: S311
        try:
            parts = graph.community_leiden("modularity", weights=weight, resolution=resolution, n_iterations=3)
        finally:
            igraph.set_random_number_generator(random)
    return np.asarray(parts.membership, dtype=np.int64)
