"""Agreement of two sets of events."""

import numpy as np
import pytest
from scipy.stats import beta

from cytoclust.stats import overlap, pooled_overlap


def test_rates_and_the_interval_of_the_share_of_the_union() -> None:
    found = overlap(40, 30, 20, confidence=0.95)
    assert (float(found.precision), float(found.recall)) == (20 / 30, 20 / 40)
    assert float(found.f1) == pytest.approx(2 * 20 / 70)
    low, high = beta.ppf(0.025, 20, 31), beta.ppf(0.975, 21, 30)  # Clopper–Pearson of 20 in 50
    assert float(found.low) == pytest.approx(2 * low / (1 + low))
    assert float(found.high) == pytest.approx(2 * high / (1 + high))


def test_sets_without_events_have_no_rate() -> None:
    found = overlap([0, 0, 5], [0, 3, 0], [0, 0, 0], confidence=0.95)
    assert np.isnan(found.precision).tolist() == [True, False, True]
    assert np.isnan(found.recall).tolist() == [True, True, False]
    assert np.isnan(found.f1).tolist() == [True, False, False]


def test_patients_are_added_up_and_one_alone_has_no_interval() -> None:
    pooled = pooled_overlap([10, 90], [20, 80], [5, 60], confidence=0.95)
    assert float(pooled.f1) == pytest.approx(2 * 65 / 200)
    alone = pooled_overlap([10], [20], [5], confidence=0.95)
    assert float(alone.f1) == pytest.approx(1 / 3)
    assert np.isnan([alone.low, alone.high]).all()


def test_equal_patients_leave_no_doubt_and_differing_ones_do() -> None:
    same = pooled_overlap([10] * 5, [12] * 5, [8] * 5, confidence=0.95)
    assert float(same.low) == pytest.approx(float(same.f1)) == pytest.approx(float(same.high))
    spread = pooled_overlap([10] * 5, [12] * 5, [1, 10, 3, 9, 5], confidence=0.95)
    assert float(spread.low) < float(spread.f1) < float(spread.high)


def test_patients_without_an_event_change_nothing() -> None:
    some = pooled_overlap([10, 9, 8], [12, 9, 8], [8, 3, 8], confidence=0.95)
    more = pooled_overlap([10, 0, 9, 8, 0], [12, 0, 9, 8, 0], [8, 0, 3, 8, 0], confidence=0.95)
    assert [float(each) for each in vars(some).values()] == [float(each) for each in vars(more).values()]


def test_the_interval_over_patients_covers_what_it_says() -> None:
    """F1 of patients whose agreement differs: 12 patients of 40 to 400 events, 600 cohorts."""
    generator = np.random.default_rng(4)
    inside = 0
    truth = 2 * 0.7 / (1 + 0.7)  # of the union 0.7 are in both
    for _ in range(600):
        union = generator.integers(40, 400, 12)
        rate = generator.beta(7, 3, 12)  # mean 0.7
        both = generator.binomial(union, rate)
        only = union - both
        first = generator.binomial(only, 0.5)
        found = pooled_overlap(both + first, both + only - first, both, confidence=0.95)
        inside += float(found.low) <= truth <= float(found.high)
    assert 0.92 <= inside / 600 <= 0.98
