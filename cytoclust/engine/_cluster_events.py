"""The clusters of a source of events, by whichever method was chosen."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from cytoclust import params
from cytoclust.engine._assign import assign
from cytoclust.engine._clustering import Clustering
from cytoclust.engine._fit import fit, silent
from cytoclust.engine._knn_leiden import knn_leiden
from cytoclust.engine._prototypes import POOL_EVENTS
from cytoclust.engine._source import Source, map_blocks
from cytoclust.errors import InputError
from cytoclust.executor import Executor

__all__ = ["MIN_EVENTS", "cluster_events", "passes"]

MIN_EVENTS = 50
"""Events below which there is nothing to cluster. Chosen: see sensitivity."""


def cluster_events(
    source: Source, chosen: params.Cluster, *, seed: int, executor: Executor, tick: Callable[[int], None] = silent
) -> Clustering:
    """Cluster the events of a source; ``tick`` hears of :func:`passes` times as many events as there are."""
    total = int(source.sizes.sum())
    if total < MIN_EVENTS:
        raise InputError(
            f"Clustering needs at least {MIN_EVENTS} events that passed quality control. Got {total}: acquire more, or "
            "switch off the check that sets them aside, such as quality.debris=false."
        )
    if chosen.method == "knn":
        return knn_leiden(source, chosen, seed=seed)
    found = fit(
        source, n_prototypes=chosen.n_prototypes, resolution=chosen.resolution, seed=seed, executor=executor, tick=tick
    )  # fmt: skip
    starts = np.concatenate([[0], np.cumsum(source.sizes)])

    def one(number: int, events: NDArray[np.float32]) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        return assign(found.model, events, found.prototype[starts[number] : starts[number + 1]])

    blocks = map_blocks(source, one, executor=executor, tick=tick)
    return Clustering(
        labels=np.concatenate([block[0] for block in blocks]),
        probability=np.concatenate([block[1] for block in blocks]),
        n_clusters=int(found.model.cluster.max()) + 1,
        stability=found.stability,
        joins=found.joins,
    )


def passes(total: int) -> int:
    """How often the engine goes over ``total`` events."""
    return 3 if total > POOL_EVENTS else 2
