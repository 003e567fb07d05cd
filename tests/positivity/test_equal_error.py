import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import norm

from cytoclust.positivity._equal_error import Group, equal_error

MANY = 1e9


def group(x, spread, n=MANY):
    x = np.asarray(x, dtype=float)
    return Group(x, np.broadcast_to(np.asarray(spread, dtype=float), x.shape), np.broadcast_to(np.asarray(n), x.shape))


@pytest.mark.parametrize(("low", "high"), [((0, 0.5), (3, 0.5)), ((0, 0.3), (1, 0.9)), ((-2, 0.2), (40, 0.1))])
def test_two_clusters(low, high):
    expected = low[0] + (high[0] - low[0]) * low[1] / (low[1] + high[1])
    assert equal_error(group([low[0]], low[1]), group([high[0]], high[1]))[0] == pytest.approx(expected, abs=1e-6)


def test_shares_of_many_clusters():
    rng = np.random.default_rng(0)
    low, high = (rng.normal(0, 0.3, 7), rng.uniform(0.2, 0.6, 7)), (rng.normal(2, 0.5, 4), rng.uniform(0.2, 0.6, 4))

    def excess(t):
        return norm.sf(t, *low).mean() - norm.cdf(t, *high).mean()

    assert equal_error(group(*low), group(*high))[0] == pytest.approx(brentq(excess, -1, 3), abs=1e-6)


def test_a_cluster_of_few_events_weighs_little():
    low, high = group([0.0, 2.0], 0.3, np.array([1e6, 10])), group([4.0], 0.3)
    without = equal_error(group([0.0], 0.3), high)[0]
    both = equal_error(group([0.0, 2.0], 0.3), high)[0]
    assert without < equal_error(low, high)[0] < both


def test_the_deviation_is_that_of_repeated_draws():
    rng = np.random.default_rng(1)
    found = []
    for _ in range(400):
        low, high = rng.normal(0, 0.2, 10), rng.normal(2, 0.25, 8)
        found.append(equal_error(group(low, 0.4), group(high, 0.5)))
    cuts, deviations = np.array(found).T
    assert np.mean(deviations) == pytest.approx(np.std(cuts), rel=0.25)
