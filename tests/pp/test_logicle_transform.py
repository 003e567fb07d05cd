"""The logicle scale against its own definition: the inverse, a biexponential, is in closed form."""

import numpy as np
import pytest
from scipy.optimize import brentq

from cytoclust.errors import InputError
from cytoclust.pp import logicle_transform


def _biexponential(y: np.ndarray, top: float, width: float, decades: float = 4.5) -> np.ndarray:
    """B(y; T, W, M, 0) of Moore and Parks (2012), on the scale of 0 to 1."""
    b = decades * np.log(10)
    w = width / decades
    d = brentq(lambda d: 2 * (np.log(d) - np.log(b)) + w * (d + b), 1e-9, b)  # the equation of section 6.4.2
    c_over_a = np.exp(2 * w * (b + d))
    f_over_a = np.exp(b * w) - c_over_a / np.exp(d * w)
    a = top / (np.exp(b) - f_over_a - c_over_a / np.exp(d))
    mirrored = np.where(y < w, 2 * w - y, y)  # below zero the scale is that above zero, mirrored
    signal = a * (np.exp(b * mirrored) - c_over_a * np.exp(-d * mirrored) - f_over_a)
    return np.where(y < w, -signal, signal)


@pytest.mark.parametrize("width", [0.3, 0.8, 1.5])
def test_the_inverse_gives_the_signal_back(width: float) -> None:
    signal = np.linspace(-2000, 262_144, 500, dtype=np.float32)[:, None]
    scaled = logicle_transform(signal, np.array([[262_144.0, width]]))
    back = _biexponential(scaled[:, 0].astype(float), 262_144.0, width)
    np.testing.assert_allclose(back, signal[:, 0], rtol=1e-4, atol=0.05)
    assert scaled[-1, 0] == pytest.approx(1.0)


def test_an_event_does_not_depend_on_its_neighbours() -> None:
    events = np.random.default_rng(0).normal(0, 3000, (500, 3)).astype(np.float32)
    parameters = np.array([[1e5, 0.5], [np.nan, np.nan], [2e5, 1.1]])
    whole = logicle_transform(events, parameters)
    parts = [logicle_transform(events[i : i + 7], parameters) for i in range(0, 500, 7)]
    assert np.array_equal(np.concatenate(parts), whole)
    assert np.array_equal(whole[:, 1], events[:, 1])


def test_there_are_parameters_for_each_column() -> None:
    with pytest.raises(InputError, match="each of 3 columns"):
        logicle_transform(np.zeros((2, 3), dtype=np.float32), np.zeros((2, 2)))
