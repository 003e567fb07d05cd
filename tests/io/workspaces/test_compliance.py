"""ISAC's compliance set of Gating-ML 2.0: the expected membership of each event."""

from pathlib import Path

import numpy as np
import pytest

from cytoclust.errors import InputError
from cytoclust.io.workspaces import Gates, as_events, hold, open_gates

pytestmark = pytest.mark.usefixtures("flowkit")
OTHER_NAMES = {"ParQuadRect": ("gml_parent_quadrant_rect_gate.xml", "ParRectangle1")}
STRAY = "gml_range_gate_attr_testing.xml"  # its gate is inside an element that the schema does not know


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "gating_ml"


@pytest.fixture(scope="module")
def read(folder: Path) -> dict[str, Gates]:
    """The gates of each document, held against the set's events."""
    events = as_events(folder / "data1.fcs")
    files = [path for path in sorted((folder / "gml").glob("*.xml")) if path.name != STRAY]
    return {path.name: hold(open_gates(path), events) for path in files}  # type: ignore[misc]


def test_every_gate_holds_the_events_that_it_should(folder: Path, read: dict[str, Gates]) -> None:
    expected = {path.stem.removeprefix("Results_"): path for path in (folder / "truth").glob("*.txt")}
    assert len(expected) == 51
    compared = []
    for name, path in expected.items():
        truth = np.loadtxt(path, dtype=int).astype(bool)
        for document, gates in read.items():
            wanted = OTHER_NAMES.get(name, (document, name))
            for at, gate in enumerate(gates.gates):
                if wanted == (document, gate.name):
                    assert gate.status == "not counted", (document, name, gate.reason)
                    assert np.array_equal(gates.members[:, at], truth), (document, name)
                    compared.append(name)
    assert set(compared) == set(expected)
    assert len(compared) > 100  # most stand in a file of their own and in that of all gates


def test_no_gate_of_the_set_is_refused(read: dict[str, Gates]) -> None:
    assert [gate.path for gates in read.values() for gate in gates.gates if gate.status == "not supported"] == []


def test_a_document_that_breaks_the_schema_is_refused_by_name(folder: Path) -> None:
    with pytest.raises(InputError, match=f"{STRAY} is Gating-ML without a gate"):
        open_gates(folder / "gml" / STRAY)
