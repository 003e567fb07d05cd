import numpy as np
import pytest
from scipy.stats import norm

from cytoclust.pl._separation import nearest, separation


def test_of_normal_distributions_it_is_d_prime() -> None:
    quantiles = norm.ppf((np.arange(20_001) + 0.5) / 20_001)
    a = np.column_stack([quantiles, 2 * quantiles, quantiles])
    b = np.column_stack([quantiles + 3, 2 * quantiles - 5, quantiles])
    np.testing.assert_allclose(separation(a, b, np.full(3, 10.0)), [3, 2.5, 0], rtol=1e-3)
    np.testing.assert_allclose(separation(b, a, np.full(3, 10.0)), separation(a, b, np.full(3, 10.0)))


def test_a_marker_in_which_all_events_are_alike_parts_nothing() -> None:
    apart = separation(np.zeros((5, 2)), np.array([[0.0, 1.0]] * 4), np.array([0.0, 1.0]))
    assert apart[0] == 0
    assert apart[1] == pytest.approx(50)  # 1 over a fiftieth of the range


def test_nearest_by_medians() -> None:
    events = np.zeros((3, 2))
    candidates = {"far": events + 5, "near": events + 1, "middle": np.array([[2.0, 0.0], [2.0, 0.0], [99.0, 0.0]])}
    assert nearest(events, candidates, 2) == ["near", "middle"]
