"""The prototype engine: from blocks of events to a model that names the cluster of any event."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytoclust.tl._assign import Model, build_model
from cytoclust.tl._graph import bridges, fine_partition, shared_neighbour_graph
from cytoclust.tl._merge import merge_fine, valley_limit
from cytoclust.tl._prototypes import find_prototypes
from cytoclust.tl._representatives import Representatives, choose_representatives, join_equal, room
from cytoclust.tl._search import build_search
from cytoclust.tl._source import Source, map_blocks, take

__all__ = ["Fit", "fit"]

EACH = 10
"""Representatives of a prototype."""
RARE = 10_000
"""Further representatives, so that the prototypes of lowest density have all their events."""
NEIGHBOURS = 10
"""Of a representative in the graph."""
ON_A_LINE = 30
"""The same with one marker, where fewer leave gaps by chance."""
FINE = 10.0
"""Resolution of the fine partition."""
REPEATS = 2
"""Further partitions of the same graph, by which the stability of a cluster is judged."""


@dataclass(frozen=True)
class Fit:
    """A clustering of all events of a source; clusters are numbered by size, the largest 0."""

    model: Model
    prototype: NDArray[np.int32]
    """Prototype of every event (n,)."""
    stability: Callable[[], NDArray[np.float64]]
    """Of each cluster (k,): mean Jaccard index with the most alike cluster of repeated partitions, 0–1."""


def silent(events: int) -> None:
    """Progress that nobody hears."""


def fit(
    source: Source,
    *,
    n_prototypes: int | str,
    resolution: float | str,
    seed: int,
    workers: int,
    tick: Callable[[int], None] = silent,
) -> Fit:
    """Prototypes, representatives, their graph, fine clusters, and the merging of these.

    Every event is assigned to a prototype by its own values. The graph and the tests are made on representatives,
    which are *all* events of a rare prototype and a few of a common one, weighted by the events that they stand for.
    """
    rng = np.random.default_rng(seed)
    count = _number_of_prototypes(n_prototypes, int(source.sizes.sum()))
    prototypes, pool = find_prototypes(source, count, rng=rng, workers=workers, tick=tick)
    search = build_search(prototypes, pool, rng=rng, workers=workers)
    blocks = map_blocks(source, lambda _, events: search.find(events), workers=workers, tick=tick)
    prototype = np.concatenate(blocks)
    rows, weight = choose_representatives(prototype, room(prototypes), each=EACH, rare=RARE, rng=rng)
    representatives = join_equal(
        Representatives(take(source, rows, workers=workers), prototype[rows].astype(np.int64), weight)
    )
    neighbours = NEIGHBOURS if prototypes.shape[1] > 1 else ON_A_LINE
    edges = shared_neighbour_graph(representatives.events, neighbours)
    linked = bridges(representatives.events, edges)

    def partition(repeat: int) -> NDArray[np.int64]:
        fine = fine_partition(len(representatives.events), edges, resolution=FINE, seed=seed + repeat)
        return merge_fine(representatives, fine, linked, limit=valley_limit(resolution))[fine]

    cluster = _by_size(partition(0), representatives.weight)

    def stability() -> NDArray[np.float64]:
        repeats = [partition(1 + repeat) for repeat in range(REPEATS)]
        return np.mean([_jaccard(cluster, other, representatives.weight) for other in repeats], axis=0)

    return Fit(build_model(prototypes, representatives, cluster), prototype, stability)


def _number_of_prototypes(asked: int | str, events: int) -> int:
    """2000 prototypes, or one for twenty events of small data."""
    return max(16, min(2000, events // 20)) if isinstance(asked, str) else asked


def _by_size(cluster: NDArray[np.int64], weight: NDArray[np.float64]) -> NDArray[np.int64]:
    order = np.argsort(-np.bincount(cluster, weight), kind="stable")
    return np.argsort(order)[cluster]


def _jaccard(cluster: NDArray[np.int64], other: NDArray[np.int64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of each cluster, the Jaccard index with the most alike of the other partition (Hennig 2007)."""
    joint = np.zeros((cluster.max() + 1, other.max() + 1))
    np.add.at(joint, (cluster, other), weight)
    union = joint.sum(axis=1)[:, None] + joint.sum(axis=0)[None, :] - joint
    return (joint / union).max(axis=1)
