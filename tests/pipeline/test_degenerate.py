"""Files in which there is less than a run expects."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cytoclust as ct
from cytoclust import inspection
from cytoclust.engine._embedder import Embedder
from cytoclust.errors import InputError
from cytoclust.pipeline import _event_sample

CHANNELS = [ct.io.Channel(f"FL{i}-A", label=f"CD{i}") for i in (3, 4, 8)]
QUIET = {"compensate.enabled": False, "cluster.n_prototypes": 64, "cluster.n_redraws": 1}


@pytest.fixture
def file(tmp_path):
    return written(tmp_path / "a.fcs")


def written(path: Path, *, alike: bool = False) -> Path:
    rng = np.random.default_rng(0)
    events = np.where(rng.random((600, 3)) < 0.5, rng.normal(5000, 300, (600, 3)), rng.normal(0, 50, (600, 3)))
    ct.io.write_fcs(path, np.full((600, 3), 7.0) if alike else events, CHANNELS)
    return path


def test_one_marker_has_no_map_but_labels(file, tmp_path):
    result = ct.run(file, out=tmp_path / "OUT", settings=QUIET | {"cluster.markers": ["CD3"]})
    assert "X_umap" not in result.adata.obsm
    notes = json.loads((tmp_path / "OUT" / "run.json").read_text())["notes"]
    told = {note["code"]: note for note in notes}["no map of one marker"]
    assert told["data"] == {"least": 2}
    assert told["sentence"] == "there is no map (UMAP): it takes at least 2 markers to cluster on"
    assert len(pd.read_parquet(tmp_path / "OUT" / "labels" / "a.parquet")) == 600
    adata = ct.io.read_samples(file)
    ct.pp.arcsinh(adata)
    ct.tl.cluster(adata, markers=["CD3"], n_prototypes=64)
    with pytest.raises(InputError, match=r"at least 2 markers.* of CD3 alone"):
        ct.tl.umap(adata)


def test_a_map_that_fails_costs_nothing_else(file, tmp_path, monkeypatch):
    class Broken(Embedder):
        def finish(self):
            raise RuntimeError("the UMAP process ended with status 1 (ValueError: no)")

    monkeypatch.setattr(_event_sample, "Embedder", Broken)
    result = ct.run(file, out=tmp_path / "OUT", settings=QUIET)
    told = {note["code"]: note["sentence"] for note in result.record["notes"]}
    assert told["no map"] == "there is no map (UMAP): the UMAP process ended with status 1 (ValueError: no)"
    assert len(result.tables["clusters"]) > 1
    assert (tmp_path / "OUT" / "report.html").exists()


def test_events_that_are_all_alike_are_refused(file, tmp_path):
    alike = written(tmp_path / "b.fcs", alike=True)
    settings = QUIET | {"embed.enabled": False}
    expected = r"b\.fcs: all 600 events have the same values in every marker to cluster on \(CD3, CD4, CD8\)"
    with pytest.raises(InputError, match=expected):
        ct.run([file, alike], out=tmp_path / "OUT", settings=settings)
    result = ct.run([file, alike], out=tmp_path / "OUT", settings=settings, on_error="skip")
    assert result.tables["samples"]["sample_id"].tolist() == ["a"]
    told = {note["code"]: note["sentence"] for note in result.record["notes"]}
    assert told["sample left out"].startswith("left out: ")
    assert "b.fcs: all 600" in told["sample left out"]


def test_inspect_proposes_no_run_of_events_that_are_all_alike(file, tmp_path):
    alike = written(tmp_path / "b.fcs", alike=True)
    found = inspection.inspect(alike)
    assert found["next"] == ""
    assert found["advice"][0]["found"] == "all events have the same values in every marker to cluster on"
    both = inspection.inspect_samples([file, alike])
    assert both["next"].endswith("--on-error skip")
    assert any(step["found"].startswith("b.fcs: all events have the same values") for step in both["advice"])
    assert inspection.inspect_samples([alike])["next"] == ""


@pytest.mark.usefixtures("undrawn")
def test_a_config_may_be_a_mapping_of_sections(file, tmp_path):
    settings = QUIET | {"embed.enabled": False}
    given = ct.run(
        file, out=tmp_path / "a", settings=settings, config={"cluster": {"resolution": 2}, "run": {"seed": 5}}
    )
    assert (given.record["parameters"]["cluster"]["resolution"], given.record["seed"]) == (2, 5)
    with pytest.raises(InputError, match=r"config must hold sections.*Got 'cluster\.resolution': 2"):
        ct.run(file, out=tmp_path / "b", config={"cluster.resolution": 2})
    with pytest.raises(InputError, match=r"no parameter 'cluster\.resolutoin'"):
        ct.run(file, out=tmp_path / "b", config={"cluster": {"resolutoin": 2}})
