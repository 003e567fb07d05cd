"""Gating-ML 2.0, as another program and its schema take it."""

from pathlib import Path

import numpy as np
import pytest

from cytoclust.io import Channel, Spillover, write_fcs
from cytoclust.io.gates import Axis, Gate, GateMatrix, inside, write_gating_ml

SPILL = np.array([[1.0, 0.2, 0.01], [0.05, 1.0, 0.0], [0.0, 0.12, 1.0]])
NAMES = ("FSC-A", "FITC-A", "PE, Cy5-A", "APC-A")
SHAPE = np.array([[-1.0, -1.0], [4.5, -0.5], [3.4, 1.2], [5.0, 4.4], [-0.8, 3.9]])
AXES = {
    "FSC": Axis("FSC-A", "FSC-A"),
    "CD3": Axis("FITC-A", "CD3", True, "arcsinh", (150.0, 1.0)),
    "CD4": Axis("PE, Cy5-A", "CD4", True, "arcsinh", (90.0, 0.5)),
    "CD8": Axis("APC-A", "CD8", True, "logicle", (262_144.0, 0.7, 4.5, 0.0)),
}
GATES = (
    Gate("cells <b>&amp;", None, (AXES["FSC"],), bounds=((40_000.0, np.inf),)),
    Gate("MSC CD146+CD271-", "cells <b>&amp;", (AXES["CD3"], AXES["CD4"]), vertices=SHAPE * [1.0, 0.5]),
    Gate("MSC CD146+CD271", "MSC CD146+CD271-", (AXES["CD8"], AXES["FSC"]), bounds=((-0.1, 0.6), (5e4, 2e5))),
    Gate('../../"=cmd|\x01', None, (AXES["CD8"], AXES["CD3"]), vertices=SHAPE * [0.15, 1.0]),
)
MATRIX = GateMatrix(NAMES[1:], SPILL)


def _events(n: int) -> np.ndarray:
    rng = np.random.default_rng(8)
    true = np.sinh(rng.normal(2.0, 2.0, (n, 3))) * 120
    return np.column_stack([rng.uniform(2e4, 2.4e5, n), true @ SPILL]).astype(np.float32)


def _signals(events: np.ndarray) -> dict[Axis, np.ndarray]:
    """Compensated by another path than ours: the inverse of the matrix."""
    linear = np.column_stack([events[:, 0], events[:, 1:].astype(np.float64) @ np.linalg.inv(SPILL)])
    return {axis: linear[:, NAMES.index(axis.channel)] for axis in AXES.values()}


def test_another_program_finds_the_same_events_in_each_gate(tmp_path: Path) -> None:
    flowkit = pytest.importorskip("flowkit", reason="FlowKit is in the extra `workspaces`")
    events = _events(20_000)
    channels = [Channel(name.replace(",", "")) for name in NAMES]
    spill = Spillover(tuple(channel.name for channel in channels[1:]), SPILL)
    write_fcs(tmp_path / "a.fcs", events, channels, spill=spill)
    called = {name: channel.name for name, channel in zip(NAMES, channels, strict=True)}
    write_gating_ml(tmp_path / "a.xml", GATES, matrix=GateMatrix(spill.channels, SPILL), channels=called)
    found = flowkit.parse_gating_xml(str(tmp_path / "a.xml")).gate_sample(flowkit.Sample(str(tmp_path / "a.fcs")))
    ids = ["gate_1_cells_b_amp", "gate_2_.._.._cmd", "gate_3_MSC_CD146_CD271-", "gate_4_MSC_CD146_CD271"]
    for name, gate in zip(ids, (GATES[0], GATES[3], GATES[1], GATES[2]), strict=True):
        mine = inside(gate, _signals(events).__getitem__, GATES)
        np.testing.assert_array_equal(found.get_gate_membership(name), mine)
        assert 100 < mine.sum() < 19_900


def test_a_file_is_valid_by_the_schema(tmp_path: Path) -> None:
    resources = pytest.importorskip("flowkit._resources", reason="FlowKit, which has the schema, is in an extra")
    etree = pytest.importorskip("lxml.etree", reason="lxml comes with FlowKit")
    write_gating_ml(tmp_path / "a.xml", GATES, matrix=MATRIX, about={"population": 'MSC "<&\x07'})
    resources.gml_schema.assertValid(etree.parse(str(tmp_path / "a.xml")))
    assert not resources.gml_schema.validate(etree.fromstring('<Gating-ML xmlns="http://x"/>'))


def test_names_that_no_id_can_be_stand_beside_it(tmp_path: Path) -> None:
    from xml.etree import ElementTree as ET

    write_gating_ml(tmp_path / "a.xml", GATES)
    root = ET.parse(tmp_path / "a.xml").getroot()  # noqa: S314 (written above)
    told = {
        element.get("{http://www.isac-net.org/std/Gating-ML/v2.0/gating}id"): element.findtext("*/name")
        for element in root
        if element.tag.endswith("Gate")
    }
    assert list(told.values()) == ["cells <b>&amp;", '../../"=cmd|_', "MSC CD146+CD271-", "MSC CD146+CD271"]
    assert all(name is not None and name.replace("_", "").replace("-", "").replace(".", "").isalnum() for name in told)


def test_without_a_matrix_nothing_is_compensated(tmp_path: Path) -> None:
    write_gating_ml(tmp_path / "a.xml", GATES)
    text = (tmp_path / "a.xml").read_text(encoding="utf-8")
    assert "spectrumMatrix" not in text
    assert text.count("compensation-ref") == text.count('compensation-ref="uncompensated"') == 7
