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
from cytoclust.pipeline import _run
from cytoclust.positivity import Profile, Thresholds

CHANNELS = [ct.io.Channel(f"FL{i}-A", label=f"CD{i}") for i in (3, 4, 8)]
QUIET = {"compensate.enabled": False, "cluster.n_prototypes": 64}


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
    told = json.loads((tmp_path / "OUT" / "run.json").read_text())["notes"]
    (note,) = (each for each in told if each["code"] == "no map of one marker")
    assert note["data"] == {"least": 2}
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

    monkeypatch.setattr(_run, "Embedder", Broken)
    result = ct.run(file, out=tmp_path / "OUT", settings=QUIET)
    (note,) = (each for each in result.record["notes"] if each["code"] == "no map")
    assert note["data"] == {"why": "the UMAP process ended with status 1 (ValueError: no)"}
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
    assert any(
        note["sentence"].startswith("left out: ") and "b.fcs: all 600" in note["sentence"]
        for note in result.record["notes"]
    )


def test_inspect_proposes_no_run_of_events_that_are_all_alike(file, tmp_path):
    alike = written(tmp_path / "b.fcs", alike=True)
    found = inspection.inspect(alike)
    assert found["next"] == ""
    assert found["advice"][0]["found"] == "all events have the same values in every marker to cluster on"
    both = inspection.inspect_samples([file, alike])
    assert both["next"].endswith("--on-error skip")
    assert any(step["found"].startswith("b.fcs: all events have the same values") for step in both["advice"])
    assert inspection.inspect_samples([alike])["next"] == ""


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


def test_what_a_cluster_may_be_instead_stands_before_what_it_nearly_is():
    from cytoclust.pipeline._tables import warned

    from cytoclust.positivity import learn_thresholds

    rng = np.random.default_rng(0)
    markers = tuple(f"M{i}" for i in range(5))
    low, high = np.zeros(5), np.full(5, 6.0)
    kinds = [low, np.where(np.arange(5) < 2, high, low), np.where(np.arange(5) >= 2, high, low), high]
    labels = np.repeat(np.arange(4), [400, 400, 400, 60])
    events = np.stack([kinds[label] for label in labels]) + rng.normal(0, 0.3, (len(labels), 5))
    events = events.astype(np.float32)
    edges = Profile.edges_for(events)
    counts = Profile.count(events, labels, 4, edges)
    profile = Profile(("0", "1", "2", "3"), markers, edges, counts)
    thresholds: Thresholds = learn_thresholds(profile)
    naming = pd.DataFrame({"near": ["", "would be B", "", "would be T"]}, index=list(profile.clusters))
    told = warned(naming, profile, thresholds, ["", "", "", "1+2"])["near"].tolist()
    assert told == [
        "", "would be B", "",
        "may be doublets of 1+2; positive for nearly every marker: dead cells, clumps or autofluorescence look like "
        "this; would be T",
    ]  # fmt: skip
