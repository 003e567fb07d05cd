import numpy as np
import pytest

from cytoclust.findings import Finding
from cytoclust.io import Spillover
from cytoclust.pp import choose_matrix

CHANNELS = ["FSC-A", "FITC-A", "PE-A"]
SPILL = Spillover(("FITC-A", "PE-A"), np.array([[1.0, 0.1], [0.0, 1.0]]), "$SPILLOVER")


def test_the_files_matrix_is_used() -> None:
    matrix, note = choose_matrix(SPILL, CHANNELS)
    assert matrix is not None
    assert matrix[1, 2] == 0.1
    assert note is None


def test_another_matrix_may_name_markers() -> None:
    other = Spillover(("CD4", "PE-A"), np.array([[1.0, 0.3], [0.0, 1.0]]), "m.csv")
    matrix, note = choose_matrix(SPILL, CHANNELS, markers=["", "CD4", "CD8"], override=other)
    assert matrix is not None
    assert matrix[1, 2] == 0.3
    assert note == Finding("matrix given", file="m.csv", absent=[])


@pytest.mark.parametrize(
    ("spill", "channels", "said"),
    [
        (None, CHANNELS, "no spillover matrix"),
        (SPILL, ["FSC-A", "Comp-FITC-A", "Comp-PE-A"], "compensated at acquisition"),
        (None, ["FSC-A", "<FITC-A>"], "compensated at acquisition"),
        (Spillover(("FITC-A", "PE-A"), np.eye(2), "SPILL"), CHANNELS, "identity matrix"),
    ],
)
def test_there_may_be_nothing_to_do(spill: Spillover | None, channels: list[str], said: str) -> None:
    matrix, note = choose_matrix(spill, channels)
    assert matrix is None
    assert note.code == said
