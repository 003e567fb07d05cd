"""Clusters by prototypes: any number of events, parted at valleys of density."""

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from cytoclust import params
from cytoclust.engine._assign import assign
from cytoclust.engine._clustering import Clustering
from cytoclust.engine._fit import fit
from cytoclust.engine._frozen import Frozen
from cytoclust.engine._per_event import PerEvent, forget
from cytoclust.engine._source import Source, stream_blocks
from cytoclust.executor import Executor

__all__ = ["cluster_prototypes"]


def cluster_prototypes(
    source: Source,
    chosen: params.Cluster,
    *,
    executor: Executor,
    tick: Callable[[int], None],
    salt: int = 0,
    **_: object,
) -> Clustering:
    """Fit prototypes and their tree, then give every event the cluster of its nearest prototype."""
    found = fit(
        source,
        n_prototypes=chosen.n_prototypes,
        resolution=chosen.resolution,
        salt=salt,
        n_redraws=chosen.n_redraws,
        executor=executor,
        tick=tick,
    )
    model, prototype = found.model, found.prototype
    starts = np.concatenate([[0], np.cumsum(source.sizes)])

    def one(number: int, events: NDArray[np.float32]) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        return assign(model, events, prototype[starts[number] : starts[number + 1]])

    tree = cache(found.tree)
    labels, probability = PerEvent(int(starts[-1]), np.int32), PerEvent(int(starts[-1]), np.float32)
    for cluster, sure in stream_blocks(source, one, executor=executor, tick=tick):
        labels.append(cluster)
        probability.append(sure)
        forget(prototype)
    return Clustering(
        labels=labels.array,
        probability=probability.array,
        n_clusters=int(found.model.cluster.max()) + 1,
        stability=cache(lambda: found.redraws.stability(executor)),
        joins=lambda: tree()[0],
        knows_tree=True,
        overlaps=cache(found.overlaps),
        redraws=found.redraws,
        frozen=Frozen(found.search, model),
        partings=lambda: tree()[1],
        finer=cache(found.finer),
    )
