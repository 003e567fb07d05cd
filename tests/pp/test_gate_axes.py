"""Axes of gates are the scales of the run."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from cytoclust import params
from cytoclust.pp import Transform, fit_transform, gate_axes
from tests.pp.marrow import PANEL, marrow

METHODS = {
    "arcsinh": params.check("transform"),
    "a cofactor for all": params.check("transform", cofactor=150.0),
    "logicle": params.check("transform", method="logicle"),
    "none": params.check("transform", method="none"),
}


@pytest.mark.parametrize("scatter", [(), (2,)], ids=["scatter as it is", "scatter clustered on"])
@pytest.mark.parametrize("name", METHODS)
def test_coordinates_are_the_values_of_the_run(name: str, scatter: tuple[int, ...]) -> None:
    events = marrow(n=3000, seed=4).events
    if name == "none":
        events = np.where(np.array(PANEL.signal_types) == "fluorescence", np.arcsinh(events / 150), events)
        events = events.astype(np.float32)
    transform = fit_transform(METHODS[name], events, PANEL, scatter=scatter)
    axes = gate_axes(PANEL, transform, [])
    shown = transform(events)
    for i, axis in enumerate(axes):
        np.testing.assert_allclose(axis.coordinates(events[:, i]), shown[:, i], rtol=2e-6, atol=2e-6)
    assert [axis.channel for axis in axes] == list(PANEL.channels)
    assert not any(axis.compensated for axis in axes)


def test_a_scale_that_gating_ml_does_not_know_is_linear() -> None:
    units = np.full(len(PANEL.names), 2.0)
    assert {axis.scale for axis in gate_axes(PANEL, Transform("root", units), [])} == {"linear"}


def test_columns_are_compensated_where_some_matrix_mixes_them() -> None:
    matrix = np.eye(len(PANEL.names))
    matrix[4, 5] = 0.1
    sources: list[Any] = [SimpleNamespace(matrix=None), SimpleNamespace(matrix=matrix)]
    axes = gate_axes(replace(PANEL), Transform("none", None), sources)
    assert [i for i, axis in enumerate(axes) if axis.compensated] == [4, 5]
