import numpy as np
import pytest

from cytoclust.engine import _prototypes
from cytoclust.engine._far import choose_far
from cytoclust.engine._nearest import nearest
from cytoclust.engine._prototypes import find_prototypes
from cytoclust.lots import contents
from tests.engine.test_pool import pool_of, rare, small

__all__ = ["small"]


def find(events, count, *, salt=0):
    return find_prototypes(pool_of(events, salt=salt), count, salt=salt, workers=1)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("salt", range(5))
def test_every_event_of_a_rare_far_population_has_a_prototype_of_its_own_kind(salt):
    events, far = rare()
    prototypes = find(events, 300, salt=salt)
    assert (prototypes[nearest(events[far], prototypes)[0], 0] > 20).all()  # never one of, or mixed with, the others
    assert nearest(events[far], prototypes)[1].max() < 6 * 4


@pytest.mark.usefixtures("small")
def test_same_bits_for_any_order_and_workers():
    events, _ = rare()
    first = find(events, 200)
    other = find_prototypes(pool_of(events[::-1].copy(), size=777, workers=2), 200, salt=0, workers=3)
    assert np.array_equal(first, other)
    assert not np.array_equal(first, find(events, 200, salt=1))


@pytest.mark.parametrize("count", [16, 50, 100])
def test_number_of_prototypes(count):
    events = np.random.default_rng(0).normal(0, 1, (1000, 3)).astype(np.float32)
    found = find(events, count)
    assert 0.9 * count <= len(found) <= count
    assert len(find(events, 5000)) <= 100  # at most one for ten events


def test_lloyd_moves_a_prototype_to_the_weighted_mean_of_its_events():
    pool = np.array([[0], [1], [10], [14]], dtype=np.float32)
    near = np.array([0, 0, 3, 3], dtype=np.int32)  # 1 and 2 have no event
    assert _prototypes._means(pool, np.array([1.0, 3, 1, 1]), near).tolist() == [[0.75], [12]]


@pytest.mark.parametrize("count", [1, 2, 9, 300])
def test_points_far_apart_know_what_is_nearest_to_them(count):
    points = np.random.default_rng(0).normal(0, 1, (2000, 3)).astype(np.float32)
    weight = np.ones(len(points))
    drawn, near = choose_far(points, contents(points), weight, count, "some", 0, 1)
    assert len(drawn) == count
    assert np.array_equal(near, nearest(points, drawn)[0])


def test_equal_events_make_one_prototype():
    assert find(np.full((500, 4), 7, dtype=np.float32), 25).tolist() == [[7, 7, 7, 7]]
