import numpy as np

from cytoclust.tl._representatives import Representatives, choose_representatives, join_equal, room


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
    np.testing.assert_allclose(room(points), 2 * np.log([5, 1, 1]))


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
    joined = join_equal(Representatives(events, np.array([5, 1, 5, 2]), np.array([1.0, 2, 3, 4])))
    assert joined.events.tolist() == [[1, 2], [0, 0], [3, 4]]  # in order of first appearance
    assert joined.prototype.tolist() == [5, 1, 2]
    assert joined.weight.tolist() == [4, 2, 4]
    assert join_equal(joined) is joined
