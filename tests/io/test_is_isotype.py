"""Isotype controls are known by their labels: as cytometers, programs and labs write them."""

import pytest

from cytoclust.io import Channel, recognise
from cytoclust.io._is_isotype import is_isotype


@pytest.mark.parametrize(
    "label",
    [
        "IgG1", "IgG2a", "IgG2b", "igg1", "IgG-1", "Mouse IgG1", "mIgG1", "ms IgG2a", "Rat IgG2b", "rIgG1", "MsIgG1",
        "IgG1 kappa", "IgG1k", "IgG1, κ", "IgG1 iso", "IgG1 isotype control", "Isotype", "isotype ctrl", "Iso", "ISO",
        "Iso ctrl", "Iso_Control", "Hamster IgG", "Rat IgM", "Goat IgG", "mouse IgG",
    ],
)  # fmt: skip
def test_isotype_controls_are_known(label: str) -> None:
    assert is_isotype(label)


@pytest.mark.parametrize(
    "label",
    ["IgG", "IgM", "IgD", "IgA", "IgE", "CD45", "Isoleucine", "FMO", "", "CD19 IgG1", "isolate", "anti-IgG1", "IgK"],
)
def test_markers_are_not(label: str) -> None:
    assert not is_isotype(label)


def noted(*labels: str) -> list[str]:
    _, notes = recognise([Channel(f"FL{i}-A", label=label) for i, label in enumerate(labels)])
    return [note.code for note in notes if note.code == "isotype tube"]


def test_a_tube_in_which_most_stains_are_isotype_controls_is_told() -> None:
    assert noted("IgG1-FITC", "IgG1-PE", "CD45-ECD", "IgG1-PC5", "IgG1-PC7")
    assert noted("IgG1 FITC", "IgG2a PE", "CD45 PerCP")


def test_a_tube_of_subclasses_of_cells_is_not() -> None:
    assert not noted("CD19", "CD27", "IgG1", "IgG2", "IgG3", "IgA", "IgD", "CD38", "CD20")
    assert not noted("CD19", "IgG1")
    assert not noted("IgG1")
