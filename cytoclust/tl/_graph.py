"""The neighbour graph of representatives and its fine partition by Leiden."""

import random

import igraph
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components
from sklearn.neighbors import NearestNeighbors

from cytoclust.tl._nearest import nearest

__all__ = ["Edges", "bridges", "fine_partition", "shared_neighbour_graph"]

Edges = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]


def shared_neighbour_graph(events: NDArray[np.float32], neighbours: int) -> Edges:
    """Edges (i, j, weight) between nearest neighbours; the weight is the Jaccard index of their neighbourhoods.

    The graph of PhenoGraph (Levine et al. 2015).
    """
    n = len(events)
    if n == 1:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0)
    search = NearestNeighbors(n_neighbors=min(neighbours, n - 1), algorithm="brute").fit(events)
    found = search.kneighbors(return_distance=False)  # of each event, itself not counted
    source = np.repeat(np.arange(n), found.shape[1])
    low, high = np.minimum(source, found.ravel()), np.maximum(source, found.ravel())
    pairs = np.unique(low.astype(np.int64) * n + high)
    i, j = pairs // n, pairs % n
    near = sp.csr_matrix((np.ones(found.size), (source, found.ravel())), shape=(n, n)) + sp.eye(n, format="csr")
    shared = np.asarray(near[i].multiply(near[j]).sum(axis=1)).ravel()
    return i, j, shared / (2 * (found.shape[1] + 1) - shared)


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
    i, j, weight = edges
    graph = igraph.Graph(n=n, edges=np.column_stack([i, j]))
    igraph.set_random_number_generator(random.Random(seed))  # noqa: S311
    try:
        parts = graph.community_leiden("modularity", weights=weight, resolution=resolution, n_iterations=3)
    finally:
        igraph.set_random_number_generator(random)
    return np.asarray(parts.membership, dtype=np.int64)
