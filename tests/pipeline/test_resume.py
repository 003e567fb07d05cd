"""A run that goes on from an earlier one gives what an undisturbed one gives, and makes no more than it must."""

import errno
import re
import shutil
import subprocess

import numpy as np
import pandas as pd
import pytest

import cytoclust as ct
from cytoclust import rules
from cytoclust.errors import InputError, LimitError
from cytoclust.pipeline import _cluster, _file_digests, _recipe
from cytoclust.pipeline._steps import all_steps
from tests.pipeline.made import QUICK, steps_to, tree, undrawn

MSC = rules.load("msc")
KEPT = {
    "quality control",
    "keeping controls",
    "transform",
    "clustering",
    "describing clusters",
    "event sample",
    "acquisition",
}
SAMPLES = ["S01", "S02", "S03"]


def go(small, out, settings=QUICK, *, resume=True, **options):
    """A run as far as its tables."""
    return steps_to("tables", small / "samples.csv", out, settings, rules=MSC, resume=resume, **options)


@pytest.fixture(scope="module")
def first(tmp_path_factory, small):
    """An undisturbed run, and the folder with what it keeps."""
    out = tmp_path_factory.mktemp("resume") / "OUT"
    return go(small, out, resume=False), out


@pytest.fixture
def whole(first):
    return first[0]


@pytest.fixture
def out(first, tmp_path):
    """A copy of what it keeps."""
    return shutil.copytree(first[1], tmp_path / "OUT")


def used(made):
    return {step for step, _ in made["context"].store.used}


def again(made):
    return [(note.code, note.data) for note in made["context"].store.again]


def assert_same(one, other):
    """Labels and tables to the bit, and all notes."""
    np.testing.assert_array_equal(one["clustering"].labels, other["clustering"].labels)
    np.testing.assert_array_equal(one["clustering"].probability, other["clustering"].probability)
    assert set(one["tables"]) == set(other["tables"])
    for name, table in one["tables"].items():
        pd.testing.assert_frame_equal(table, other["tables"][name], check_exact=True)
    assert one["context"].found == other["context"].found
    for mine, yours in zip(one["prepared"], other["prepared"], strict=True):
        assert (mine.summary, mine.judged, mine.hints) == (yours.summary, yours.judged, yours.hints)


def stop_at(monkeypatch, function, error=KeyboardInterrupt):
    def stopped(*_, **__):
        raise error

    monkeypatch.setattr(f"cytoclust.pipeline.{function}", stopped)


@pytest.mark.parametrize(
    ("function", "steps"),
    [
        ("_cluster.scale", {"quality control", "keeping controls"}),
        ("_cluster.cluster", {"quality control", "keeping controls", "transform"}),
        ("_count.count", KEPT),
    ],
)
def test_a_stopped_run_is_gone_on_with(small, whole, tmp_path, monkeypatch, function, steps):
    with monkeypatch.context() as patched:
        stop_at(patched, function)
        with pytest.raises(KeyboardInterrupt):
            go(small, tmp_path / "OUT", resume=False)
    assert [path.name for path in (tmp_path / "OUT").iterdir()] == [".store"]
    found = go(small, tmp_path / "OUT")
    assert used(found) == steps
    assert [sample for step, sample in found["context"].store.used if step == "quality control"] == SAMPLES
    assert again(found) == []
    assert_same(found, whole)


def test_other_rules_thresholds_and_comparisons_cluster_nothing_again(small, whole, out, monkeypatch):
    """Events are decoded again for the pictures of patients, which depend on names and cuts, and that is said."""

    def taken(*_, **__):
        raise AssertionError

    monkeypatch.setattr(_cluster, "cluster_events", taken)
    settings = QUICK | {"annotate.thresholds": {"CD45": 2.0}, "contrasts.alpha": 0.1, "report.title": "Another"}
    made = steps_to("tables", small / "samples.csv", out, settings, rules=rules.load("bone_marrow"), resume=True)
    assert used(made) == KEPT
    assert again(made) == [("events decoded again", {"samples": SAMPLES})]
    assert made["tables"]["thresholds"].set_index("marker")["positive"]["CD45"] == 2.0
    np.testing.assert_array_equal(made["clustering"].labels, whole["clustering"].labels)
    assert set(made["tables"]["populations"]["population"]) != set(whole["tables"]["populations"]["population"])


def test_another_sheet_of_the_same_files_clusters_nothing_again(small, out, tmp_path):
    table = pd.read_csv(small / "samples.csv")
    table["path"] = [str(small / path) for path in table["path"]]
    table["group"] = ["a", "b", "a"]
    table.to_csv(tmp_path / "samples.csv", index=False)
    found = go(tmp_path, out)
    assert used(found) == KEPT
    assert set(found["tables"]["samples"]["group"]) == {"a", "b"}


@pytest.mark.parametrize(
    ("change", "remade"),
    [
        ({"cluster.resolution": 2}, "clustering"),
        ({"quality.debris": False}, "quality control"),
        ({"transform.cofactor": 100}, "transform"),
        ({"run.seed": 5}, "clustering"),
    ],
)
def test_what_depends_on_another_parameter_is_made_again_and_said(small, out, tmp_path, change, remade):
    found = go(small, out, QUICK | change)
    ((why, now),) = change.items()
    said = {(data["step"], data["now"]) for code, data in again(found) if code == "made with another"}
    assert (remade, now) in said
    assert {data["what"] for code, data in again(found) if code == "made with another"} == {why}
    decoded = [data["samples"] for code, data in again(found) if code == "events decoded again"]
    assert decoded == ([SAMPLES] if remade != "quality control" else [])
    assert "describing clusters" not in used(found)
    assert remade not in used(found)
    assert_same(found, go(small, tmp_path / "fresh", QUICK | change, resume=False))


def test_workers_blocks_and_where_events_are_make_nothing_again(small, whole, out):
    found = go(small, out, QUICK | {"run.workers": 1, "run.chunk_events": 1000, "run.store": "disk"})
    assert used(found) == KEPT
    assert again(found) == [("events decoded again", {"samples": SAMPLES})]
    assert_same(found, whole)


def test_a_sample_that_changed_is_the_only_one_that_is_prepared(small, out, tmp_path):
    folder = shutil.copytree(small, tmp_path / "cohort")
    path = folder / "fcs" / "S02.fcs"
    file = ct.io.open_fcs(path)
    ct.io.write_fcs(path, file.read(0, 2000), file.channels, spill=file.spill)
    found = steps_to("transform", folder / "samples.csv", out, resume=True)
    assert [sample for step, sample in found["context"].store.used if step == "quality control"] == ["S01", "S03"]
    assert again(found)[0] == (
        "made with another",
        again(found)[0][1] | {"step": "quality control", "samples": ["S02"], "what": "the file"},
    )


def test_another_version_makes_all_again(small, out, monkeypatch):
    others = _recipe.versions() | {"numpy": "0.1"}
    for module in ("_context", "_prepare"):
        monkeypatch.setattr(f"cytoclust.pipeline.{module}.versions", lambda: others)
    found = steps_to("transform", small / "samples.csv", out, resume=True)
    assert used(found) == set()
    assert {data["what"] for _, data in again(found)} == {"numpy"}


@pytest.mark.parametrize("name", ["clustering/value.bin", "transform/meta.json", "quality-control-*/value.bin"])
def test_flipped_bytes_are_noticed_and_made_again(small, whole, out, name):
    path = next((out / ".store").glob(name))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    found = go(small, out)
    (damaged,) = [data["step"] for code, data in again(found) if code == "kept is damaged"]
    assert damaged == name.split("/")[0].replace("-*", "").replace("-", " ")
    assert len(found["context"].store.used) == len(SAMPLES) + len(KEPT) - 2
    assert_same(found, whole)


def test_flipped_events_are_noticed_where_they_are_used(small, whole, tmp_path, monkeypatch):
    with monkeypatch.context() as patched:
        stop_at(patched, "_cluster.scale")
        with pytest.raises(KeyboardInterrupt):
            go(small, tmp_path / "OUT", resume=False)
    path = next((tmp_path / "OUT" / ".store").glob("events-*/events.npy"))
    data = bytearray(path.read_bytes())
    data[-5] ^= 64
    path.write_bytes(data)
    found = go(small, tmp_path / "OUT")
    assert [(code, data["step"], len(data["samples"])) for code, data in again(found)] == [
        ("kept is damaged", "events", 1)
    ]
    assert_same(found, whole)


def test_a_file_that_vanishes_midway_is_left_out_if_that_was_asked(small, tmp_path, monkeypatch):
    def vanished(path, digest=_file_digests.sha256):
        return digest(path.with_name("gone.fcs") if path.name == "S02.fcs" else path)

    monkeypatch.setattr(_file_digests, "sha256", vanished)
    made = steps_to("quality control", small / "samples.csv", tmp_path / "OUT", on_error="skip")
    (left,) = made["context"].left_out
    assert (left.sample_id, left.step) == ("S02", "quality control")
    assert "gone.fcs" in left.why
    assert [sample.sample_id for sample in made["samples"]] == ["S01", "S03"]
    assert len(made["prepared"]) == len(made["sources"]) == len(made["digests"]) == 2
    with pytest.raises(InputError, match=r"gone\.fcs"):
        steps_to("quality control", small / "samples.csv", tmp_path / "OUT")


def page(out):
    """The report without what tells when, how fast and by which command it was made."""
    text = (out / "report.html").read_text(encoding="utf-8")
    steps = "|".join(re.escape(step.name) for step in all_steps())
    head = rf"(<t[hd][^>]*>(?:<strong>)?({steps}|all)(?:</strong>)?</t[hd]>)"
    text = re.sub(rf'{head}<td class="num" data-sort="[\d.e-]+">[\d.]+</td>', r"\1", text)
    return re.sub(r"\d+(\.\d+)? (s|MB|GB|min)\b|\d{4}-\d\d-\d\d[T ][\d:+]*", "", text)


class Listener:
    """Hears notes."""

    def __init__(self):
        self.notes = []

    def stage(self, name, total): ...
    def advance(self, events): ...

    def tell(self, what, **data):
        self.notes += [data["code"]] if what == "note" else []


@pytest.fixture
def small_disk(tmp_path):
    """A disk of its own that can be made larger; only who may mount one has it."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    if not mount or subprocess.run([mount, "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], check=False).returncode:
        pytest.skip("no disk can be mounted here")
    yield disk, lambda size: subprocess.run([mount, "-o", f"remount,size={size}", disk], check=True)
    subprocess.run([shutil.which("umount"), "-l", disk], check=True)


@pytest.mark.slow
@pytest.mark.usefixtures("undrawn")
def test_a_disk_that_is_full_in_fact_is_said_and_gone_on_from(small, whole, tmp_path, small_disk):
    disk, enlarge = small_disk
    with pytest.raises(LimitError, match="No space left on device"):
        ct.run(small / "samples.csv", out=disk / "OUT", rules="msc", settings=QUICK)
    assert {path.name for path in (disk / "OUT").iterdir()} <= {".store"}
    enlarge("50m")
    result = ct.run(small / "samples.csv", out=disk / "OUT", rules="msc", settings=QUICK, resume=True)
    assert result.record["resumed"]["used"]
    for name, table in whole["tables"].items():
        pd.testing.assert_frame_equal(result.tables[name], table, check_exact=True)


@pytest.mark.slow
@pytest.mark.usefixtures("sketched")
def test_a_run_stopped_at_its_report_and_a_full_disk(small, tmp_path, monkeypatch):
    """Whole runs: what is on the disk, what is said, and what may be removed."""
    out, given, heard = tmp_path / "OUT", {"rules": "msc", "settings": QUICK}, Listener()
    ct.run(small / "samples.csv", out=tmp_path / "whole", **given)
    full = OSError(errno.ENOSPC, "No space left on device")
    with monkeypatch.context() as patched:
        stop_at(patched, "export._report.export_report", full)
        with pytest.raises(LimitError, match="No space left on device") as caught:
            ct.run(small / "samples.csv", out=out, **given)
    assert caught.value.__notes__ == [f"What was done is kept in {out / '.store'}: --resume goes on from it."]
    assert [path.name for path in out.iterdir()] == [".store"]
    result = ct.run(small / "samples.csv", out=out, resume=True, **given)
    assert set(result.record["resumed"]["used"]) == {*KEPT, "UMAP"}
    for part in ("labels", "tables"):
        assert tree(out / part) == tree(tmp_path / "whole" / part)
    assert page(out) == page(tmp_path / "whole")
    with undrawn():
        found = ct.run(small / "samples.csv", out=out, progress=heard, **given)
    assert heard.notes == ["store left by finished"]
    assert found.record["resumed"] is None
    before = {name: data for name, data in tree(out).items() if not name.startswith(".store")}
    assert str(ct.clean(out)).endswith("MB removed")
    assert tree(out) == before
    assert ct.clean(out).n_bytes == 0
    with pytest.raises(InputError, match="is no folder"):
        ct.clean(out / "nowhere")
