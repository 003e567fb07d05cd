import numpy as np
import pytest

from cytoclust.engine._choose_representatives import choose_nodes, choose_representatives, wanted_of
from cytoclust.engine._draw import Census
from cytoclust.engine._representatives import Representatives, Strange, log_volume, nearest_within
from cytoclust.executor import Threads
from cytoclust.lots import contents
from tests.engine.blobs import source_of


def choose(prototype, gap, *, each, rare=0, strange=(), salt=0, events=None, size=8192, workers=1):
    """Representatives of events that are their own numbers, unless others are given, and which are strange."""
    prototype = prototype.astype(np.int32)
    events = np.arange(len(prototype), dtype=np.float32)[:, None] if events is None else events
    content, rows = contents(events), np.array(strange, dtype=np.int64)
    copies = np.array([np.count_nonzero(content == each) for each in content[rows]], dtype=np.int64)
    census = Census(len(events))
    census.add(content)
    return choose_representatives(
        source_of(events, size), prototype, gap, Strange(content[rows], copies, rows), census,
        each=each, rare=rare, salt=salt, executor=Threads(workers),
    )  # fmt: skip


def test_all_events_of_a_small_prototype_exact_count_of_a_large_one_and_weights_that_add_up():
    sizes = np.array([1, 14, 15, 16, 100, 50_000, 0, 3])
    prototype = np.random.default_rng(0).permutation(np.repeat(np.arange(8), sizes))
    some, strange = choose(prototype, np.zeros(8), each=15)
    assert len(strange) == 0
    assert np.bincount(some.prototype, minlength=8).tolist() == [1, 14, 15, 15, 15, 15, 0, 3]
    assert np.array_equal(prototype[some.events[:, 0].astype(int)], some.prototype)
    assert len(np.unique(some.events)) == len(some.events)
    np.testing.assert_allclose(np.bincount(some.prototype, some.weight, 8), sizes)


def test_prototypes_of_lowest_density_are_made_complete_as_far_as_the_further_events_go():
    sizes = np.array([40, 100, 5, 1000, 60])
    volume = np.log([1, 1000, 1, 1, 10])  # events a volume: 40, 0.1, 5, 1000, 6
    # 90 + 50 further; 30 more would exceed 145
    assert wanted_of(sizes, volume, each=10, rare=145).tolist() == [10, 100, 5, 10, 60]
    some, _ = choose(np.repeat(np.arange(5), sizes), volume, each=10, rare=145)
    assert np.bincount(some.prototype).tolist() == [10, 100, 5, 10, 60]
    np.testing.assert_allclose(np.bincount(some.prototype, some.weight), sizes)


def test_a_lonely_population_of_thousands_does_not_take_all():
    some, _ = choose(np.repeat([0, 1], [5000, 20]), np.array([99.0, 0]), each=10, rare=305)
    assert np.bincount(some.prototype).tolist() == [300, 20]


def test_room_is_the_volume_up_to_the_nearest_other_prototype():
    points = np.array([[0, 0], [3, 4], [3, 5]], dtype=np.float32)
    np.testing.assert_allclose(log_volume(points), 2 * np.log([5, 1, 1]))


def test_every_event_of_a_prototype_is_as_likely():
    drawn = [choose(np.zeros(60), np.zeros(1), each=15, salt=salt)[0].events[:, 0] for salt in range(1000)]
    chosen = np.bincount(np.concatenate(drawn).astype(int))
    assert abs(chosen / 1000 - 0.25).max() < 4.5 * np.sqrt(0.25 * 0.75 / 1000)


def test_a_million_events_of_one_prototype():
    some, _ = choose(np.zeros(1_000_000), np.zeros(1), each=15)
    assert len(some.events) == 15
    np.testing.assert_allclose(some.weight, 1e6 / 15)


@pytest.mark.parametrize("copies", [2, 5, 30])
def test_copies_are_one_with_their_weight_and_do_not_take_the_places_of_others(copies):
    events = np.repeat(np.random.default_rng(0).normal(0, 1, (3000, 2)).astype(np.float32), copies, axis=0)
    prototype = (events[:, 0] > 0).astype(int)
    some, _ = choose(prototype, np.zeros(2), each=60, events=events)
    assert np.bincount(some.prototype).tolist() == [60, 60]
    assert len(np.unique(some.events, axis=0)) == 120
    np.testing.assert_allclose(np.bincount(some.prototype, some.weight), np.bincount(prototype))
    np.testing.assert_allclose(some.weight, (np.bincount(prototype) / 60)[some.prototype])
    every, _ = choose(prototype[: 80 * copies], np.zeros(2), each=60, events=events[: 80 * copies])
    assert every.weight.tolist() == [copies] * 80


def test_a_pile_is_always_there_and_weighs_what_it_is():
    events = np.random.default_rng(0).normal(0, 1, (100_000, 2)).astype(np.float32)
    events[:30_000] = 0.5
    weights = []
    for salt in range(5):
        some, _ = choose(np.zeros(len(events)), np.zeros(1), each=60, events=events, salt=salt)
        pile = (some.events == 0.5).all(axis=1)
        assert pile.sum() == 1
        assert len(some.events) == 60
        weights.append(some.weight[pile][0])
    assert np.mean(weights) == pytest.approx(30_000, rel=0.15)  # a share of 60 drawn ones


def test_strange_events_are_all_taken_and_stand_for_themselves():
    prototype = np.random.default_rng(0).permutation(np.repeat([0, 1, 2], [5000, 30, 4]))
    strange = np.concatenate([np.flatnonzero(prototype == 0)[5:25], np.flatnonzero(prototype == 2)])
    some, where = choose(prototype, np.zeros(3), each=10, strange=np.random.default_rng(1).permutation(strange))
    assert np.array_equal(np.sort(some.events[where, 0]), strange)
    assert (some.weight[where] == 1).all()
    assert np.bincount(some.prototype).tolist() == [10 + 20, 10, 4]
    np.testing.assert_allclose(np.bincount(some.prototype, some.weight), [5000, 30, 4])
    nodes = choose_nodes(some, np.zeros(3), where, each=5, rare=0, salt=0)
    assert np.isin(where, nodes).all()
    assert np.bincount(some.prototype[nodes]).tolist() == [5 + 20, 5, 4]


def test_copies_of_a_strange_event_weigh_as_many():
    events = np.repeat(np.random.default_rng(0).normal(0, 1, (300, 2)).astype(np.float32), 3, axis=0)
    some, where = choose(np.zeros(900), np.zeros(1), each=10, strange=[4, 30], events=events)
    assert some.weight[where].tolist() == [3, 3]
    np.testing.assert_allclose(some.weight.sum(), 900)


def test_the_same_for_any_order_blocks_and_workers():
    rng = np.random.default_rng(0)
    prototype = rng.integers(0, 40, 10_000)
    events = rng.normal(0, 1, (10_000, 2)).astype(np.float32)
    events[:200] = events[200:400]
    prototype[:200] = prototype[200:400]
    first, where = choose(prototype, np.zeros(40), each=10, rare=500, events=events, strange=[700, 3000])
    order = rng.permutation(10_000)
    again, _ = choose(
        prototype[order], np.zeros(40), each=10, rare=500, events=events[order], size=128, workers=2,
        strange=np.argsort(order)[[3000, 700]],
    )  # fmt: skip
    for name in ("events", "prototype", "weight"):
        assert np.array_equal(getattr(first, name), getattr(again, name))
    assert len(where) == 2


def test_the_nearest_of_the_same_prototype_by_brute_force():
    rng = np.random.default_rng(0)
    events, prototype = rng.normal(0, 1, (900, 4)).astype(np.float32), rng.permutation(np.arange(900) % 37)
    rows = np.sort(np.concatenate([rng.permutation(np.flatnonzero(prototype == k))[: 1 + k % 9] for k in range(37)]))
    some = Representatives(events[rows], prototype[rows], np.ones(len(rows)))
    all_ = Representatives(events, prototype, np.ones(900))
    found = nearest_within(some, all_, size=40)  # three of them have no events
    squared = ((events[:, None].astype(np.float64) - events[rows]) ** 2).sum(axis=2)
    squared[prototype[:, None] != prototype[rows]] = np.inf
    assert np.array_equal(found, squared.argmin(axis=1))
    assert np.array_equal(found[rows], np.arange(len(rows)))
    assert (prototype[rows][found] == prototype).all()


def test_events_too_far_for_squares_still_find_one_of_their_prototype():
    some = Representatives(np.full((2, 1), [[0.0], [1e30]], dtype=np.float32), np.array([0, 1]), np.ones(2))
    all_ = Representatives(np.array([[3e38], [-3e38]], dtype=np.float32), np.array([0, 1]), np.ones(2))
    assert nearest_within(some, all_, size=2).tolist() == [0, 1]
