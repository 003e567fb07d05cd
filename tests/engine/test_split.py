import numpy as np
import pytest
from sklearn.cluster import KMeans

from cytoclust.engine._border import Pieces
from cytoclust.engine._merge import ValleyTest, group_events, valley_limit
from cytoclust.engine._representatives import Representatives
from cytoclust.engine._split import split_large
from cytoclust.engine._valley import Group


def representatives(events, prototypes, weight=None):
    events = np.asarray(events, dtype=np.float32)
    of = KMeans(prototypes, init="random", n_init=1, max_iter=3, random_state=0).fit_predict(events)
    return Representatives(events, of.astype(np.int64), np.ones(len(events)) if weight is None else weight)


def parts_of(some, cluster, valley_test, pieces=20):
    """With the Voronoi cells of k-means as pieces, linked by the events whose two nearest centres they have."""
    centres = KMeans(pieces, init="random", n_init=1, max_iter=3, random_state=0).fit(some.events).cluster_centers_
    two = np.argsort(((some.events[:, None] - centres) ** 2).sum(axis=2), axis=1)[:, :2]
    links = (two[:, 0], two[:, 1], some.weight)
    groups = group_events(some.events, some.weight, two[:, 0])
    return split_large(some, cluster, valley_test, pieces=Pieces(groups, links), piece=two[:, 0])


def split(events, *, prototypes=500, weight=None, negative=None):
    negative = np.full(events.shape[1], -np.inf) if negative is None else negative
    some = representatives(events, prototypes, weight)
    return parts_of(some, np.zeros(len(events), dtype=np.int64), ValleyTest(valley_limit("auto"), negative))


def pair(seed, n, p, apart, ratio):
    """Two Gaussians 1 : ratio, apart in all markers alike, and the side of the Bayes border of each event."""
    rng = np.random.default_rng(seed)
    few = n // (1 + ratio)
    along = np.ones(p) / np.sqrt(p)
    events = np.concatenate([rng.normal(0, 1, (n - few, p)), rng.normal(0, 1, (few, p)) + apart * along])
    return events, events @ along > apart / 2 + np.log(ratio) / apart


def unlike(cluster, side):
    """Share of events on the wrong side."""
    return min((cluster != side).mean(), (cluster == side).mean())


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("p", "apart", "ratio"), [(2, 2.8, 1), (3, 2.8, 1), (2, 3.2, 3), (3, 3.2, 3), (3, 3.5, 1)])
def test_two_gaussians_that_overlap_are_parted_at_the_bayes_border(seed, p, apart, ratio):
    events, side = pair(seed, 12_000, p, apart, ratio)
    cluster = split(events)
    assert cluster.max() == 1
    assert unlike(cluster, side) < 0.03


@pytest.mark.parametrize("kind", ["gaussian", "long", "gamma", "lognormal", "uniform", "closer"])
def test_one_population_is_left_alone(kind):
    for seed in range(5):
        rng = np.random.default_rng(seed)
        events = {
            "gaussian": lambda rng: rng.normal(0, 1, (6000, 3)),
            "long": lambda rng: rng.normal(0, 1, (6000, 3)) * [9, 2, 1],
            "gamma": lambda rng: rng.gamma(2, 1, (6000, 3)),
            "lognormal": lambda rng: rng.lognormal(0, 0.4, (6000, 3)),
            "uniform": lambda rng: rng.uniform(0, 1, (6000, 3)),
            "closer": lambda rng: np.concatenate([rng.normal(0, 1, (4000, 3)), rng.normal(1.15, 1, (2000, 3))]),
        }[kind](rng)
        assert split(events, prototypes=200).max() == 0


def test_only_large_clusters_are_looked_at_and_others_keep_their_numbers():
    events, _ = pair(0, 8000, 3, 4.0, 1)
    small, _ = pair(1, 900, 3, 4.0, 1)
    some = representatives(np.concatenate([events, small + 40]), 250)
    before = np.repeat([1, 0], [8000, 900])
    after = parts_of(some, before, ValleyTest(valley_limit("auto"), np.full(3, -np.inf)))
    assert (after[8000:] == 0).all()
    assert set(after[:8000]) == {1, 2}
    assert set(before) == {0, 1}  # what is given is not changed


def test_three_populations_are_three():
    centres = np.array([[0, 0, 0], [2.5, 2.5, 0], [0, 2.5, 2.5]])
    events = np.random.default_rng(0).normal(0, 1, (12_000, 3)) + np.repeat(centres, 4000, axis=0)
    side = np.argmin(((events[:, None] - centres) ** 2).sum(axis=2), axis=1)
    cluster = split(events)
    assert cluster.max() == 2
    shared = np.zeros((3, 3))
    np.add.at(shared, (side, cluster), 1)
    assert sorted(shared.argmax(axis=1)) == [0, 1, 2]
    assert shared.max(axis=1).sum() / 12_000 > 0.94


def test_a_single_marker_counts_only_where_one_part_is_known_to_be_positive():
    rng = np.random.default_rng(0)
    events = rng.normal(0, 1, (8000, 3))
    events[:4000, 0] += 4
    assert split(events).max() == 0
    assert split(events, negative=np.array([2.0, -np.inf, -np.inf])).max() == 1
    assert split(events, negative=np.array([9.0, -np.inf, -np.inf])).max() == 0


def test_weights_count_as_events():
    events, side = pair(0, 24_000, 2, 3.2, 1)
    few = np.concatenate([np.flatnonzero(side)[::3], np.flatnonzero(~side)])
    weight = np.where(side[few], 3.0, 1.0)
    cluster = split(events[few], weight=weight)
    assert cluster.max() == 1
    assert unlike(cluster, side[few]) < 0.03


def test_parts_have_the_valley_that_they_were_split_by():
    events, _ = pair(0, 12_000, 3, 3.2, 2)
    cluster = split(events)
    parts = [Group(events[cluster == k].astype(np.float32), np.ones((cluster == k).sum())) for k in (0, 1)]
    valley_test = ValleyTest(valley_limit("auto"), np.full(3, -np.inf))
    assert valley_test.strict_depth(*parts) < valley_test.limit
