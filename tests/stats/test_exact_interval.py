"""Exact limits of a fraction, against SciPy's test, closed forms and simulation."""

import numpy as np
import pytest
from scipy.stats import binomtest, poisson

from cytoclust.stats import exact_interval


@pytest.mark.parametrize(("k", "n"), [(1, 2), (1, 100), (20, 100_000), (5, 6), (50, 100), (999, 1000)])
@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
def test_is_that_of_the_binomial_test(k, n, confidence):
    expected = binomtest(k, n).proportion_ci(confidence, method="exact")
    assert exact_interval(k, n, confidence=confidence) == pytest.approx((expected.low, expected.high), rel=1e-9)


@pytest.mark.parametrize("n", [1, 10, 1000, 1_000_000])
def test_none_seen_gives_the_one_sided_limit(n):
    low, high = exact_interval(0, n, confidence=0.95)
    assert low == 0
    assert high == pytest.approx(1 - 0.05 ** (1 / n), rel=1e-9)
    one_sided = binomtest(0, n, alternative="less").proportion_ci(0.95, method="exact")
    assert high == pytest.approx(one_sided.high, rel=1e-9)


def test_none_seen_is_the_rule_of_three():
    _, high = exact_interval(0, 100_000, confidence=0.95)
    assert high == pytest.approx(3 / 100_000, rel=2e-3)


def test_all_seen_mirrors_none_seen():
    low, high = exact_interval([0, 7], [7, 7], confidence=0.95)
    assert high[1] == 1
    assert low[1] == pytest.approx(1 - high[0])


def test_no_event_at_all_gives_nan_and_shapes_are_kept():
    low, high = exact_interval(np.array([[0, 1], [2, 3]]), np.array([[0, 4], [4, 4]]), confidence=0.95)
    assert low.shape == high.shape == (2, 2)
    assert np.isnan([low[0, 0], high[0, 0]]).all()
    assert np.isfinite([low[0, 1], high[0, 1], low[1, 1], high[1, 1]]).all()


@pytest.mark.parametrize(("n", "fraction"), [(40, 0.3), (1000, 0.004), (50_000, 0.0001)])
def test_covers_the_truth_as_often_as_it_says(n, fraction):
    seen = np.random.default_rng(1).binomial(n, fraction, size=20_000)
    low, high = exact_interval(seen, np.full(seen.shape, n), confidence=0.9)
    covered = np.mean((low <= fraction) & (fraction <= high))
    assert covered >= 0.9 - 3 * np.sqrt(0.9 * 0.1 / 20_000)


@pytest.mark.parametrize("mean", [1, 2, 5, 10, 20, 50, 200, 1000])
def test_coverage_is_about_what_it_says(mean):
    """Exact limits are never too narrow, and too wide where few events make steps: in all 93–99 %."""
    n = 100_000
    events = np.arange(0, 3 * mean + 40)
    low, high = exact_interval(events, n, confidence=0.95)
    chance = poisson.pmf(events, mean)
    covered = float(chance[(low <= mean / n) & (mean / n <= high)].sum())
    assert 0.94 < covered < 0.99


def test_coverage_over_frequencies_as_they_come():
    rng = np.random.default_rng(0)
    true = np.exp(rng.normal(np.log(30 / 100_000), 1.0, 20_000))
    low, high = exact_interval(rng.binomial(100_000, true), 100_000, confidence=0.95)
    assert 0.945 < np.mean((low <= true) & (true <= high)) < 0.98
