"""The prototype engine: from blocks of events to a model that names the cluster of any event."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytoclust.engine._assign import Model, build_model, overlapping
from cytoclust.engine._border import Pieces
from cytoclust.engine._choose_representatives import choose_nodes, choose_representatives
from cytoclust.engine._draw import silent
from cytoclust.engine._far import choose_far
from cytoclust.engine._finer import Finer, find_finer
from cytoclust.engine._graph import Edges, bridges, fine_partition, shared_neighbour_graph
from cytoclust.engine._merge import Join, ValleyTest, find_depths, group_events, join_all, merge_fine, valley_limit
from cytoclust.engine._negatives import negative_bounds
from cytoclust.engine._neighbours import neighbours
from cytoclust.engine._overlap import find_overlaps
from cytoclust.engine._parting import Parting, find_partings
from cytoclust.engine._pool import draw_pool
from cytoclust.engine._prototypes import find_prototypes
from cytoclust.engine._representatives import Representatives, log_volume, nearest_within
from cytoclust.engine._search import Search, build_search, find_all
from cytoclust.engine._source import Source
from cytoclust.engine._split import split_large
from cytoclust.engine._split_gaps import split_gaps
from cytoclust.engine._valley import Group
from cytoclust.executor import Executor, Threads

__all__ = ["Fit", "Redraws", "fit"]

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
THINNER = 2
"""Times fewer nodes of the graph in these. Chosen, for time: clusters come back as often as in whole fits with other
salts (correlation 0.9 over the clusters of simulated marrow), or a little less."""
MOST_PROTOTYPES, FEWEST_PROTOTYPES, EVENTS_EACH = 2000, 16, 20
"""At most and at least so many prototypes, and one for so many events of small data. Chosen: see sensitivity."""


@dataclass(frozen=True)
class Fit:
    """A clustering of all events of a source; clusters are numbered by size, the largest 0."""

    model: Model
    prototype: NDArray[np.int32]
    """Prototype of every event (n,)."""
    redraws: "Redraws"
    """By which the stability of clusters is told."""
    tree: Callable[[], tuple[list[Join], list[Parting]]]
    """How the clusters would become one, the shallowest valley first (k - 1), and what parts each from its nearest."""
    finer: Callable[[], Finer]
    """The level below."""
    overlaps: Callable[[], NDArray[np.int64]]
    """Of each cluster that to which most of its events would belong if not to it, -1 where all are sure (k,)."""
    search: Search
    """Of the prototype of an event."""


@dataclass(frozen=True)
class Redraws:
    """What is needed to draw again, which is told when it is asked for, as it takes longer than the clustering."""

    content: NDArray[np.uint64]
    events: NDArray[np.float32]
    weight: NDArray[np.float64]
    """Of the pool: see :class:`~cytoclust.engine._pool.Pool` (m,), m × p, (m,)."""
    count: int
    """Prototypes."""
    representatives: Representatives
    strangers: NDArray[np.int64]
    valley_test: ValleyTest
    cluster: NDArray[np.int64]
    """Of each representative (r,)."""
    salt: int
    draws: int
    """How many further draws."""

    def stability(self, executor: Executor) -> NDArray[np.float64]:
        """Of each cluster (k,): mean Jaccard index with the most alike cluster of further draws, 0–1; NaN of none."""
        if not self.draws:
            return np.full(int(self.cluster.max()) + 1, np.nan)
        salts = range(self.salt + 1, self.salt + 1 + self.draws)
        return np.asarray(np.mean(executor.map(self._alike, salts), axis=0))

    def _alike(self, salt: int) -> NDArray[np.float64]:
        """The same of one draw of other prototypes, nodes and fine clusters."""
        prototypes, _ = choose_far(self.events, self.content, self.weight, self.count, "prototype", salt, 1)
        events, weight = self.representatives.events, self.representatives.weight
        mine = neighbours(events, prototypes, 1)[:, 0].astype(np.int64)
        others = Representatives(events, mine, weight)
        graph = _build_graph(
            others, self.strangers, log_volume(prototypes), self.valley_test, salt, Threads(1), THINNER
        )  # fmt: skip
        return _jaccard(self.cluster, graph.partition(salt)[0], weight)


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

    def partition(self, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The cluster of each representative (r,), and the group that it was in before there was a dip (r,)."""
        fine = fine_partition(self.nodes, self.edges, resolution=FINE, seed=seed)
        piece = split_gaps(self.representatives, fine[self.node], self.valley_test)
        groups = group_events(self.representatives.events, self.representatives.weight, piece)
        links = self._links(groups, piece)
        pieces = Pieces(groups, links)
        merged = merge_fine(groups, links, self.valley_test, pieces)
        cluster = split_large(
            self.representatives,
            merged.cluster[piece],
            self.valley_test,
            pieces=pieces,
            piece=piece,
            workers=self.executor.workers,
        )
        return split_gaps(self.representatives, cluster, self.valley_test), merged.undipped[piece]

    def tree(self, cluster: NDArray[np.int64]) -> tuple[list[Join], list[Parting]]:
        """How the clusters of the representatives would become one, and what parts each from its nearest."""
        groups = group_events(self.representatives.events, self.representatives.weight, cluster)
        links = self._links(groups, cluster)
        known = find_depths(groups, links, self.valley_test)
        return join_all(groups, links, self.valley_test, known=known), find_partings(groups, known, self.valley_test)

    def finer(self, cluster: NDArray[np.int64], undipped: NDArray[np.int64]) -> Finer:
        """The level below the clusters of the representatives."""
        first = np.empty(self.nodes, dtype=np.int64)
        first[self.node[::-1]] = np.arange(len(self.node))[::-1]
        links = first[self.linked[0]], first[self.linked[1]], self.linked[2]
        return find_finer(self.representatives, cluster, undipped, links, self.valley_test)

    def _links(self, groups: list[Group], group: NDArray[np.int64]) -> Edges:
        """The graph's edges between groups of the representatives; a group none of whose events is a node is linked
        to that of the nearest mean, without weight.
        """
        first = np.empty(self.nodes, dtype=np.int64)
        first[self.node[::-1]] = group[::-1]
        i, j, weight = first[self.linked[0]], first[self.linked[1]], self.linked[2]
        alone = np.setdiff1d(np.arange(len(groups)), np.concatenate([i, j]))
        means = np.array([each.mean for each in groups])
        for number in alone if len(groups) > 1 else ():
            distance = ((means - means[number]) ** 2).sum(axis=1)
            i, j, weight = np.append(i, number), np.append(j, np.argsort(distance)[1]), np.append(weight, 0.0)
        return i, j, weight


def fit(
    source: Source,
    *,
    n_prototypes: int | str,
    resolution: float | str,
    executor: Executor,
    tick: Callable[[int], None] = silent,
    salt: int = 0,
    n_redraws: int = 0,
) -> Fit:
    """Prototypes, representatives, their graph, fine clusters, and the merging of these.

    Nothing depends on the order of events, of samples or of blocks: what is drawn is drawn by the values of events and
    ``salt``, and whatever is summed or compared stands in the order of these draws.

    Every event is assigned to a prototype by its own values. The graph and the tests are made on representatives,
    which are *all* events of a rare prototype and some of a common one, weighted by the events that they stand for.
    """
    count = _number_of_prototypes(n_prototypes, int(source.sizes.sum()))
    pool = draw_pool(source, salt=salt, executor=executor, tick=tick)
    prototypes = find_prototypes(pool, count, salt=salt, workers=executor.workers)
    search = build_search(prototypes, pool.events, salt=salt, workers=executor.workers)
    prototype, strange = find_all(source, search, most=STRANGE, executor=executor, tick=tick)
    valley_test = ValleyTest(valley_limit(resolution), negative_bounds(pool.even))
    gap = log_volume(prototypes)
    representatives, strangers = choose_representatives(
        source, prototype, gap, strange, pool.census, each=EACH, rare=RARE, salt=salt, executor=executor
    )
    weight = representatives.weight
    graph = _build_graph(representatives, strangers, gap, valley_test, salt, executor)
    parted, undipped = graph.partition(salt)
    cluster, overlaps = find_overlaps(representatives, parted)
    number = _by_size(cluster, weight)
    cluster = number[cluster]
    overlaps = [overlap.renumbered(number) for overlap in overlaps]

    model = build_model(prototypes, representatives, cluster, overlaps)
    return Fit(
        model=model,
        prototype=prototype,
        redraws=Redraws(
            pool.content,
            pool.events,
            pool.weight,
            len(prototypes),
            representatives,
            strangers,
            valley_test,
            cluster,
            salt,
            n_redraws,
        ),
        tree=lambda: graph.tree(cluster),
        finer=lambda: graph.finer(cluster, undipped),
        overlaps=lambda: overlapping(model, representatives),
        search=search,
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
    salt: int,
    executor: Executor,
    thinner: int = 1,
) -> _Graph:
    each, rare = NODES_EACH // thinner, NODES_RARE // thinner
    chosen = choose_nodes(representatives, gap, strangers, each=each, rare=rare, salt=salt)
    nodes = Representatives(
        representatives.events[chosen], representatives.prototype[chosen], representatives.weight[chosen]
    )
    near = NEIGHBOURS if nodes.events.shape[1] > 1 else ON_A_LINE
    edges = shared_neighbour_graph(nodes.events, near, workers=executor.workers)
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
