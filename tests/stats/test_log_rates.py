"""The score of a patient: its mean does not depend on depth, and its weight is what the counts tell."""

import numpy as np
import pytest
from scipy.special import digamma
from scipy.stats import nbinom

from cytoclust.stats._log_rates import common_dispersion, log_rates


def one_stratum(events: np.ndarray, cells: np.ndarray, dispersion: float):
    return log_rates(events[:, None].astype(float), cells[:, None], np.zeros(len(events), dtype=int), dispersion)


@pytest.mark.parametrize("mean", [0.05, 0.7, 5.0, 200.0])
@pytest.mark.parametrize("dispersion", [0.05, 0.5, 2.0])
def test_mean_of_the_score_is_zero_at_any_depth(mean: float, dispersion: float) -> None:
    """Shallow and deep patients of one kind, 20,000 each: the mean of either is within four standard errors of 0."""
    rng = np.random.default_rng(7)
    depth = np.repeat([mean, 10 * mean], 20_000)
    events = rng.poisson(depth * rng.gamma(1 / dispersion, dispersion, len(depth)))
    numerator = (scores := one_stratum(events, depth, dispersion)).values[:, 0] * scores.weights[:, 0]
    for side in (slice(20_000), slice(20_000, None)):
        assert abs(numerator[side].mean()) < 4 * numerator[side].std() / np.sqrt(20_000)


def test_score_of_deep_samples_is_the_logarithm_of_the_ratio() -> None:
    events, cells = np.array([1e6, 2e6, 4e6]), np.full(3, 1e6)
    values = one_stratum(events, cells, 0.3).values[:, 0]
    assert np.diff(values) == pytest.approx([np.log(2), np.log(2)], rel=1e-3)


@pytest.mark.parametrize("mean", [0.7, 6.0, 50.0])
def test_weight_is_what_of_a_small_difference_the_counts_show(mean: float) -> None:
    """Against how the mean of the numerator moves with the rate, from the distribution: within a fifth."""
    r = 1 / 0.3
    y = np.arange(2_000)
    chance, moved = (nbinom.pmf(y, r, r / (r + mean * factor)) for factor in (1.0, np.exp(1e-3)))
    numerator = digamma(y + r) - np.log(mean + r)
    slope = (moved - chance) @ numerator / 1e-3
    assert one_stratum(np.full(3, mean), np.full(3, mean), 0.3).weights[0, 0] == pytest.approx(slope, rel=0.2)


@pytest.mark.parametrize("dispersion", [0.05, 0.3, 1.0])
def test_dispersion_is_found_again(dispersion: float) -> None:
    rng = np.random.default_rng(1)
    strata = np.repeat([0, 1, 2], 5)
    cells = rng.uniform(0.3, 3, (15, 1)) * 1e5
    rate = 10 ** rng.uniform(-4, -2, 300) * np.exp(0.5 * strata)[:, None]
    events = rng.poisson(cells * rate * rng.gamma(1 / dispersion, dispersion, (15, 300)))
    assert common_dispersion(events.astype(float), np.repeat(cells, 300, 1), strata) == pytest.approx(
        dispersion, rel=0.3
    )


def test_what_nobody_has_has_no_weight() -> None:
    scores = one_stratum(np.zeros(4), np.full(4, 1e5), 0.5)
    assert np.isfinite(scores.values).all()
    assert (scores.weights < 1e-4).all()
