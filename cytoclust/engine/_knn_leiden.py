"""The classic path: scanpy's neighbours graph on events, and Leiden."""

import warnings

import numpy as np
from numpy.typing import NDArray

from cytoclust import params
from cytoclust.engine._clustering import Clustering
from cytoclust.engine._source import Source
from cytoclust.errors import InputError
from cytoclust.lots import contents

__all__ = ["knn_leiden"]

MOST_EVENTS = 200_000
"""Events that a graph of all of them is made for. Bears on no result: more are refused, as it would take long."""


def knn_leiden(source: Source, chosen: params.Cluster, **_: object) -> Clustering:
    """Clusters, with an event's share of neighbours in its own cluster as probability, and no stability.

    Events are put in the order of their contents, and the seed is scanpy's own: labels depend on neither.

    Raises
    ------
    InputError
        More events than the graph can hold in reasonable time.
    """
    import scanpy as sc
    from anndata import AnnData

    total = int(source.sizes.sum())
    if total > MOST_EVENTS:
        raise InputError(
            f"The cluster.method parameter must be 'prototypes' for more than {MOST_EVENTS} events. "
            f"Got 'knn' for {total} events instead."
        )
    values = np.concatenate([source.block(number) for number in range(len(source.sizes))]) + np.float32(0)  # -0 is 0
    order = np.argsort(contents(values), kind="stable")
    events = AnnData(values[order])
    resolution = 1.0 if chosen.resolution == "auto" else chosen.resolution
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sc.pp.neighbors(events, n_neighbors=min(chosen.n_neighbors, total - 1), use_rep="X")
        sc.tl.leiden(events, resolution=resolution, flavor="leidenalg", n_iterations=2)
    found = events.obs["leiden"].cat.codes.to_numpy(dtype=np.int32)
    labels, same = np.empty_like(found), np.empty(total, dtype=np.float32)
    labels[order], same[order] = found, _share_of_neighbours(events.obsp["connectivities"], found)
    n_clusters = int(labels.max()) + 1
    return Clustering(labels, same, n_clusters, lambda: np.full(n_clusters, np.nan), list)


def _share_of_neighbours(graph, labels: NDArray[np.int32]) -> NDArray[np.float32]:  # type: ignore[no-untyped-def]
    graph = graph.tocoo()
    same = labels[graph.row] == labels[graph.col]
    mine = np.bincount(graph.row, graph.data * same, minlength=len(labels))
    every = np.bincount(graph.row, graph.data, minlength=len(labels))
    return (mine / np.maximum(every, 1e-12)).astype(np.float32)
