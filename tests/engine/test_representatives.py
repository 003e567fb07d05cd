import numpy as np

from cytoclust.engine import _representatives
from cytoclust.engine._representatives import (
    Representatives,
    choose_representatives,
    join_equal,
    log_volume,
    nearest_within,
)  # fmt: skip


def test_all_events_of_a_small_prototype_exact_count_of_a_large_one_and_weights_that_add_up():
    sizes = np.array([1, 14, 15, 16, 100, 50_000, 0, 3])
    prototype = np.random.default_rng(0).permutation(np.repeat(np.arange(8), sizes)).astype(np.int32)
    rows, weight = choose_representatives(prototype, np.zeros(8), each=15, rare=0, rng=np.random.default_rng(1))
    taken = np.bincount(prototype[rows], minlength=8)
    assert taken.tolist() == [1, 14, 15, 15, 15, 15, 0, 3]
    assert (np.diff(rows) > 0).all()
    np.testing.assert_allclose(np.bincount(prototype[rows], weight, 8), sizes)
    np.testing.assert_allclose(weight.sum(), sizes.sum())


def test_prototypes_of_lowest_density_are_made_complete_as_far_as_the_further_events_go():
    sizes = np.array([40, 100, 5, 1000, 60])
    prototype = np.repeat(np.arange(5), sizes).astype(np.int32)
    volume = np.log([1, 1000, 1, 1, 10])  # events a volume: 40, 0.1, 5, 1000, 6
    rows, weight = choose_representatives(prototype, volume, each=10, rare=145, rng=np.random.default_rng(0))
    assert np.bincount(prototype[rows]).tolist() == [10, 100, 5, 10, 60]  # 90 + 50 further; 30 more would exceed 145
    np.testing.assert_allclose(np.bincount(prototype[rows], weight), sizes)


def test_a_lonely_population_of_thousands_does_not_take_all():
    prototype = np.repeat([0, 1], [5000, 20]).astype(np.int32)
    rows, _ = choose_representatives(prototype, np.array([99.0, 0]), each=10, rare=305, rng=np.random.default_rng(0))
    assert np.bincount(prototype[rows]).tolist() == [300, 20]


def test_room_is_the_volume_up_to_the_nearest_other_prototype():
    points = np.array([[0, 0], [3, 4], [3, 5]], dtype=np.float32)
    np.testing.assert_allclose(log_volume(points), 2 * np.log([5, 1, 1]))


def test_every_event_of_a_prototype_is_as_likely():
    prototype = np.zeros(60, dtype=np.int32)
    rng = np.random.default_rng(0)
    chosen = np.bincount(
        np.concatenate(
            [choose_representatives(prototype, np.zeros(1), each=15, rare=0, rng=rng)[0] for _ in range(2000)]
        )
    )
    assert abs(chosen / 2000 - 0.25).max() < 4.5 * np.sqrt(0.25 * 0.75 / 2000)


def test_a_million_events_of_one_prototype():
    rows, weight = choose_representatives(
        np.zeros(1_000_000, dtype=np.int32), np.zeros(1), each=15, rare=0, rng=np.random.default_rng(0)
    )  # fmt: skip
    assert len(rows) == 15
    np.testing.assert_allclose(weight, 1e6 / 15)


def test_equal_events_are_joined_with_their_weight():
    events = np.array([[1, 2], [0, 0], [1, 2], [3, 4]], dtype=np.float32)
    joined, kept = join_equal(Representatives(events, np.array([5, 1, 5, 2]), np.array([1.0, 2, 3, 4])))
    assert kept.tolist() == [0, 1, 3]
    assert joined.events.tolist() == [[1, 2], [0, 0], [3, 4]]  # in order of first appearance
    assert joined.prototype.tolist() == [5, 1, 2]
    assert joined.weight.tolist() == [4, 2, 4]
    again, kept = join_equal(joined)
    assert again is joined
    assert kept.tolist() == [0, 1, 2]
    zeros = Representatives(np.array([[0.0], [-0.0]], dtype=np.float32), np.array([1, 1]), np.ones(2))
    assert len(join_equal(zeros)[0].events) == 1


def test_strange_events_are_all_taken_and_stand_for_themselves():
    prototype = np.random.default_rng(0).permutation(np.repeat([0, 1, 2], [5000, 30, 4])).astype(np.int32)
    strange = np.concatenate([np.flatnonzero(prototype == 0)[5:25], np.flatnonzero(prototype == 2)])
    rows, weight = choose_representatives(
        prototype, np.zeros(3), each=10, rare=0, rng=np.random.default_rng(1), strange=strange
    )
    assert np.isin(strange, rows).all()
    assert (weight[np.isin(rows, strange)] == 1).all()
    assert (np.diff(rows) > 0).all()
    assert np.bincount(prototype[rows]).tolist() == [10 + 20, 10, 4]
    np.testing.assert_allclose(np.bincount(prototype[rows], weight), [5000, 30, 4])


def test_lots_do_not_depend_on_how_many_events_are_looked_at_in_one_go(monkeypatch):
    prototype = np.random.default_rng(0).integers(0, 40, 10_000).astype(np.int32)
    first = choose_representatives(prototype, np.zeros(40), each=10, rare=500, rng=np.random.default_rng(2))
    monkeypatch.setattr(_representatives, "CHUNK", 128)
    again = choose_representatives(prototype, np.zeros(40), each=10, rare=500, rng=np.random.default_rng(2))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))


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
