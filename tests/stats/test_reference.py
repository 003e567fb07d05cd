"""The frequency of a population in samples that have it, against simulation."""

import numpy as np
import pytest

from cytoclust.stats._reference import reference_frequency

CELLS = 100_000


def simulated(mean, n, *, spread, rng):
    """Events of n samples about a lognormal frequency, of which ``mean`` events are the median."""
    return rng.poisson(mean * np.exp(spread * rng.standard_normal(n)))


def reference(events, *, cells=CELLS, needed=20.0):
    n = len(events)
    return reference_frequency(np.asarray(events), np.full(n, float(cells)), np.zeros(n), np.full(n, needed)) * cells


@pytest.mark.parametrize("spread", [0.3, 0.5, 0.8])
@pytest.mark.parametrize("n", [3, 12])
def test_is_the_median_where_samples_are_deep(n, spread):
    rng = np.random.default_rng(0)
    found = [reference(simulated(1000, n, spread=spread, rng=rng)) / 1000 for _ in range(200)]
    assert np.median(found) == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("mean", [8, 15, 25])
def test_lucky_samples_do_not_make_it_too_high(mean):
    """Where the population lies near the limit, the median of the samples that show it is far too high."""
    rng = np.random.default_rng(1)
    found, plain = [], []
    for _ in range(400):
        events = simulated(mean, 12, spread=0.5, rng=rng)
        if (events >= 20).any():
            found.append(reference(events) / mean)
            plain.append(np.median(events[events >= 20]) / mean)
    assert np.median(found) < 1.15
    assert np.median(found) < np.median(plain)
    assert np.median(plain) > 1.1


def test_samples_without_it_say_nothing_and_scale_does_not_matter():
    events = [60, 45, 80]
    assert reference([*events, 0, 3]) == pytest.approx(reference(events))
    assert reference(events, cells=1000) == pytest.approx(reference(events, cells=10**7))


def test_is_a_fraction():
    assert reference([1000, 990], cells=1000) <= 1000


def test_background_is_taken_off():
    n = 5
    events, base = np.full(n, 150.0), np.full(n, 1e5)
    found = reference_frequency(events, base, np.full(n, 50.0), np.full(n, 70.0))
    assert found * 1e5 == pytest.approx(100, rel=0.1)
