"""Detectors called after a viability dye."""

import pytest

from cytoclust.io import Panel
from cytoclust.pp import find_scatter, unsaid_dyes


def panel(channel, marker=""):
    return Panel(
        names=("FSC-A", "CD3", marker or channel),
        channels=("FSC-A", "FITC-A", channel),
        markers=("", "CD3", marker),
        signal_types=("scatter", "fluorescence", "fluorescence"),
    )


@pytest.mark.parametrize("channel", ["7-AAD-A", "PI-A", "DAPI-A", "7AAD", "Propidium Iodide-A"])
def test_a_detector_without_a_label_is_told(channel):
    (told,) = unsaid_dyes(panel(channel), "auto")
    assert told.data == {"channels": [channel]}
    assert f"panel.viability={channel}" in told.advice


@pytest.mark.parametrize(
    ("channel", "marker", "viability"),
    [("7-AAD-A", "CD69", "auto"), ("7-AAD-A", "7-AAD", "auto"), ("7-AAD-A", "", "7-AAD-A"), ("7-AAD-A", "", "none"),
     ("PE-A", "", "auto"), ("PE-A", "Live/Dead", "auto")],
)  # fmt: skip
def test_nothing_is_told_where_it_is_known(channel, marker, viability):
    assert unsaid_dyes(panel(channel, marker), viability) == []


def test_names_of_scatter_without_a_hyphen():
    names = ("FSC", "SSC", "FSCW", "SSCH")
    found = find_scatter(Panel(names=names, channels=names, markers=("",) * 4, signal_types=("scatter",) * 4))
    assert found == {"FSC-A": 0, "SSC-A": 1, "FSC-W": 2, "SSC-H": 3}
