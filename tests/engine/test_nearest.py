import numpy as np
import pytest

from cytoclust.engine._nearest import nearest


def brute(events, prototypes):
    """float64, by differences: n × K squared distances."""
    return ((events[:, None].astype(np.float64) - prototypes[None].astype(np.float64)) ** 2).sum(axis=2)


@pytest.mark.parametrize("p", range(1, 41))
def test_equals_brute_force(p):
    rng = np.random.default_rng(p)
    events = rng.normal(0, 3, (200, p)).astype(np.float32)
    prototypes = rng.normal(0, 3, (37, p)).astype(np.float32)
    truth = brute(events, prototypes)
    index, squared = nearest(events, prototypes)
    rounding = 1e-5 * (events**2).sum(axis=1).max()
    assert index.dtype == np.int32
    assert squared.dtype == np.float32
    np.testing.assert_allclose(squared, truth.min(axis=1), atol=rounding)
    assert (truth[np.arange(200), index] <= truth.min(axis=1) + rounding).all()
    assert (index == truth.argmin(axis=1)).mean() > 0.98


@pytest.mark.parametrize("p", [1, 7, 8, 13])
def test_same_bits_for_any_division_of_the_events(p):
    rng = np.random.default_rng(0)
    events = rng.normal(0, 1, (1003, p)).astype(np.float32)
    prototypes = rng.normal(0, 1, (65, p)).astype(np.float32)
    index, squared = nearest(events, prototypes)
    for workers in (2, 3, 5):
        again = nearest(events, prototypes, workers=workers)
        assert np.array_equal(index, again[0])
        assert np.array_equal(squared, again[1])
    for size in (1, 10, 333):
        parts = [nearest(events[start : start + size], prototypes) for start in range(0, 1003, size)]
        assert np.array_equal(index, np.concatenate([part[0] for part in parts]))
        assert np.array_equal(squared, np.concatenate([part[1] for part in parts]))


def test_no_events_one_prototype_and_more_workers_than_events():
    prototypes = np.ones((1, 3), dtype=np.float32)
    index, squared = nearest(np.empty((0, 3), dtype=np.float32), prototypes, workers=2)
    assert len(index) == len(squared) == 0
    index, squared = nearest(np.zeros((2, 3), dtype=np.float32), prototypes, workers=8)
    assert index.tolist() == [0, 0]
    assert squared.tolist() == [3, 3]


def test_an_event_on_a_prototype_and_equal_prototypes():
    prototypes = np.array([[5, 5], [1, 2], [1, 2]], dtype=np.float32)
    index, squared = nearest(prototypes[[1]].copy(), prototypes)
    assert index.tolist() == [1]  # the first of equals
    assert squared.tolist() == [0]


def test_values_whose_squares_overflow_stay_within_bounds():
    events = np.full((4, 3), 3e38, dtype=np.float32)
    index, _ = nearest(events, np.array([[3e38] * 3, [-3e38] * 3], dtype=np.float32))
    assert ((index >= 0) & (index < 2)).all()
