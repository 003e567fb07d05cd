"""The columns to cluster on."""

import pytest

from cytoclust.errors import InputError
from cytoclust.io import Panel
from cytoclust.pp import choose_markers, stained_columns

PANEL = Panel(
    names=("FSC-A", "CD45", "Zombie NIR", "BV421-A", "CD4", "141Pr", "Time"),
    channels=("FSC-A", "FITC-A", "APC-Cy7-A", "BV421-A", "PE-A", "Pr141Di", "Time"),
    markers=("", "CD45", "Zombie NIR", "", "CD4", "CD19", ""),
    signal_types=("scatter", "fluorescence", "fluorescence", "fluorescence", "fluorescence", "mass", "time"),
)


def test_every_stained_marker_but_the_viability_dye():
    assert choose_markers(PANEL, None, "auto").tolist() == [1, 4, 5]
    assert stained_columns(PANEL, "auto").tolist() == [1, 4, 5]


def test_another_viability_dye_or_none():
    assert choose_markers(PANEL, None, "CD4").tolist() == [1, 2, 5]
    assert choose_markers(PANEL, None, "none").tolist() == [1, 2, 4, 5]


def test_as_named_by_marker_name_or_channel_in_the_order_of_the_panel():
    assert choose_markers(PANEL, ["cd4", "CD45"], "auto").tolist() == [1, 4]
    assert choose_markers(PANEL, ["Pr141Di", "bv421-a"], "auto").tolist() == [3, 5]
    assert choose_markers(PANEL, ["CD19", "141Pr"], "auto").tolist() == [5]  # one column, named twice
    assert choose_markers(PANEL, ["Zombie NIR"], "auto").tolist() == [2]  # asked for by name


@pytest.mark.parametrize("name", ["CD54", "FSC-A", "Time", ""])
def test_a_name_that_is_no_signal_is_refused(name):
    with pytest.raises(
        InputError, match=r"^The cluster\.markers parameter must name stained markers \(CD45, Zombie"
    ) as caught:
        choose_markers(PANEL, ["CD4", name], "auto")
    assert repr(name) in str(caught.value)


def test_the_nearest_name_is_told():
    with pytest.raises(InputError, match="Did you mean 'Zombie NIR'"):
        choose_markers(PANEL, ["Zombi"], "auto")


def test_without_marker_names_every_detector_counts():
    bare = Panel(names=PANEL.channels, channels=PANEL.channels, markers=("",) * 7, signal_types=PANEL.signal_types)
    assert choose_markers(bare, None, "auto").tolist() == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("markers", [None, []])
def test_nothing_to_cluster_on_is_refused(markers):
    scatter = Panel(
        names=("FSC-A", "7-AAD"),
        channels=("FSC-A", "PE-A"),
        markers=("", "7-AAD"),
        signal_types=("scatter", "fluorescence"),
    )
    with pytest.raises(InputError, match="no marker to cluster on: the events have FSC-A \\(scatter\\), 7-AAD"):
        choose_markers(scatter, markers, "auto")
