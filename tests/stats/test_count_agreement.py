"""Bland–Altman limits and Lin's concordance."""

import numpy as np
import pytest
from scipy.stats import t

from cytoclust.stats import concordance, count_agreement

TOTALS = np.full(6, 10_000)
GATE = np.array([10, 40, 90, 200, 500, 1000])


def test_the_same_counts_agree_wholly() -> None:
    found = count_agreement(GATE, GATE, totals=TOTALS, patients=list("abcdef"), confidence=0.95)
    assert (found.bias, found.limit_low, found.limit_high, found.concordance) == (0, 0, 0, pytest.approx(1.0))


def test_twice_as_many_is_one_doubling_whatever_the_amount() -> None:
    many = 1000 * GATE
    found = count_agreement(2 * many, many, totals=1000 * TOTALS, patients=list("abcdef"), confidence=0.95)
    assert found.bias == pytest.approx(1, abs=1e-4)
    assert found.limit_high - found.limit_low == pytest.approx(0, abs=1e-3)
    assert found.concordance < 1


def test_bias_and_limits_are_the_formulas() -> None:
    counts = np.array([12, 30, 99, 180, 610, 900])
    away = np.log2((counts + 0.5) / (GATE + 0.5))
    patients = ["a", "a", "b", "c", "d", "d"]
    means = [away[:2].mean(), away[2], away[3], away[4:].mean()]
    found = count_agreement(counts, GATE, totals=TOTALS, patients=patients, confidence=0.95)
    width = t.ppf(0.975, 3) * np.std(means, ddof=1) / 2
    assert found.bias == pytest.approx(np.mean(means))
    assert (found.bias_low, found.bias_high) == pytest.approx((np.mean(means) - width, np.mean(means) + width))
    assert found.limit_high - found.bias == pytest.approx(1.959964 * away.std(ddof=1), rel=1e-6)


def test_one_sample_has_no_limits() -> None:
    found = count_agreement([3], [4], totals=[100], patients=["a"], confidence=0.95)
    assert np.isnan([found.bias_low, found.limit_low, found.concordance]).all()
    assert found.bias == pytest.approx(np.log2(3.5 / 4.5))


def test_concordance_is_correlation_times_closeness_of_means_and_spreads() -> None:
    x = np.array([1.0, 2.0, 3.0, 4.0, 7.0])
    y = 2 * x + 1
    sx, sy, shift = x.std(), y.std(), x.mean() - y.mean()
    c, low, high = concordance(x, y, confidence=0.95)
    assert c == pytest.approx(2 * sx * sy / (sx**2 + sy**2 + shift**2))  # r is 1
    assert low < c < high


def test_nothing_to_tell() -> None:
    assert np.isnan(concordance([1, 2], [1, 2], confidence=0.95)).all()
    assert np.isnan(concordance([1, 1, 1], [1, 1, 1], confidence=0.95)).all()
    assert concordance([1, 1, 1], [1, 2, 3], confidence=0.95)[0] == 0


def test_the_interval_covers_what_it_says() -> None:
    """Pairs from a normal distribution with a known coefficient, 2,000 times 30."""
    generator = np.random.default_rng(8)
    r, sy, shift = 0.9, 1.2, 0.3
    truth = 2 * r * sy / (1 + sy**2 + shift**2)
    inside = 0
    for _ in range(2000):
        x = generator.normal(size=30)
        y = shift + sy * (r * x + np.sqrt(1 - r**2) * generator.normal(size=30))
        _, low, high = concordance(x, y, confidence=0.95)
        inside += low <= truth <= high
    assert 0.93 <= inside / 2000 <= 0.97
