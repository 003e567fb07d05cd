"""The neighbour graph of representatives and its fine partition by Leiden."""

import random

import igraph
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors

__all__ = ["fine_partition", "shared_neighbour_graph"]

Edges = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]


def shared_neighbour_graph(events: NDArray[np.float32], neighbours: int) -> Edges:
    """Edges (i, j, weight) between nearest neighbours; the weight is the Jaccard index of their neighbourhoods.

    The graph of PhenoGraph (Levine et al. 2015).
    """
    n = len(events)
    search = NearestNeighbors(n_neighbors=min(neighbours, n - 1), algorithm="brute").fit(events)
    found = search.kneighbors(return_distance=False)  # of each event, itself not counted
    source = np.repeat(np.arange(n), found.shape[1])
    low, high = np.minimum(source, found.ravel()), np.maximum(source, found.ravel())
    pairs = np.unique(low.astype(np.int64) * n + high)
    i, j = pairs // n, pairs % n
    near = sp.csr_matrix((np.ones(found.size), (source, found.ravel())), shape=(n, n)) + sp.eye(n, format="csr")
    shared = np.asarray(near[i].multiply(near[j]).sum(axis=1)).ravel()
    return i, j, shared / (2 * (found.shape[1] + 1) - shared)


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
