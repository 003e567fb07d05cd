"""What compensation left, on blood of twelve colours whose matrix is known."""

import numpy as np
import pytest

from benchmarks.scales import slopes_told
from benchmarks.twelve import DYES, MARKERS, blood, spillover
from cytoclust.positivity import find_slopes

RIGHT = spillover(5)


@pytest.fixture(scope="module")
def events():
    return blood(8_000, RIGHT, 6)


def test_a_right_matrix_leaves_nothing(events):
    assert slopes_told(events, RIGHT) == []


@pytest.mark.parametrize("points", [0.05, -0.05])
@pytest.mark.parametrize(
    ("source", "target"), [("CD14", "CD3"), ("CD4", "CD8"), ("CD56", "CD19"), ("HLA-DR", "CD45RA")]
)
def test_the_wrong_coefficient_is_told_and_no_other(events, source, target, points):
    i, j = MARKERS.index(source), MARKERS.index(target)
    wrong = RIGHT.copy()
    wrong[i, j] += points
    assert slopes_told(events, wrong) == [(i, j)]


def test_its_size_is_how_far_the_coefficient_is_off():
    matrix = spillover(2)
    own = blood(8_000, matrix, 1)
    wrong = matrix.copy()
    wrong[5, 0] += 0.1
    kinds, labels = np.unique(own.kind, return_inverse=True)
    (found,) = find_slopes(np.linalg.solve(wrong.T, own.raw.T).T, labels, len(kinds))
    assert found.slope == pytest.approx(-0.1, abs=0.01)
    assert found.error < 0.01


def test_antigens_that_rise_together_by_size_are_no_spillover():
    """A cluster with a little of a marker, whose cells have the more of it the larger they are."""
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1, 2], 3_000)
    size = rng.gamma(8, 1 / 8, 9_000)
    level = np.array([[0, 0], [20_000, 900], [0, 15_000]])[labels]
    events = level * size[:, None] * rng.gamma(8, 1 / 8, (9_000, 2)) + rng.normal(0, 50, (9_000, 2))
    assert find_slopes(events, labels, 3) == []


def test_a_cluster_that_has_less_than_the_slope_would_give_it_says_that_there_is_none():
    """In a few dim cells both rise together, as spillover would; bright ones are hardly above the negatives."""
    rng = np.random.default_rng(1)
    labels = np.repeat(np.arange(6), [1_000, 1_000, 1_000, 1_000, 300, 1_000])
    source = np.array([0, 0, 0, 0, 2_000, 22_000])[labels] * rng.gamma(3, 1 / 3, len(labels))
    target = np.where(labels == 4, 0.17 * source, np.where(labels == 5, rng.normal(400, 200, len(labels)), 0))
    events = np.column_stack([source, target]) + rng.normal(0, 60, (len(labels), 2))
    few = labels < 5
    assert [(each.source, each.target) for each in find_slopes(events[few], labels[few], 5)] == [(0, 1)]
    assert find_slopes(events, labels, 6) == []


def test_little_to_learn_from(events):
    assert find_slopes(np.zeros((100, 1)), np.zeros(100, dtype=int), 1) == []
    assert find_slopes(np.zeros((100, len(DYES))), np.full(100, -1), 3) == []
    assert find_slopes(np.ones((300, 4)), np.repeat([0, 1, 2], 100), 3) == []
