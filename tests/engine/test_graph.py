import random

import numpy as np
import pytest
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree
from scipy.spatial.distance import cdist

from cytoclust.engine._graph import bridges, fine_partition, shared_neighbour_graph
from tests.engine.blobs import blobs


def naive(events, k):
    distance = cdist(events.astype(np.float64), events.astype(np.float64))
    np.fill_diagonal(distance, np.inf)
    near = [set(np.argsort(row)[:k].tolist()) for row in distance]
    edges = {}
    for i in range(len(events)):
        for j in near[i]:
            a, b = near[i] | {i}, near[j] | {j}
            edges[min(i, j), max(i, j)] = len(a & b) / len(a | b)
    return edges


@pytest.mark.parametrize(("n", "p", "k"), [(150, 4, 10), (80, 1, 5), (6, 3, 10)])
def test_shared_neighbour_graph_is_the_jaccard_index_of_neighbourhoods(n, p, k):
    events = np.random.default_rng(0).normal(0, 1, (n, p)).astype(np.float32)
    i, j, weight = shared_neighbour_graph(events, k)
    truth = naive(events, min(k, n - 1))
    assert dict.fromkeys(zip(i.tolist(), j.tolist(), strict=True)).keys() == truth.keys()
    np.testing.assert_allclose(weight, [truth[pair] for pair in zip(i.tolist(), j.tolist(), strict=True)])


@pytest.mark.parametrize("workers", [2, 3])
def test_same_graph_for_any_number_of_workers(workers):
    events = np.random.default_rng(0).normal(0, 1, (3000, 4)).astype(np.float32)
    for one, more in zip(
        shared_neighbour_graph(events, 10), shared_neighbour_graph(events, 10, workers=workers), strict=True
    ):
        assert np.array_equal(one, more)


def test_one_event_has_no_edge():
    assert [len(part) for part in shared_neighbour_graph(np.zeros((1, 3), dtype=np.float32), 10)] == [0, 0, 0]


def test_bridges_connect_islands_by_their_nearest_events():
    events, truth = blobs(0, [40, 30, 20, 50], apart=30)
    edges = shared_neighbour_graph(events, 5)
    i, j, weight = bridges(events, edges)
    old = len(edges[0])
    assert np.array_equal(i[:old], edges[0])
    assert np.array_equal(weight[:old], edges[2])
    assert (weight[old:] == 0).all()
    assert connected_components(coo_matrix((np.ones(len(i)), (i, j)), shape=(140, 140)))[0] == 1
    closest = np.array([[cdist(events[truth == a], events[truth == b]).min() for b in range(4)] for a in range(4)])
    tree = minimum_spanning_tree(closest)  # Borůvka's edges are those of the least spanning tree
    length = np.linalg.norm(events[i[old:]] - events[j[old:]], axis=1)
    np.testing.assert_allclose(np.unique(length.round(3)), np.sort(tree.data).round(3))


def test_bridges_of_a_connected_graph_are_none():
    events = np.random.default_rng(0).normal(0, 1, (200, 3)).astype(np.float32)
    edges = shared_neighbour_graph(events, 15)
    for before, after in zip(edges, bridges(events, edges), strict=True):
        assert np.array_equal(before, after)


def test_fine_partition_repeats_and_leaves_global_random_numbers_alone():
    events = np.random.default_rng(0).normal(0, 1, (500, 3)).astype(np.float32)
    edges = shared_neighbour_graph(events, 10)
    random.seed(7)
    numpy_before, before = np.random.get_state()[1].copy(), random.getstate()  # noqa: NPY002
    first = fine_partition(500, edges, resolution=10, seed=3)
    assert random.getstate() == before
    assert np.array_equal(np.random.get_state()[1], numpy_before)  # noqa: NPY002
    random.seed(8)
    assert np.array_equal(fine_partition(500, edges, resolution=10, seed=3), first)
    assert not np.array_equal(fine_partition(500, edges, resolution=10, seed=4), first)
    assert np.array_equal(np.unique(first), np.arange(first.max() + 1))


def test_fine_clusters_are_many_and_never_span_islands():
    events, truth = blobs(1, [150, 150], apart=20)
    fine = fine_partition(300, shared_neighbour_graph(events, 10), resolution=10, seed=0)
    assert fine.max() + 1 > 8
    assert all(len(set(truth[fine == part])) == 1 for part in range(fine.max() + 1))


def test_igraph_follows_the_global_random_numbers_again_afterwards():
    import igraph

    edges = shared_neighbour_graph(np.random.default_rng(0).normal(0, 1, (50, 2)).astype(np.float32), 5)
    fine_partition(50, edges, resolution=1, seed=0)
    random.seed(5)
    first = igraph.Graph.Erdos_Renyi(n=30, m=60).get_edgelist()
    random.seed(5)
    assert igraph.Graph.Erdos_Renyi(n=30, m=60).get_edgelist() == first
