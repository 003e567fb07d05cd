"""What is computed at a lesser depth is what thinning gives, whatever the sample's own depth."""

import time

import numpy as np
import pytest
from scipy.stats import binom, hypergeom

from cytoclust.stats._equal_depth import detection_at_depth, log_fraction_at_depth


@pytest.mark.parametrize(
    ("events", "cells", "depth"),
    [(0, 100, 50), (5, 150_000, 50_000), (61, 100, 99), (130, 200, 100), (120, 150_000, 80_000),
     (5_000, 150_000, 50_000), (900, 1_000, 100), (100, 10_000_000, 6_500_000)],
)  # fmt: skip
def test_both_are_sums_over_the_hypergeometric_distribution(events, cells, depth):
    x = np.arange(min(events, depth) + 1)
    chance = hypergeom.pmf(x, cells, events, depth)
    mean = (chance * np.log2((x + 0.5) / (depth + 1))).sum()
    assert log_fraction_at_depth([[events]], [[cells]], depth)[0, 0] == pytest.approx(mean, abs=5e-6)
    assert detection_at_depth([[events]], [[cells]], depth, lod=20)[0, 0] == pytest.approx(chance[20:].sum(), abs=1e-9)


def test_a_sample_of_no_more_than_the_depth_stays_as_it_is():
    events, cells = np.array([[0, 5, 20]]), np.array([[20]])
    expected = np.log2((events + 0.5) / 21)
    np.testing.assert_allclose(log_fraction_at_depth(events, cells, 20), expected)
    np.testing.assert_allclose(log_fraction_at_depth(events, cells, 10**6), expected)
    np.testing.assert_array_equal(detection_at_depth(events, cells, 20, lod=5), [[0, 1, 1]])
    np.testing.assert_array_equal(log_fraction_at_depth([[0]], [[0]], 0), [[-1]])


def test_the_expectation_is_that_of_a_sample_of_the_lesser_depth():
    """Of binomial counts, by sums: no draw."""
    fraction, depth = 1e-3, 2_000
    x = np.arange(200)
    shallow = binom.pmf(x, depth, fraction)
    deep = binom.pmf(x, 5 * depth, fraction)
    mean = (deep * log_fraction_at_depth(x, 5 * depth, depth)).sum()
    assert mean == pytest.approx((shallow * np.log2((x + 0.5) / (depth + 1))).sum(), abs=1e-6)
    assert (deep * detection_at_depth(x, 5 * depth, depth, lod=3)).sum() == pytest.approx(shallow[3:].sum(), abs=1e-9)


def test_twenty_samples_of_sixty_populations_take_no_time():
    rng = np.random.default_rng(0)
    events, cells = rng.integers(0, 200, (20, 60)), rng.integers(60_000, 200_000, (20, 1))
    begun = time.process_time()
    log_fraction_at_depth(events, cells, 50_000)
    detection_at_depth(events, cells, 50_000, lod=20)
    assert time.process_time() - begun < 2  # 0.1 s
