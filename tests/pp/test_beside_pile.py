"""What lies beside a pile, against normals clipped at a floor."""

import numpy as np
import pytest
from scipy.stats import norm

from cytoclust.pp._beside_pile import Beside, beside_pile
from cytoclust.pp._spread import negative_spread


def clipped(middle: float, n: int = 40_000, seed: int = 1) -> np.ndarray:
    return np.maximum(np.random.default_rng(seed).normal(middle, 1, n), 0)


def test_density_and_spread_above_a_floor_at_the_middle():
    levels, counts = np.unique(clipped(0), return_counts=True)
    beside = beside_pile(levels, counts, 0, 1)
    assert beside.density == pytest.approx(40_000 * norm.pdf(0), rel=0.25)
    assert beside.spread == pytest.approx(1, rel=0.3)
    assert not beside.apart


def test_a_mode_above_the_floor_is_found():
    levels, counts = np.unique(clipped(1.5), return_counts=True)
    assert beside_pile(levels, counts, 0, 1).mode == pytest.approx(1.5, abs=0.5)


def test_the_other_side_is_the_mirror():
    values = clipped(0.5)
    up = beside_pile(*np.unique(values, return_counts=True), 0, 1)
    levels, counts = np.unique(-values, return_counts=True)
    assert beside_pile(levels, counts, len(levels) - 1, -1) == up


def test_nothing_beside():
    assert beside_pile(np.array([0.0]), np.array([5]), 0, 1) == Beside()


def test_what_a_gap_parts_is_apart():
    values = np.concatenate([np.zeros(500), np.random.default_rng(1).normal(9, 0.5, 2000)])
    assert beside_pile(*np.unique(values, return_counts=True), 0, 1).apart


@pytest.mark.parametrize("middle", [2.5, 1.5, 1, 0.5, 0, -0.5, -1])
def test_spread_of_negatives_does_not_come_from_a_pile(middle):
    rng = np.random.default_rng(3)
    values = 120 * np.concatenate([clipped(middle, 14_000), rng.lognormal(4, 0.5, 6000)])
    assert 60 < negative_spread(values) < 200


def test_a_ceiling_is_no_mode():
    rng = np.random.default_rng(3)
    values = np.concatenate([rng.normal(0, 120, 14_000), np.minimum(rng.lognormal(9, 0.5, 6000), 8000)])
    assert 90 < negative_spread(values) < 180
