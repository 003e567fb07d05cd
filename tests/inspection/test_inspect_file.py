"""What is in a file, and what would be used."""

from dataclasses import replace

import numpy as np
import pytest

from cytoclust import inspection, io
from cytoclust.errors import InputError
from cytoclust.params import load_config


def test_roles_ranges_and_spillover(small):
    path = small / "fcs" / "S01.fcs"
    file = io.open_fcs(path)
    found = inspection.inspect(path)
    assert (found["path"], found["version"], found["n_events"]) == (str(path), "FCS3.1", 2500)
    assert found["cytometer"] == "cytoclust simulator"
    roles = {channel["channel"]: channel["role"] for channel in found["channels"]}
    assert roles["BV510-A"] == "viability"
    assert roles["PE-A"] == "clustering"
    assert roles["FSC-A"] == roles["Time"] == "quality"
    quantiles = np.quantile(file.read().astype(float), [0.01, 0.5, 0.99], axis=0)
    for i, channel in enumerate(found["channels"]):
        assert (channel["low"], channel["median"], channel["high"]) == pytest.approx(tuple(quantiles[:, i]), rel=1e-4)
        assert channel["low"] <= channel["high"]
    off = file.spill.matrix[~np.eye(len(file.spill.channels), dtype=bool)]
    assert found["spillover"] == {"coefficients": np.count_nonzero(off), "largest": pytest.approx(off.max())}


def test_says_what_is_missing(small, tmp_path):
    file = io.open_fcs(small / "fcs" / "S01.fcs")
    bare = [replace(channel, marker="", label="") for channel in file.channels]
    io.write_fcs(tmp_path / "bare.fcs", file.read(), bare)
    found = inspection.inspect(tmp_path / "bare.fcs")
    codes = {note["code"] for note in found["notes"]}
    assert found["spillover"] is None
    assert {"no spillover matrix", "no marker named", "no viability dye"} <= codes
    assert all(note["sentence"] for note in found["notes"])
    assert {step["code"] for step in found["advice"]} >= {"no spillover matrix", "no marker named", "no viability dye"}


def test_a_file_of_scatter_alone_is_described_all_the_same(small, tmp_path):
    file = io.open_fcs(small / "fcs" / "S01.fcs")
    io.write_fcs(tmp_path / "s.fcs", file.read(columns=[0, 3]), [file.channels[0], file.channels[3]])
    found = inspection.inspect(tmp_path / "s.fcs")
    assert [channel["role"] for channel in found["channels"]] == ["quality", "quality"]
    (note,) = [each for each in found["notes"] if each["code"] == "no marker to cluster on"]
    assert note["data"]["why"].startswith("There is no marker to cluster on")
    assert found["advice"][0]["code"] == "no marker to cluster on"


def test_follows_the_parameters(small):
    config = load_config(settings=["cluster.markers=[CD45]", "panel.viability=none", "compensate.enabled=false"])
    found = inspection.inspect(small / "fcs" / "S01.fcs", config=config)
    assert [c["marker"] for c in found["channels"] if c["role"] == "clustering"] == ["CD45"]
    assert found["spillover"] is None


def test_a_file_without_events_is_refused(small, tmp_path):
    file = io.open_fcs(small / "fcs" / "S01.fcs")
    io.write_fcs(tmp_path / "none.fcs", file.read(0, 0), file.channels)
    with pytest.raises(InputError, match=r"none\.fcs holds no events"):
        inspection.inspect(tmp_path / "none.fcs")
