"""Limits of a fraction over patients: against limits that are known, and by how often they hold the truth."""

import numpy as np
import pytest
from scipy.stats import beta, t

from cytoclust.stats import clustered_interval


def test_none_seen_is_an_exact_limit_of_fewer_events() -> None:
    total = np.full(5, 100)
    n = 500 * (t.ppf(0.975, 499) / t.ppf(0.975, 4)) ** 2
    low, high = clustered_interval(np.zeros(5), total, confidence=0.95)
    assert (low, high) == (0.0, pytest.approx(1 - 0.05 ** (1 / n)))


def test_many_patients_who_do_not_differ_are_as_one_large_sample() -> None:
    rng = np.random.default_rng(0)
    total = np.full(4_000, 20)
    events = rng.binomial(total, 0.9)
    k, n = events.sum(), total.sum()
    exact = beta.ppf(0.025, k, n - k + 1), beta.ppf(0.975, k + 1, n - k)
    assert clustered_interval(events, total, confidence=0.95) == pytest.approx(exact, abs=5e-4)


@pytest.mark.parametrize("m", [3, 6, 12])
@pytest.mark.parametrize("spread", [0.0, 0.03])
def test_limits_hold_the_truth(m: int, spread: float) -> None:
    """Patients whose own fraction varies around 0.93, of counts that are much alike (the variance is linearised)."""
    rng = np.random.default_rng(m)
    held = 0
    for _ in range(400):
        total = rng.integers(40, 160, m)
        own = np.full(m, 0.93)
        if spread:
            size = 0.93 * 0.07 / spread**2 - 1
            own = rng.beta(0.93 * size, 0.07 * size, m)
        low, high = clustered_interval(rng.binomial(total, own), total, confidence=0.95)
        held += low <= 0.93 <= high
    assert held / 400 >= 0.93


def test_one_patient_says_nothing_of_another() -> None:
    assert np.isnan(clustered_interval([90, 0], [100, 0], confidence=0.95)).all()
    assert np.isnan(clustered_interval([], [], confidence=0.95)).all()
