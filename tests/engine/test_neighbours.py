import numpy as np
import pytest
from scipy.spatial.distance import cdist

from cytoclust.engine._neighbours import neighbours


def distances(events, points):
    return cdist(events.astype(np.float64), points.astype(np.float64))


def exact(distance, count):
    """Columns of the smallest of each row, the smallest first."""
    few = np.argpartition(distance, count, axis=1)[:, :count]
    return np.take_along_axis(few, np.take_along_axis(distance, few, axis=1).argsort(axis=1), axis=1)


@pytest.mark.parametrize(("n", "m", "p", "count"), [(50, 60, 1, 5), (7, 300, 3, 11), (900, 130, 13, 3)])
def test_few_points_equal_brute_force(n, m, p, count):
    rng = np.random.default_rng(0)
    events, points = (rng.normal(0, 2, (size, p)).astype(np.float32) for size in (n, m))
    assert np.array_equal(neighbours(events, points, count), exact(distances(events, points), count))


@pytest.mark.parametrize("p", [1, 2, 6, 12])
def test_many_points_of_which_most_blocks_are_passed_over(p):
    rng = np.random.default_rng(p)
    centres = rng.uniform(-10, 10, (20, p))
    points = (centres[rng.integers(0, 20, 5001)] + rng.normal(0, 0.5, (5001, p))).astype(np.float32)
    distance = distances(points, points)
    found, truth = neighbours(points, points, 11), exact(distance, 11)
    mine, best = (np.take_along_axis(distance, index, axis=1) for index in (found, truth))
    np.testing.assert_allclose(mine, best, rtol=1e-5, atol=1e-6)
    assert all(len(set(row)) == 11 for row in found.tolist())
    assert p == 1 or (found == truth).mean() > 0.999  # on a line many are equally near


def test_same_for_any_number_of_workers():
    points = np.random.default_rng(0).normal(0, 1, (3000, 5)).round(1).astype(np.float32)  # with equals
    first = neighbours(points, points, 10)
    for workers in (2, 3, 7):
        assert np.array_equal(first, neighbours(points, points, 10, workers=workers))


def test_equal_points_are_each_found():
    points = np.zeros((2000, 3), dtype=np.float32)
    found = neighbours(points, points, 4)
    assert ((found >= 0) & (found < 2000)).all()
    assert all(len(set(row)) == 4 for row in found.tolist())
