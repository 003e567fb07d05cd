"""A workspace for FlowJo, as another program reads it."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from cytoclust.io import Channel, write_fcs
from cytoclust.io.gates import (
    Gate,
    GateMatrix,
    WorkspaceChannel,
    WorkspaceGate,
    WorkspaceSample,
    inside,
    write_workspace,
)
from tests.io.gates.test_write_gating_ml import AXES, GATES, SHAPE, SPILL, _events

NAMES = ("FSC-A", "FITC-A", "PE Cy5-A", "APC-A")
OTHER = np.array([[1.0, 0.0, 0.3], [0.1, 1.0, 0.0], [0.0, 0.02, 1.0]])
MATRICES = (GateMatrix(NAMES[1:], SPILL), GateMatrix(NAMES[1:], OTHER), None)
SCALES = {**AXES, "CD4": replace(AXES["CD4"], channel="PE Cy5-A")}


def _gates() -> list[Gate]:
    return [
        replace(gate, axes=tuple(replace(axis, channel=axis.channel.replace(",", "")) for axis in gate.axes))
        for gate in (*GATES, Gate("a/b", GATES[0].name, (SCALES["CD3"], SCALES["CD8"]), vertices=SHAPE * [1.0, 0.15]))
    ]


def _samples(folder: Path) -> list[WorkspaceSample]:
    channels = [WorkspaceChannel(name, 262_144.0, axis) for name, axis in zip(NAMES, SCALES.values(), strict=True)]
    write_fcs(folder / "fcs" / "a b.fcs", _events(5000), [Channel(name) for name in NAMES])
    for number in (1, 2):
        (folder / "fcs" / f"S{number}.fcs").write_bytes((folder / "fcs" / "a b.fcs").read_bytes())
    names = ("S1.fcs", "S2.fcs", "a b.fcs")
    return [
        WorkspaceSample(
            name, Path("..") / "fcs" / name, 5000, channels, matrix,
            [WorkspaceGate(gate, 7) for gate in _gates()], {"$CYT": "a & \x02b"},
        )
        for name, matrix in zip(names, MATRICES, strict=True)
    ]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for part in ("fcs", "flowjo"):
        (tmp_path / part).mkdir()
    write_workspace(tmp_path / "flowjo" / "cohort.wsp", _samples(tmp_path))
    return tmp_path


def test_another_program_gates_each_sample_with_its_own_matrix(folder: Path) -> None:
    flowkit = pytest.importorskip("flowkit", reason="FlowKit is in the extra `workspaces`")
    workspace = flowkit.Workspace(str(folder / "flowjo" / "cohort.wsp"), find_fcs_files_from_wsp=True)
    events = _events(5000)
    found = set()
    for name, matrix in zip(("S1.fcs", "S2.fcs", "a b.fcs"), MATRICES, strict=True):
        inverse = np.eye(3) if matrix is None else np.linalg.inv(matrix.values)
        linear = np.column_stack([events[:, 0], events[:, 1:].astype(np.float64) @ inverse])
        signals = {axis: linear[:, NAMES.index(axis.channel)] for axis in SCALES.values()}
        workspace.analyze_samples(sample_id=name, use_mp=False)
        paths = dict(workspace.get_gate_ids(name))
        for gate in _gates():
            shown = gate.name.replace("/", "|").replace("\x01", "_")
            mine = inside(gate, signals.__getitem__, _gates())
            np.testing.assert_array_equal(workspace.get_gate_membership(name, shown, paths[shown]), mine)
            found.add(int(mine.sum()))
    assert len(found) > 10  # the matrices make a difference


def test_counts_true_names_and_keywords_are_in_the_workspace(folder: Path) -> None:
    root = ET.parse(folder / "flowjo" / "cohort.wsp").getroot()  # noqa: S314 (written above)
    first = root.find("SampleList/Sample")
    assert first is not None
    populations = {each.get("name"): each for each in first.iter("Population")}
    assert populations["a|b"].get("annotation") == "a/b"
    assert {each.get("count") for each in populations.values()} == {"7"}
    assert [each.get("value") for each in first.iter("Keyword")] == ["a & _b"]
    uris = [each.get("uri") for each in root.iter("DataSet")]
    assert uris == ["../fcs/S1.fcs", "../fcs/S2.fcs", "../fcs/a%20b.fcs"]
