import numpy as np
import pytest
from scipy.stats import norm

from cytoclust.engine._negatives import negative_bounds


def bound(*parts):
    """Of one marker with events of all parts, in any order."""
    values = np.random.default_rng(9).permutation(np.concatenate(parts))
    return negative_bounds(values[:, None].astype(np.float32))[0]


@pytest.mark.parametrize("share", [0.02, 0.3, 0.7])
@pytest.mark.parametrize(("negative", "positive"), [((0.0, 0.3), (4.0, 0.6)), ((-1.0, 0.5), (3.0, 0.4))])
def test_the_98th_percentile_of_the_negatives_of_a_known_mixture(negative, positive, share):
    rng = np.random.default_rng(0)
    count = int(20_000 * share)
    found = bound(rng.normal(*negative, 20_000 - count), rng.normal(*positive, count))
    assert found == pytest.approx(norm.ppf(0.98, *negative), abs=0.08 * negative[1])


def test_two_humps_around_zero_without_a_deep_valley_are_all_negative():
    rng = np.random.default_rng(0)
    both = np.concatenate([rng.normal(-0.4, 0.25, 4000), rng.normal(0.4, 0.25, 4000)])
    assert bound(both, rng.normal(5, 0.5, 4000)) == pytest.approx(np.quantile(both, 0.98), abs=0.03)


@pytest.mark.parametrize(("dim", "spread"), [(3.0, 0.35), (4.0, 0.5), (2.5, 0.5)])
def test_dim_events_between_negative_and_bright_ones_are_not_negative(dim, spread):
    rng = np.random.default_rng(0)
    found = bound(rng.normal(0, spread, 5000), rng.normal(dim, spread, 3000), rng.normal(8, spread, 2000))
    assert found == pytest.approx(norm.ppf(0.98, 0, spread), abs=0.1 * spread)


@pytest.mark.parametrize(
    "draw",
    [
        lambda rng: rng.normal(0, 1, 10_000),
        lambda rng: rng.gamma(2, 1, 10_000),
        lambda rng: rng.lognormal(0, 0.5, 10_000),
        lambda rng: rng.uniform(0, 1, 10_000),
        lambda rng: np.concatenate([rng.normal(0, 1, 5000), rng.normal(2.2, 1, 5000)]),
    ],
    ids=["gaussian", "gamma", "lognormal", "uniform", "overlapping"],
)
def test_without_a_valley_nothing_is_known(draw):
    for seed in range(5):
        assert bound(draw(np.random.default_rng(seed))) == -np.inf


def test_of_a_constant_nothing_is_known():
    assert bound(np.full(100, 3.0)) == -np.inf


@pytest.mark.parametrize(("spread", "known"), [(0.6, True), (1.0, True), (1.5, False), (2.0, False)])
def test_negatives_broader_than_three_tenths_of_the_way_to_the_positives_are_not_known(spread, known):
    rng = np.random.default_rng(0)
    found = bound(rng.normal(0, spread, 10_000), rng.uniform(4.3, 4.7, 10_000))
    assert np.isfinite(found) == known


def test_each_marker_by_itself_at_any_scale_and_place():
    rng = np.random.default_rng(0)
    clear = np.concatenate([rng.normal(0, 0.3, 3000), rng.normal(4, 0.6, 1000)])
    events = np.column_stack([clear, rng.normal(0, 1, 4000), 1000 * clear, clear + 50]).astype(np.float32)
    found = negative_bounds(events)
    assert found[1] == -np.inf
    np.testing.assert_allclose(found[[2, 3]], [1000 * found[0], found[0] + 50], rtol=1e-4)
    np.testing.assert_array_equal(negative_bounds(events[rng.permutation(4000)]), found)


@pytest.mark.parametrize("n", [2, 10, 50, 200])
def test_few_events(n):
    rng = np.random.default_rng(n)
    found = bound(rng.normal(0, 1, n // 2), rng.normal(20, 1, n - n // 2))
    assert found == -np.inf or -3 < found < 4


def test_a_few_far_events_do_not_hide_the_valley():
    rng = np.random.default_rng(0)
    found = bound(rng.normal(0, 0.3, 8000), rng.normal(4, 0.5, 4000), [-500.0, 900.0, 1e6])
    assert found == pytest.approx(norm.ppf(0.98, 0, 0.3), abs=0.03)
