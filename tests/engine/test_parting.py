"""What parts clusters, against the law that the events are drawn from."""

import numpy as np
import pytest

from cytoclust.engine._merge import ValleyTest, find_depths, group_events
from cytoclust.engine._parting import ALONE, find_partings

LINKS = tuple(np.array(each) for each in ([0, 1, 0], [1, 2, 2], [1.0, 1.0, 1.0]))


def partings(n):
    """Three normals: the second 4 standard deviations above the first in a marker, the third 9 in another."""
    rng = np.random.default_rng(0)
    of = np.repeat([0, 1, 2], n)
    events = rng.normal(0, [1, 2, 1], (3 * n, 3)) + np.array([[0, 0, 0], [0, 8, 0], [9, 0, 0]])[of]
    groups = group_events(events.astype(np.float32), np.ones(3 * n), of)
    test = ValleyTest(0.87, np.full(3, -np.inf))
    return find_partings(groups, find_depths(groups, LINKS, test), test)


def test_nearest_marker_size_and_depth_are_those_of_the_law():
    first, second, third = partings(20_000)
    assert (first.nearest, second.nearest) == (1, 0)
    assert (first.parted_by, second.parted_by, third.parted_by) == (1, 1, 0)
    assert (first.parted_size, second.parted_size) == pytest.approx((-4, 4), abs=0.05)
    assert third.parted_size == pytest.approx(9, abs=0.1)
    middle = 2 * np.exp(-(2**2) / 2) / (1 + np.exp(-(4**2) / 2))  # of two normals 4 apart, over either peak
    assert first.parted_depth == second.parted_depth == pytest.approx(middle, abs=0.03)
    assert third.parted_depth < 0.01


def test_certainty_grows_as_the_square_root_of_the_events():
    many, few = (partings(n)[0].parted_certainty for n in (20_000, 1_250))
    # a kernel of n^(-1/5) holds n^(4/5) events
    assert many / few == pytest.approx(16 ** (4 / 5 / 2), rel=0.2)
    assert few > 5


def test_one_cluster_is_parted_from_none():
    group = group_events(np.zeros((50, 2), np.float32), np.ones(50), np.zeros(50, np.int64))
    assert find_partings(group, {}, ValleyTest(0.87, np.full(2, -np.inf))) == [ALONE]
