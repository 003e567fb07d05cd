import numpy as np
import pytest
from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis

from benchmarks.bound import true_model


def test_it_is_quadratic_discriminant_analysis_with_the_truth():
    rng = np.random.default_rng(0)
    parts = [rng.multivariate_normal(centre, spread * np.eye(3) + 0.3, n) for centre, spread, n in (
        ([0, 0, 0], 1.0, 900), ([1, 1, 0], 0.3, 300), ([0, 2, 1], 2.0, 150))]  # fmt: skip
    events, codes = np.vstack(parts).astype(np.float32), np.repeat([2, 5, 7], [900, 300, 150])
    expected = QuadraticDiscriminantAnalysis().fit(events, codes).predict(events)
    assert (true_model(events, codes) == expected).mean() > 0.995  # ours divides by n and adds a ridge


def test_a_kind_of_fewer_events_than_markers_is_held():
    rng = np.random.default_rng(1)
    events = np.vstack([rng.normal(size=(500, 8)), rng.normal(6, 1, (3, 8))])
    codes = np.repeat([0, 1], [500, 3])
    found = true_model(events.astype(np.float32), codes)
    assert found[500:].tolist() == [1, 1, 1]
    assert (found[:500] == 0).mean() == pytest.approx(1)
