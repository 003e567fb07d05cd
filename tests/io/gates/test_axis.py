"""Coordinates of gates."""

import math

import numpy as np
import pytest

from cytoclust.io.gates import Axis

SIGNALS = np.array([[-5e4, -120.0, -1e-3], [0.0, 7.5, 2.6e5]])
AXES = (
    Axis("V450-A"),
    Axis("V450-A", scale="arcsinh", parameters=(137.0, 1.0)),
    Axis("SSC-A", scale="arcsinh", parameters=(900.0, 0.4)),
    Axis("V450-A", scale="logicle", parameters=(262_144.0, 0.8, 4.5, 0.0)),
)


@pytest.mark.parametrize("axis", AXES, ids=lambda axis: f"{axis.scale} {axis.parameters}")
def test_the_signal_of_a_coordinate_is_the_signal(axis: Axis) -> None:
    np.testing.assert_allclose(axis.signal(axis.coordinates(SIGNALS)), SIGNALS, rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize("axis", AXES[1:3], ids=str)
def test_gating_ml_fasinh_with_these_parameters_is_the_scale(axis: Axis) -> None:
    """The formula of Gating-ML 2.0, 6.2.5."""
    top, decades, added = (axis.in_gating_ml[name] for name in "TMA")
    ten = math.log(10)
    fasinh = (np.arcsinh(SIGNALS * math.sinh(decades * ten) / top) + added * ten) / ((decades + added) * ten)
    np.testing.assert_allclose(fasinh, axis.coordinates(SIGNALS), rtol=1e-12)


def test_a_cofactor_alone_has_the_parameters_that_cytobank_writes() -> None:
    assert Axis("a", scale="arcsinh", parameters=(150.0, 1.0)).in_gating_ml == pytest.approx(
        {"T": 150 * 1.1752011936438014, "M": 0.43429448190325176, "A": 0.0}, rel=1e-15
    )


def test_logicle_is_one_at_the_top() -> None:
    """The definition: logicle(T) = 1 and logicle(0) = W / M where A is 0 (Moore and Parks 2012)."""
    axis = AXES[3]
    np.testing.assert_allclose(axis.coordinates([262_144.0, 0.0]), [1.0, 0.8 / 4.5], atol=1e-12)


def test_a_scale_without_its_parameters_is_refused() -> None:
    with pytest.raises(ValueError, match="'arcsinh' with 1"):
        Axis("a", scale="arcsinh", parameters=(150.0,))
