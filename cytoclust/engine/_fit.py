"""The prototype engine: from blocks of events to a model that names the cluster of any event."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytoclust.engine._assign import Model, build_model, overlapping
from cytoclust.engine._graph import Edges, bridges, fine_partition, shared_neighbour_graph
from cytoclust.engine._merge import Join, ValleyTest, group_events, join_all, merge_fine, valley_limit
from cytoclust.engine._negatives import negative_bounds
from cytoclust.engine._overlap import find_overlaps
from cytoclust.engine._prototypes import POOL_EVENTS, find_prototypes
from cytoclust.engine._representatives import (
    Representatives,
    choose_representatives,
    join_equal,
    log_volume,
    nearest_within,
)  # fmt: skip
from cytoclust.engine._search import build_search, find_all
from cytoclust.engine._source import Source, take
from cytoclust.engine._split import split_large
from cytoclust.executor import Executor

__all__ = ["Fit", "fit"]

EACH = 60
"""Representatives of a prototype, on which densities are measured. Chosen: see sensitivity."""
RARE = 30_000
"""Further ones, so that the prototypes of lowest density have all their events. Chosen: see sensitivity."""
NODES_EACH, NODES_RARE = 10, 10_000
"""The same of the representatives that are nodes of the graph. Chosen: see sensitivity."""
STRANGE = 5_000
"""Further ones, of both: events far from their prototype. Chosen: see sensitivity."""
NEIGHBOURS = 10
"""Of a node in the graph. Chosen: see sensitivity."""
ON_A_LINE = 30
"""The same with one marker, where fewer leave gaps by chance. Chosen: no panel of one marker is among the data of
sensitivity."""
FINE = 10.0
"""Resolution of the fine partition: many more groups than populations. Chosen: see sensitivity."""
REPEATS = 2
"""Further partitions of the same graph, by which the stability of a cluster is judged, and nothing else. Chosen: each
takes as long as the first."""
MOST_PROTOTYPES, FEWEST_PROTOTYPES, EVENTS_EACH = 2000, 16, 20
"""At most and at least so many prototypes, and one for so many events of small data. Chosen: see sensitivity."""


@dataclass(frozen=True)
class Fit:
    """A clustering of all events of a source; clusters are numbered by size, the largest 0."""

    model: Model
    prototype: NDArray[np.int32]
    """Prototype of every event (n,)."""
    stability: Callable[[], NDArray[np.float64]]
    """Of each cluster (k,): mean Jaccard index with the most alike cluster of repeated partitions, 0–1."""
    joins: Callable[[], list[Join]]
    """How the clusters would become one, the shallowest valley first (k - 1)."""
    overlaps: Callable[[], NDArray[np.int64]]
    """Of each cluster that to which most of its events would belong if not to it, -1 where all are sure (k,)."""


@dataclass(frozen=True)
class _Graph:
    """Representatives, the graph of some of them, and what is asked of a valley."""

    representatives: Representatives
    node: NDArray[np.int64]
    """The node nearest to each representative (r,)."""
    nodes: int
    edges: Edges
    linked: Edges
    """The same with what is needed to make the graph connected."""
    valley_test: ValleyTest
    executor: Executor

    def partition(self, seed: int) -> NDArray[np.int64]:
        """The cluster of each representative (r,)."""
        fine = fine_partition(self.nodes, self.edges, resolution=FINE, seed=seed)
        groups = group_events(self.representatives.events, self.representatives.weight, fine[self.node])
        links = (fine[self.linked[0]], fine[self.linked[1]], self.linked[2])
        cluster = merge_fine(groups, links, self.valley_test)[fine][self.node]
        return split_large(self.representatives, cluster, self.valley_test, workers=self.executor.workers)

    def joins(self, cluster: NDArray[np.int64]) -> list[Join]:
        """How the clusters of the representatives would become one."""
        groups = group_events(self.representatives.events, self.representatives.weight, cluster)
        first = np.empty(self.nodes, dtype=np.int64)
        first[self.node[::-1]] = cluster[::-1]
        links = (first[self.linked[0]], first[self.linked[1]], self.linked[2])
        return join_all(groups, links, self.valley_test)


def silent(events: int) -> None:
    """Progress that nobody hears."""


def fit(
    source: Source,
    *,
    n_prototypes: int | str,
    resolution: float | str,
    seed: int,
    executor: Executor,
    tick: Callable[[int], None] = silent,
) -> Fit:
    """Prototypes, representatives, their graph, fine clusters, and the merging of these.

    Every event is assigned to a prototype by its own values. The graph and the tests are made on representatives,
    which are *all* events of a rare prototype and some of a common one, weighted by the events that they stand for.
    """
    rng = np.random.default_rng(seed)
    count = _number_of_prototypes(n_prototypes, int(source.sizes.sum()))
    prototypes, pool = find_prototypes(source, count, rng=rng, executor=executor, tick=tick)
    search = build_search(prototypes, pool, rng=rng, workers=executor.workers)
    prototype, strange = find_all(source, search, executor=executor, tick=tick)
    valley_test = ValleyTest(valley_limit(resolution), negative_bounds(pool[:POOL_EVENTS]))
    gap = log_volume(prototypes)
    rows, weight = choose_representatives(
        prototype, gap, each=EACH, rare=RARE, rng=rng, strange=strange[:STRANGE]
    )  # fmt: skip
    representatives, kept = join_equal(
        Representatives(take(source, rows, executor=executor), prototype[rows].astype(np.int64), weight)
    )
    weight = representatives.weight
    strangers = np.flatnonzero(np.isin(rows[kept], strange[:STRANGE]))
    graph = _build_graph(representatives, strangers, gap, valley_test, rng, executor)
    cluster, overlaps = find_overlaps(representatives, graph.partition(seed))
    number = _by_size(cluster, weight)
    cluster = number[cluster]
    overlaps = [overlap.renumbered(number) for overlap in overlaps]

    def stability() -> NDArray[np.float64]:
        repeats = [graph.partition(seed + 1 + repeat) for repeat in range(REPEATS)]
        return np.mean([_jaccard(cluster, other, weight) for other in repeats], axis=0)

    model = build_model(prototypes, representatives, cluster, overlaps)
    return Fit(
        model=model,
        prototype=prototype,
        stability=stability,
        joins=lambda: graph.joins(cluster),
        overlaps=lambda: overlapping(model, representatives),
    )


def _number_of_prototypes(asked: int | str, events: int) -> int:
    """2000 prototypes, or one for twenty events of small data."""
    fitting = max(FEWEST_PROTOTYPES, min(MOST_PROTOTYPES, events // EVENTS_EACH))
    return fitting if isinstance(asked, str) else asked


def _build_graph(
    representatives: Representatives,
    strangers: NDArray[np.int64],
    gap: NDArray[np.float64],
    valley_test: ValleyTest,
    rng: np.random.Generator,
    executor: Executor,
) -> _Graph:
    chosen, weight = choose_representatives(
        representatives.prototype.astype(np.int32), gap, each=NODES_EACH, rare=NODES_RARE, rng=rng, strange=strangers
    )  # fmt: skip
    nodes = Representatives(representatives.events[chosen], representatives.prototype[chosen], weight)
    neighbours = NEIGHBOURS if nodes.events.shape[1] > 1 else ON_A_LINE
    edges = shared_neighbour_graph(nodes.events, neighbours, workers=executor.workers)
    return _Graph(
        representatives=representatives,
        node=nearest_within(nodes, representatives, size=len(gap)),
        nodes=len(nodes.events),
        edges=edges,
        linked=bridges(nodes.events, edges),
        valley_test=valley_test,
        executor=executor,
    )


def _by_size(cluster: NDArray[np.int64], weight: NDArray[np.float64]) -> NDArray[np.int64]:
    """A number for each cluster (k,), 0 for the largest."""
    order = np.argsort(-np.bincount(cluster, weight), kind="stable")
    return np.argsort(order)


def _jaccard(cluster: NDArray[np.int64], other: NDArray[np.int64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of each cluster, the Jaccard index with the most alike of the other partition (Hennig 2007)."""
    joint = np.zeros((cluster.max() + 1, other.max() + 1))
    np.add.at(joint, (cluster, other), weight)
    union = joint.sum(axis=1)[:, None] + joint.sum(axis=0)[None, :] - joint
    return (joint / union).max(axis=1)
