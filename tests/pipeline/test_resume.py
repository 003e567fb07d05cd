"""A run that goes on from an earlier one gives what an undisturbed one gives, and makes no more than it must."""

import errno
import re
import shutil

import numpy as np
import pandas as pd
import pytest
import yaml

import cytoclust as ct
from cytoclust import rules
from cytoclust.errors import InputError, LimitError
from cytoclust.pipeline import _cluster, _file_digests, _recipe
from tests.pipeline.made import QUICK, labels, tree

COHORT_STEPS = {"transform", "clustering", "describing clusters", "event sample", "acquisition", "UMAP"}
SAMPLES = ["S01", "S02", "S03"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory, small):
    """Folder of an undisturbed run, with what it keeps."""
    out = tmp_path_factory.mktemp("resume") / "OUT"
    ct.run(small / "samples.csv", out=out, rules="msc", settings=QUICK)
    return out


@pytest.fixture
def out(whole, tmp_path):
    """A copy of it."""
    return shutil.copytree(whole, tmp_path / "OUT")


def resumed(small, out, **options):
    """What a resumed run says that it used and made again."""
    given = {"rules": "msc", "settings": QUICK} | options
    found = ct.run(small / "samples.csv", out=out, resume=True, **given).record["resumed"]
    return found["used"], [(note["code"], note["data"]) for note in found["again"]]


def same_results(one, other):
    """Labels and tables, to the bit; the report, apart from times."""
    for part in ("labels", "tables"):
        assert tree(one / part) == tree(other / part)
    assert page(one) == page(other)


def page(out):
    """The report without what tells when and how it was made."""
    text = (out / "report.html").read_text(encoding="utf-8")
    return re.sub(r"\d+(\.\d+)? (s|MB|GB|min)\b|\d{4}-\d\d-\d\d[T ][\d:+]*", "", text)


def stop_at(monkeypatch, function):
    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(function, stopped)


@pytest.mark.parametrize(
    ("function", "used"),
    [
        ("_cluster.scale", {"quality control"}),
        ("_cluster.cluster", {"quality control", "transform"}),
        ("export._labels.export_labels", {"quality control", "transform", "clustering", "describing clusters"}),
        ("export._report.export_report", {"quality control", *COHORT_STEPS} - {"UMAP"}),
    ],
)
def test_a_stopped_run_is_gone_on_with(small, whole, tmp_path, monkeypatch, function, used):
    with monkeypatch.context() as patched:
        stop_at(patched, f"cytoclust.pipeline.{function}")
        with pytest.raises(KeyboardInterrupt) as stopped:
            ct.run(small / "samples.csv", out=tmp_path / "OUT", rules="msc", settings=QUICK)
    assert stopped.value.__notes__ == [
        f"What was done is kept in {tmp_path / 'OUT' / '.store'}: --resume goes on from it."
    ]
    assert [path.name for path in (tmp_path / "OUT").iterdir()] == [".store"]
    found, again = resumed(small, tmp_path / "OUT")
    assert set(found) - {"UMAP"} == used
    assert found["quality control"] == SAMPLES
    assert again == []
    same_results(tmp_path / "OUT", whole)


def test_other_rules_cluster_nothing_again(small, whole, out, tmp_path, monkeypatch):
    """Nor is any event decoded."""

    def taken(*_, **__):
        raise AssertionError

    monkeypatch.setattr("cytoclust.pp.Compensated.measured", taken)
    monkeypatch.setattr(_cluster, "cluster_events", taken)
    told = yaml.safe_load(rules.source("msc"))
    told["name"] = "edited"
    (tmp_path / "edited.yaml").write_text(yaml.safe_dump(told))
    settings = QUICK | {"annotate.thresholds": {"CD45": 2.0}, "contrasts.alpha": 0.1, "report.title": "Another"}
    used, again = resumed(small, out, rules=tmp_path / "edited.yaml", settings=settings)
    assert set(used) == {"quality control", *COHORT_STEPS}
    assert again == []
    assert "Another" in (out / "report.html").read_text(encoding="utf-8")
    thresholds = pd.read_csv(out / "tables" / "thresholds.csv").set_index("marker")["positive"]
    assert thresholds["CD45"] == 2.0
    for name, table in labels(whole).items():
        np.testing.assert_array_equal(labels(out)[name]["cluster"], table["cluster"])


def test_another_sheet_of_the_same_files_clusters_nothing_again(small, out, tmp_path):
    table = pd.read_csv(small / "samples.csv")
    table["path"] = [str(small / path) for path in table["path"]]
    table["group"] = ["a", "b", "a"]
    table.to_csv(tmp_path / "other.csv", index=False)
    found = ct.run(tmp_path / "other.csv", out=out, rules="msc", settings=QUICK, resume=True)
    assert set(found.record["resumed"]["used"]) == {"quality control", *COHORT_STEPS}
    assert set(found.tables["samples"]["group"]) == {"a", "b"}


@pytest.mark.parametrize(
    ("change", "remade", "why"),
    [
        ({"cluster.resolution": 2}, {"clustering"}, "cluster.resolution"),
        ({"quality.debris": False}, {"quality control"}, "quality.debris"),
        ({"transform.cofactor": 100}, {"transform"}, "transform.cofactor"),
    ],
)
def test_what_depends_on_another_parameter_is_made_again_and_said(small, out, tmp_path, change, remade, why):
    settings = QUICK | change
    used, again = resumed(small, out, settings=settings)
    said = {data["what"]: data for code, data in again if code == "made with another"}
    assert set(said) == {why}
    assert {said[why]["step"]} == remade
    assert said[why]["now"] == change[why]
    after = {data["step"] for code, data in again if code == "rests on another"}
    assert "describing clusters" in after
    assert not (remade | after) & set(used)
    ct.run(small / "samples.csv", out=tmp_path / "fresh", rules="msc", settings=settings)
    for part in ("labels", "tables"):
        assert tree(out / part) == tree(tmp_path / "fresh" / part)


def test_a_sample_that_came_or_changed_is_the_only_one_that_is_prepared(small, out, tmp_path):
    folder = shutil.copytree(small, tmp_path / "cohort")
    path = folder / "fcs" / "S02.fcs"
    file = ct.io.open_fcs(path)
    ct.io.write_fcs(path, file.read(0, 2000), file.channels, spill=file.spill)
    used, again = resumed(folder, out)
    assert used["quality control"] == ["S01", "S03"]
    assert ("made with another", "the file", ["S02"]) in [(code, d.get("what"), d["samples"]) for code, d in again]


def test_another_version_makes_all_again(small, out, monkeypatch):
    others = _recipe.versions() | {"numpy": "0.1"}
    for module in ("_context", "_prepare"):
        monkeypatch.setattr(f"cytoclust.pipeline.{module}.versions", lambda: others)
    used, again = resumed(small, out)
    assert {data["what"] for code, data in again if code == "made with another"} == {"numpy"}
    assert used == {}


@pytest.mark.parametrize("name", ["clustering/value.bin", "clustering/meta.json", "quality-control-*/value.bin"])
def test_flipped_bytes_are_noticed_and_made_again(small, whole, out, name):
    path = next((out / ".store").glob(name))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    used, again = resumed(small, out)
    assert [code for code, _ in again] == ["kept is damaged"]
    assert again[0][1]["step"] in name.replace("-", " ")
    assert (len(used["quality control"]), "clustering" in used) in ((2, True), (3, False))
    same_results(out, whole)


def test_flipped_events_are_noticed_where_they_are_used(small, whole, tmp_path, monkeypatch):
    with monkeypatch.context() as patched:
        stop_at(patched, "cytoclust.pipeline._cluster.scale")
        with pytest.raises(KeyboardInterrupt):
            ct.run(small / "samples.csv", out=tmp_path / "OUT", rules="msc", settings=QUICK)
    path = next((tmp_path / "OUT" / ".store").glob("events-*/events.npy"))
    data = bytearray(path.read_bytes())
    data[-5] ^= 64
    path.write_bytes(data)
    _, again = resumed(small, tmp_path / "OUT")
    assert [(code, data["step"], len(data["samples"])) for code, data in again] == [("kept is damaged", "events", 1)]
    same_results(tmp_path / "OUT", whole)


def test_a_store_is_told_of_and_not_used_unless_asked(small, out):
    class Listener:
        def __init__(self):
            self.notes = []

        def stage(self, name, total): ...
        def advance(self, events): ...

        def tell(self, what, **data):
            self.notes += [data["code"]] if what == "note" else []

    heard = Listener()
    found = ct.run(small / "samples.csv", out=out, rules="msc", settings=QUICK, progress=heard)
    assert heard.notes == ["store left by finished"]
    assert found.record["resumed"] is None


def test_clean_removes_what_was_kept_and_no_result(out):
    before = {name: data for name, data in tree(out).items() if not name.startswith(".store")}
    assert str(ct.clean(out)).endswith("MB removed")
    assert tree(out) == before
    assert ct.clean(out).n_bytes == 0
    with pytest.raises(InputError, match="is no folder"):
        ct.clean(out / "nowhere")


def test_a_file_that_vanishes_midway_is_left_out_if_that_was_asked(small, tmp_path, monkeypatch):
    folder = shutil.copytree(small, tmp_path / "cohort")

    def vanishing(path, digest=_file_digests.sha256):
        if path.name == "S02.fcs":
            path.unlink(missing_ok=True)
        return digest(path)

    monkeypatch.setattr(_file_digests, "sha256", vanishing)
    result = ct.run(folder / "samples.csv", out=tmp_path / "OUT", settings=QUICK, on_error="skip")
    (left,) = result.record["left_out"]
    assert (left["sample_id"], left["step"]) == ("S02", "quality control")
    assert "S02.fcs" in left["why"]
    assert [each["sample_id"] for each in result.record["inputs"]] == ["S01", "S03"]
    assert not (tmp_path / "OUT" / "labels" / "S02.parquet").exists()
    shutil.copytree(small, folder, dirs_exist_ok=True)
    with pytest.raises(InputError, match=r"S02\.fcs"):
        ct.run(folder / "samples.csv", out=tmp_path / "OUT", settings=QUICK)


def test_a_full_disk_is_one_line_and_is_gone_on_from(small, whole, tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("cytoclust.pipeline.export._tables.write_csv", full)
        with pytest.raises(LimitError, match="No space left on device") as caught:
            ct.run(small / "samples.csv", out=tmp_path / "OUT", rules="msc", settings=QUICK)
    assert "--resume" in caught.value.__notes__[0]
    used, _ = resumed(small, tmp_path / "OUT")
    assert "clustering" in used
    same_results(tmp_path / "OUT", whole)
