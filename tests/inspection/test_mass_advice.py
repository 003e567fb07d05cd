"""What inspect says of a mass cytometer's file."""

from pathlib import Path

import numpy as np
import pytest

import cytoclust as ct
from cytoclust.io import Channel, write_fcs
from tests.pp.ions import BEADS, ISOTOPES, MARKERS, ions

NAMES = ["Time", "Event_length", *ISOTOPES, *BEADS, "Pt195Di", "Ir191Di", "Ir193Di", "Offset", "Width", "Residual"]
LABELS = ["", "", *MARKERS, *[""] * 5, "Cisplatin", "DNA1", "DNA2", "", "", ""]


def _inspected(path: Path, *without: str, transformed: bool = False) -> dict:
    events = ions(4000, seed=1).events
    counted = [i for i, name in enumerate(NAMES) if name.endswith("Di")]
    if transformed:
        events[:, counted] = np.arcsinh(events[:, counted] / 5)
    kept = [i for i, name in enumerate(NAMES) if name not in without]
    write_fcs(path, events[:, kept], [Channel(NAMES[i], label=LABELS[i]) for i in kept])
    return ct.inspect(path)


def test_what_dna_and_the_ion_cloud_are_for(tmp_path: Path) -> None:
    found = _inspected(tmp_path / "a.fcs")
    roles = {row["channel"]: row["role"] for row in found["channels"]}
    assert {roles[name] for name in ("Ir191Di", "Event_length", "Width", "Residual", "Ce140Di")} == {"quality"}
    assert {row["channel"] for row in found["channels"] if row["role"] == "clustering"} == set(ISOTOPES)
    assert found["quality"]["debris"] == pytest.approx(0.123, abs=0.02)
    codes = {advice["code"] for advice in found["advice"]}
    assert not codes & {"no scatter", "no dna", "doublets cannot be told", "transformed already"}


def test_without_dna_nothing_is_said_of_scatter(tmp_path: Path) -> None:
    codes = {advice["code"] for advice in _inspected(tmp_path / "a.fcs", "Ir191Di", "Ir193Di")["advice"]}
    assert "no dna" in codes
    assert not codes & {"no scatter", "doublets cannot be told"}


def test_transformed_ions_are_told(tmp_path: Path) -> None:
    found = _inspected(tmp_path / "a.fcs", transformed=True)
    assert "transformed already" in {advice["code"] for advice in found["advice"]}
    assert "transform.method=none" in found["next"]
