import numpy as np
import pytest

from cytoclust.engine._merge import ValleyTest, valley_limit
from cytoclust.engine._representatives import Representatives
from cytoclust.engine._split_gaps import split_gaps

P = 10


def split(events, cluster=None, *, weight=None, negative=None):
    events = np.asarray(events, dtype=np.float32)
    nothing = np.zeros(len(events), dtype=np.int64)
    some = Representatives(events, nothing, np.ones(len(events)) if weight is None else weight)
    bounds = np.full(events.shape[1], -np.inf) if negative is None else negative
    return split_gaps(some, nothing if cluster is None else cluster, ValleyTest(valley_limit("auto"), bounds))


def two(seed, sizes, apart, *, marker=4):
    """Gaussians apart in one of ten markers, mixed, and which each event is of."""
    rng = np.random.default_rng(seed)
    truth = rng.permutation(np.repeat([0, 1], sizes))
    events = rng.normal(0, 1, (len(truth), P))
    events[:, marker] += apart * truth
    return events, truth


@pytest.mark.parametrize(("sizes", "least"), [((21, 29), 0.8), ((29, 21), 0.6), ((40, 60), 1.0), ((30, 200), 1.0)])
def test_few_events_far_apart_in_one_marker_are_two(sizes, least):
    """Nearly always; a wrong side there never is."""
    parted = 0
    for seed in range(30):
        events, truth = two(seed, sizes, 8.0)
        found = split(events)
        parted += found.any()
        assert not found.any() or np.array_equal(found, truth)
    assert parted / 30 >= least


def test_four_in_two_markers_are_four():
    rng = np.random.default_rng(0)
    truth = np.repeat(np.arange(4), 30)
    events = rng.normal(0, 1, (120, P))
    events[:, 0] += 9 * (truth % 2)
    events[:, 5] += 9 * (truth // 2)
    found = split(events)
    assert len(set(zip(truth, found, strict=True))) == len(set(found)) == 4


@pytest.mark.parametrize("seed", range(10))
def test_one_population_is_left_alone(seed):
    rng = np.random.default_rng(seed)
    assert not split(rng.normal(0, 1, (50, P))).any()
    assert not split(rng.standard_t(3, (200, P))).any()
    assert not split(rng.lognormal(0, 0.7, (200, P))).any()


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("sizes", [(30, 30), (100, 150)])
def test_humps_three_standard_deviations_apart_are_no_gap(seed, sizes):
    assert not split(two(seed, sizes, 3.0)[0]).any()


def test_small_parts_and_large_clusters_are_left_to_others():
    assert not split(two(0, (50, 5), 12.0)[0]).any()
    assert not split(two(0, (300, 300), 8.0)[0]).any()


def test_a_gap_within_the_negatives_is_none():
    events, truth = two(0, (40, 40), 8.0)
    bounds = np.full(P, -np.inf)
    bounds[4] = 20.0
    assert not split(events, negative=bounds).any()
    bounds[4] = 4.0
    assert np.array_equal(split(events, negative=bounds), truth)


def test_other_clusters_keep_their_numbers_and_what_is_given_is_not_changed():
    events, truth = two(1, (40, 60), 8.0)
    others = np.random.default_rng(0).normal(40, 1, (100, P))
    before = np.repeat([1, 0], [100, 100])
    after = split(np.concatenate([events, others]), before)
    assert (after[100:] == 0).all()
    assert np.array_equal(after[:100], 1 + truth)
    assert before.max() == 1


def test_a_constant_marker_is_no_gap():
    events, _ = two(0, (25, 25), 0.0)
    events[:, 2] = 3.0
    assert not split(events).any()
