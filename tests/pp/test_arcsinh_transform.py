import math

import numpy as np
import pytest

from cytoclust.errors import InputError
from cytoclust.pp import arcsinh_transform


def test_values_are_those_of_the_mathematical_function() -> None:
    events = np.array([[0.0, -150.0, 7.0], [1e5, 15.0, 8.0]], dtype=np.float32)
    out = arcsinh_transform(events, np.array([150.0, 5.0, np.nan]))
    assert out.dtype == np.float32
    for (i, j), cofactor in {(0, 0): 150, (1, 0): 150, (0, 1): 5, (1, 1): 5}.items():
        x = float(events[i, j]) / cofactor
        expected = math.copysign(math.log(abs(x) + math.sqrt(x * x + 1)), x)
        assert out[i, j] == pytest.approx(expected, rel=1e-7)
    assert out[:, 2].tolist() == [7.0, 8.0]


def test_an_event_does_not_depend_on_its_neighbours_or_layout() -> None:
    rng = np.random.default_rng(0)
    events = (rng.normal(0, 200, (1003, 6)) * rng.lognormal(0, 3, (1003, 6))).astype(np.float32)
    cofactors = rng.uniform(1, 500, 6)
    whole = arcsinh_transform(events, cofactors)
    parts = [arcsinh_transform(events[i : i + 7], cofactors) for i in range(0, len(events), 7)]
    assert np.array_equal(np.concatenate(parts), whole)
    assert np.array_equal(arcsinh_transform(np.asfortranarray(events), cofactors), whole)
    assert np.array_equal(arcsinh_transform(events[:, [3]], cofactors[[3]])[:, 0], whole[:, 3])


@pytest.mark.parametrize("cofactor", [0.0, -5.0, math.inf])
def test_a_cofactor_must_be_positive(cofactor: float) -> None:
    with pytest.raises(InputError, match="positive number"):
        arcsinh_transform(np.ones((2, 1), dtype=np.float32), np.array([cofactor]))


def test_there_is_one_cofactor_a_column() -> None:
    with pytest.raises(InputError, match="each of 2 columns"):
        arcsinh_transform(np.ones((2, 2), dtype=np.float32), np.array([150.0]))


def test_it_is_the_arcsinh_over_the_whole_range() -> None:
    sizes = np.concatenate([[0.0, 1e-40, np.inf], np.geomspace(1e-30, 3e38, 20_001)])
    events = np.concatenate([sizes, -sizes, [np.nan]]).astype(np.float32)[:, None]
    expected = np.arcsinh(events.astype(np.float64) / 7)
    np.testing.assert_allclose(arcsinh_transform(events, np.array([7.0])), expected, rtol=1.2e-7, atol=1e-44)
    assert np.array_equal(np.signbit(arcsinh_transform(events, np.array([7.0]))), np.signbit(events))
