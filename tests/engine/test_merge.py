import numpy as np
import pytest
from sklearn.cluster import KMeans

from cytoclust.engine._border import Pieces
from cytoclust.engine._graph import bridges, shared_neighbour_graph
from cytoclust.engine._merge import ValleyTest, group_events, join_all, merge_fine, valley_limit
from cytoclust.engine._negatives import negative_bounds
from cytoclust.engine._valley import Group, valley
from tests.engine.blobs import blobs

RESOLUTION_1 = valley_limit("auto")


def valley_test(p, limit=RESOLUTION_1):
    """One that knows of no negative events."""
    return ValleyTest(limit, np.full(p, -np.inf))


def parts(events, fine, weight=None):
    """Groups, and links between them by the graph of their events."""
    i, j, edge = bridges(events, shared_neighbour_graph(events, 10))
    groups = group_events(events, np.ones(len(events)) if weight is None else weight, fine)
    return groups, (fine[i], fine[j], edge)


def cluster_of(groups, links, test):
    return merge_fine(groups, links, test, Pieces(groups, links)).cluster


def merged(events, fine, *, limit=RESOLUTION_1):
    return cluster_of(*parts(events, fine), valley_test(events.shape[1], limit))


def same(a, b):
    """The same partition under other numbers."""
    return len(set(zip(a, b, strict=True))) == len(set(a)) == len(set(b))


def group(events):
    return Group(np.asarray(events, dtype=np.float32), np.ones(len(events)))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("p", [2, 8])
def test_blobs_cut_into_many_pieces_are_put_together_again(seed, p):
    events, truth = blobs(seed, [900, 500, 300, 150], p=p, apart=9.0)
    fine = np.empty(len(events), dtype=np.int64)
    pieces = 0
    for blob, k in enumerate((12, 8, 5, 3)):
        inside = truth == blob
        fine[inside] = pieces + KMeans(k, n_init=1, random_state=seed).fit_predict(events[inside])
        pieces += k
    found = merged(events, fine)
    assert len(found) == pieces
    assert same(found[fine], truth)


def population(kind, rng, n, p):
    """Events of one population, with a log-concave density but for the mildly skewed lognormal."""
    draw = {
        "gaussian": lambda: rng.normal(0, 1, (n, p)),
        "long": lambda: rng.normal(0, 1, (n, p)) * [6.0, *[1] * (p - 1)],
        "gamma": lambda: rng.gamma(3, 1, (n, p)),
        "lognormal": lambda: rng.lognormal(0, 0.4, (n, p)),
        "uniform": lambda: rng.uniform(0, 1, (n, p)),
    }
    return draw[kind]().astype(np.float32)


def random_pieces(events, count, rng):
    """The Voronoi cells of some events, linked by the events whose two nearest centres they have."""
    centres = events[rng.choice(len(events), count, replace=False)]
    two = np.argsort(((events[:, None] - centres) ** 2).sum(axis=2), axis=1)[:, :2]
    return two[:, 0], (two[:, 0], two[:, 1], np.ones(len(events)))


@pytest.mark.parametrize("kind", ["gaussian", "long", "gamma", "lognormal", "uniform"])
@pytest.mark.parametrize(
    ("n", "pieces", "times", "most"), [(50, 4, 40, 0.1), (300, 8, 30, 0.04), (2000, 15, 15, 0.03), (20_000, 20, 5, 0.1)]
)
def test_one_population_cut_in_random_pieces_stays_one(kind, n, pieces, times, most):
    split = 0
    for p in (1, 2, 5):
        for seed in range(times):
            rng = np.random.default_rng([seed, p])
            events = population(kind, rng, n, p)
            fine, links = random_pieces(events, pieces, rng)
            split += cluster_of(group_events(events, np.ones(n), fine), links, valley_test(p)).max() > 0
    assert split / (3 * times) <= most


@pytest.mark.parametrize("small", [10, 20])
def test_a_few_events_well_apart_are_not_drawn_into_the_pieces_of_a_large_population(small):
    for seed in range(10):
        rng = np.random.default_rng(seed)
        large = rng.normal(0, 1, (3000, 4)).astype(np.float32)
        few = rng.normal([9.0, 0, 0, 0], 1, (small, 4)).astype(np.float32)
        fine, links = random_pieces(large, 15, rng)
        groups = [*group_events(large, np.ones(3000), fine), group(few)]
        to_all = (np.arange(15), np.full(15, 15), np.ones(15))
        every = [np.concatenate(both) for both in zip(links, to_all, strict=True)]
        cluster = cluster_of(groups, tuple(every), valley_test(4))
        assert (cluster[:15] != cluster[15]).all()
        assert cluster.max() == 1


def test_numbers_of_pieces_do_not_matter():
    events, _ = blobs(0, [400, 400], p=3)
    fine = KMeans(10, n_init=1, random_state=0).fit_predict(events).astype(np.int64)
    swap = np.random.default_rng(0).permutation(10)
    assert same(merged(events, fine)[fine], merged(events, swap[fine])[swap[fine]])


def test_the_limit_decides():
    rng = np.random.default_rng(0)
    events = np.concatenate([rng.normal(0, 1, (1500, 3)), rng.normal([3.0, 0, 0], 1, (1500, 3))]).astype(np.float32)
    fine = (events[:, 0] > 1.5).astype(np.int64)
    assert merged(events, fine, limit=0.2).tolist() == [0, 0]
    assert len(set(merged(events, fine, limit=0.999))) == 2


def test_one_piece_stays():
    events, _ = blobs(0, [60])
    assert merged(events, np.zeros(60, dtype=np.int64)).tolist() == [0]


def test_groups_that_are_not_linked_are_not_joined():
    halves = [group(half) for half in np.random.default_rng(0).normal(0, 1, (2, 500, 2))]
    nothing = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0))
    assert cluster_of(halves, nothing, valley_test(2)).tolist() == [0, 1]
    assert join_all(halves, nothing, valley_test(2)) == []


def test_groups_are_the_events_of_each_number():
    rng = np.random.default_rng(0)
    events, weight, of = rng.normal(0, 1, (200, 3)).astype(np.float32), rng.uniform(1, 9, 200), rng.integers(0, 7, 200)
    of[of == 6] = 7  # no event has the number 6
    of[of == 2] = 0
    present = np.unique(of, return_inverse=True)[1]
    groups = group_events(events, weight, present)
    assert len(groups) == len(np.unique(of))
    for number, found in enumerate(groups):
        assert np.array_equal(found.events, events[present == number])
        assert np.array_equal(found.weight, weight[present == number])


def test_valley_limit():
    assert valley_limit("auto") == valley_limit(1.0) == 0.87
    assert valley_limit(2.0) == pytest.approx(np.sqrt(0.87))
    assert valley_limit(0.5) == pytest.approx(0.87**2)
    limits = [valley_limit(r) for r in (0.01, 0.3, 0.5, 1.0, 2.0, 10.0, 1e9)]
    assert limits == sorted(limits)
    assert 0 <= limits[0] < limits[-1] <= 1


def humps(at, *, other=0.0, p=4):
    """Two groups 3.3 sd from each other in the first marker, the lower one there, and ``other`` sd in the second."""
    rng = np.random.default_rng(0)
    rest = [0.0] * (p - 2)
    return [group(rng.normal([at + shift, other * (shift > 0), *rest], 1, (1500, p))) for shift in (0, 3.3)]


def known_negative(p=4):
    """Events below 6 are negative in the first marker."""
    return ValleyTest(RESOLUTION_1, np.array([6.0] + [-np.inf] * (p - 1)))


def test_a_split_by_a_single_marker_within_its_negatives_does_not_count():
    assert 0.4 < valley(*humps(-2)) < 0.8
    deep = [group(each.events + np.array([apart, 0, 0, 0])) for each, apart in zip(humps(-2), (0, 1), strict=True)]
    assert known_negative().depth(*deep) == valley(*deep) < 0.4
    assert valley_test(4).depth(*humps(-2)) == valley(*humps(-2))
    assert known_negative().depth(*humps(-2)) > RESOLUTION_1
    assert known_negative(1).depth(*(group(each.events[:, :1]) for each in humps(-2))) == 1.0


@pytest.mark.parametrize("at", [8, 3.5])
def test_the_same_split_above_or_across_the_bound_does(at):
    assert known_negative().depth(*humps(at)) == valley(*humps(at)) < 0.8


def test_a_split_within_the_negatives_counts_if_another_marker_has_a_valley_too():
    assert known_negative().depth(*humps(-2, other=1.0)) > RESOLUTION_1
    found = known_negative().depth(*humps(-2, other=3.2))
    assert found == valley(*humps(-2, other=3.2)) < RESOLUTION_1


def test_within_the_negatives_pieces_are_merged():
    a, b = humps(-2)
    link = (np.array([0]), np.array([1]), np.ones(1))
    assert cluster_of([a, b], link, known_negative()).tolist() == [0, 0]
    assert cluster_of([a, b], link, valley_test(4)).tolist() == [0, 1]


def test_the_strict_depth_leaves_single_markers_out_unless_one_group_is_positive():
    assert valley_test(4).strict_depth(*humps(-2)) == 1.0
    assert known_negative().strict_depth(*humps(-2)) > 0.97  # in the other markers there is nothing
    assert known_negative().strict_depth(*humps(3.5)) == valley(*humps(3.5)) < 0.8
    shared = valley_test(4).strict_depth(*humps(0, other=4.0))
    assert shared == valley(*humps(0, other=4.0)) < 0.5
    everywhere = ValleyTest(RESOLUTION_1, np.full(4, 99.0))
    assert everywhere.strict_depth(*humps(-2)) == 1.0


@pytest.fixture
def row_of_four():
    return four_in_a_row(8000)


def four_in_a_row(each):
    """Gaussians at 0, 3, 7 and 20 along a line, and links between all."""
    rng = np.random.default_rng(0)
    groups = [group(rng.normal([at, 0], 1, (each, 2))) for at in (3.0, 20.0, 0.0, 7.0)]
    first, second = np.triu_indices(4, 1)
    return groups, (first, second, np.ones(6))


def test_all_are_joined_across_the_shallowest_valley_first(row_of_four):
    joins = join_all(*row_of_four, valley_test(2))
    assert [(join.first, join.second) for join in joins] == [(0, 2), (0, 3), (0, 1)]
    depth = [join.depth for join in joins]
    assert depth == sorted(depth, reverse=True)
    assert depth[0] == valley(row_of_four[0][0], row_of_four[0][2])
    assert depth[-1] < 0.01 < depth[1] < depth[0] < 1


@pytest.mark.parametrize("seed", range(4))
def test_one_join_less_than_groups_and_the_last_across_the_deepest_valley(seed):
    events, truth = blobs(seed, [300, 200, 100, 80, 50], p=3, apart=5.0)
    groups, links = parts(events, truth)
    every = np.triu_indices(5, 1)
    joins = join_all(groups, (*every, np.ones(10)), valley_test(3))
    assert len(joins) == len(join_all(groups, links, valley_test(3))) == 4
    depth = [join.depth for join in joins]
    assert depth == sorted(depth, reverse=True)
    side = np.arange(5)
    for join in joins[:-1]:
        side[side == join.second] = join.first
    assert set(side) == {joins[-1].first, joins[-1].second}
    halves = [sum((groups[k] for k in np.flatnonzero(side == s)[1:]), groups[np.flatnonzero(side == s)[0]])
              for s in (joins[-1].first, joins[-1].second)]  # fmt: skip
    assert joins[-1].depth == pytest.approx(min(depth[-2], valley(*halves)), abs=0.02)


def test_fewer_are_joined_at_a_lower_limit_as_the_joins_say(row_of_four):
    joins = join_all(*row_of_four, valley_test(2))
    for limit in (0.99, 0.5, 0.05, 0.0):
        clusters = cluster_of(*row_of_four, valley_test(2, limit)).max() + 1
        assert clusters == 4 - sum(join.depth >= limit for join in joins)


def test_a_valley_that_few_events_leave_to_chance_does_not_part_them_at_any_limit():
    groups, links = four_in_a_row(800)
    assert valley(groups[0], groups[2]) < 0.95 < valley(groups[0], groups[2], z=5)
    for limit in (0.999, 0.95, RESOLUTION_1):
        assert cluster_of(groups, links, valley_test(2, limit)).tolist() == [0, 1, 0, 2]


def test_what_is_confirmed_goes_with_the_limit():
    limits = [valley_limit(resolution) for resolution in (1e-9, 0.1, 1, 2, 1e9)]
    confirmed = [valley_test(2, limit).confirmed for limit in limits]
    assert confirmed == sorted(confirmed)
    assert confirmed[0] == 0
    assert confirmed[2] == pytest.approx(0.95)
    assert confirmed[3] == pytest.approx(np.sqrt(0.95))
    assert confirmed[-1] == pytest.approx(1)


@pytest.mark.parametrize("sizes", [(40_000, 5_000, 10_000), (5_000, 40_000, 10_000)])
def test_a_bright_population_does_not_hide_the_valley_between_negative_and_dim(sizes):
    rng = np.random.default_rng(0)
    truth = np.repeat(np.arange(3), sizes)
    events = rng.normal(0, 1, (len(truth), 8)).astype(np.float32)
    events[:, 0] += np.array([0, 6, 21])[truth]
    knowing = ValleyTest(RESOLUTION_1, negative_bounds(events[rng.permutation(len(events))]))
    groups = group_events(events, np.ones(len(events)), truth)
    assert knowing.depth(groups[0], groups[1]) < 0.2
