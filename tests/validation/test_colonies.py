import numpy as np
import pytest
from scipy.stats import poisson

from cytoclust.validation import colonies


def test_exact_limits_of_garwood() -> None:
    found = colonies([4, 6], [1e5, 1e5])
    assert (found.rate * 2e5, found.low * 2e5, found.high * 2e5) == pytest.approx((10, 4.795389, 18.390356), rel=1e-6)


def test_no_colony_has_the_limit_of_three() -> None:
    found = colonies([0, 0, 0], [1e5] * 3)
    assert (found.rate, found.low) == (0, 0)
    assert found.high == pytest.approx(-np.log(0.05) / 3e5)
    assert np.isnan(found.dispersion_p)


def test_dispersion_of_two_wells_is_the_binomial_p() -> None:
    """Of 20 colonies in two wells, 4 and 16 or more apart: 2 P(X <= 4)."""
    from scipy.stats import binom

    assert colonies([4, 16], [1e5, 1e5]).dispersion_p == pytest.approx(2 * binom.cdf(4, 20, 0.5), abs=4e-3)


def test_wells_that_differ_have_wider_limits() -> None:
    alike, apart = colonies([30, 31, 29], [1e5] * 3), colonies([3, 80, 7], [1e5] * 3)
    assert apart.dispersion_p < 0.001 < 0.5 < alike.dispersion_p
    assert apart.low < alike.low < alike.high < apart.high


def test_a_full_well_raises_the_rate_and_is_neither_left_out_nor_counted() -> None:
    counted, full = colonies([10, 12, 60], [1e5] * 3), colonies([10, 12, 60], [1e5] * 3, censored=[False, False, True])
    left_out = colonies([10, 12], [1e5] * 2)
    assert left_out.rate < full.rate
    assert full.rate > counted.rate * 0.99
    assert full.low > left_out.low


def test_the_estimate_of_censored_wells_is_the_likeliest() -> None:
    found = colonies([3, 5, 8], [1, 1, 1], censored=[False, False, True])

    def likelihood(rate: float) -> float:
        return float(poisson.logpmf([3, 5], rate).sum() + poisson.logsf(7, rate))

    grid = np.arange(3.0, 9.0, 0.001)
    assert found.rate == pytest.approx(grid[np.argmax([likelihood(each) for each in grid])], abs=2e-3)


def test_wells_that_are_all_full_have_one_limit() -> None:
    found = colonies([100, 100], [1e5] * 2, censored=[True, True])
    assert np.isnan(found.rate)
    assert found.high == np.inf
    assert 2 * poisson.logsf(99, found.low * 1e5) == pytest.approx(np.log(0.05), rel=1e-6)


def test_a_well_far_fuller_than_others_does_not_underflow() -> None:
    """P(K >= 3000) at a mean of 1003 is far below 1e-308; there the full well weighs as one that was counted."""
    counted = colonies([3000, 7, 2], [1e5] * 3)
    full = colonies([3000, 7, 2], [1e5] * 3, censored=[True, False, False])
    assert full.rate == pytest.approx(counted.rate, rel=2e-3)
    assert full.low < full.rate < full.high
    assert full.low == pytest.approx(3009 / 3e5 * (1 - 1.96 / np.sqrt(3009)), rel=3e-3)
