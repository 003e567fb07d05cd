"""Exports: what other programs find in the files of a run."""

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import cytoclust as ct
from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.executor import Threads
from cytoclust.io import open_fcs, read_labels
from cytoclust.io.gates import Gate, inside
from cytoclust.pipeline import Result
from cytoclust.pipeline._clear_exports import clear_exports
from cytoclust.pipeline._labelled import LabelledCohort
from cytoclust.pipeline._open_finished import open_finished
from cytoclust.pipeline.export import read_gates, write_gates
from tests.once import once
from tests.pipeline.made import QUICK, cohort, finished, tree

SLASHED = "MSC CD146+/CD271-"


SLASHED = "MSC CD146+/CD271-"


def copy(result: Result, to: Path) -> Path:
    """A folder of a finished run that a test may write to."""
    return Path(shutil.copytree(result.out, to / "OUT"))


def gates(labelled: LabelledCohort) -> list[Gate]:
    """By hand: two polygons and a range, with names that are neither ids nor names of files."""
    axes = dict(zip(labelled.panel.names, labelled.axes, strict=True))
    area, height, first, second = axes["FSC-A"], axes["FSC-H"], axes["CD45"], axes["CD271"]
    box = np.array([[0.2, 0.1], [1.0, 0.1], [1.1, 0.8], [0.3, 1.0]])
    return [
        Gate("singlets", None, (area, height), vertices=box * 150_000),
        Gate("../CD45 <&>", "singlets", (first, second), vertices=box * [6.0, 5.0]),
        Gate("=upper", "../CD45 <&>", (axes["CD34"],), bounds=((0.31, np.inf),)),
    ]


def exported(base: Path) -> Path:
    """A folder with everything exported, sort gates too."""

    def make(folder: Path) -> Path:
        out = copy(finished(base), folder)
        (out / "gates").mkdir()
        labelled = open_finished(out, Threads(1))
        mine = gates(labelled)
        write_gates(out / "gates", labelled, {SLASHED: mine, "msc cd146+_cd271-": mine[:1], f"{SLASHED}.2": mine[:2]})
        ct.export(out, flowjo=True)
        return out

    return once(base, "exported", make)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="module")
def labelled(out: Path) -> LabelledCohort:
    return open_finished(out, Threads(1))


def legend(path: Path) -> pd.DataFrame:
    return pd.read_csv(path / "legend.csv", keep_default_na=False)


def samples(out: Path) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads((out / "run.json").read_text())["inputs"]
    return told


def test_columns_say_what_labels_say(out: Path) -> None:
    table = legend(out / "fcs")
    names = {column: rows.set_index("code")["name"] for column, rows in table.groupby("column")}
    total: dict[str, dict[int, int]] = {column: {} for column in names}
    for sample in samples(out):
        file = open_fcs(out / "fcs" / f"{sample['sample_id']}.fcs")
        raw = open_fcs(sample["path"])
        np.testing.assert_array_equal(file.records[:]["0"], raw.records[:]["0"])
        np.testing.assert_array_equal(file.read(columns=range(len(raw.channels))), raw.read())
        ours = pd.DataFrame(
            file.read(columns=range(len(raw.channels), len(file.channels))),
            columns=[channel.name for channel in file.channels[len(raw.channels) :]],
        )
        labels = read_labels(out / "labels" / f"{sample['sample_id']}.parquet")
        assert list(ours) == [keys.CLUSTER, keys.POPULATION, keys.QC_COLUMN, keys.PROBABILITY, "cluster_jitter"]
        np.testing.assert_array_equal(ours[keys.CLUSTER], labels[keys.CLUSTER] + 1)
        told = ours[keys.POPULATION].map(names[keys.POPULATION])
        assert (told == labels[keys.POPULATION].astype(str).replace(keys.UNASSIGNED, "none")).all()
        assert (ours[keys.QC_COLUMN].map(names[keys.QC_COLUMN]) == labels[keys.QC_COLUMN].astype(str)).all()
        np.testing.assert_array_equal(ours[keys.PROBABILITY], labels[keys.PROBABILITY].fillna(0))
        away = ours["cluster_jitter"] - ours[keys.CLUSTER]
        assert (away.abs() <= 0.3 + 1e-5).all()
        assert away[ours[keys.CLUSTER] > 0].abs().mean() == pytest.approx(0.15, rel=0.1)
        assert (ours.min() >= 0).all()
        limits = [channel.range for channel in file.channels[len(raw.channels) :]]
        assert (np.array(limits) > ours.max() + 0.999).all()
        for column in total:
            for code, n in ours[column].astype(int).value_counts().items():
                total[column][int(code)] = total[column].get(int(code), 0) + int(n)
        assert file.text["$FIL"] == f"{sample['sample_id']}.fcs"
        assert file.text["CYTOCLUST POPULATION 1"] == names[keys.POPULATION][1]
    for row in table.itertuples():
        assert row.n_events == total[row.column].get(row.code, 0)


def test_columns_are_no_markers_to_whoever_reads_the_file_again(out: Path) -> None:
    file = open_fcs(next((out / "fcs").glob("*.fcs")))
    assert [channel.role for channel in file.channels[-5:]] == ["index"] * 5


def test_flowjo_imports_positive_integers(out: Path) -> None:
    table = legend(out / "flowjo")
    names = {column: rows.set_index("code")["name"] for column, rows in table.groupby("column")}
    assert table["code"].min() == 1
    for sample in samples(out):
        labels = read_labels(out / "labels" / f"{sample['sample_id']}.parquet")
        ours = pd.read_csv(out / "flowjo" / f"{sample['sample_id']}.csv")
        assert list(ours) == [keys.CLUSTER, keys.POPULATION]
        assert ours.min().min() >= 1
        told = ours[keys.POPULATION].map(names[keys.POPULATION])
        assert (told == labels[keys.POPULATION].astype(str).replace(keys.UNASSIGNED, "none")).all()
        told = ours[keys.CLUSTER].map(names[keys.CLUSTER])
        assert (told == labels[keys.CLUSTER].astype(str).replace("-1", "set aside")).all()


def test_another_program_counts_in_the_workspace_what_labels_and_gates_say(
    out: Path, labelled: LabelledCohort, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    flowkit = pytest.importorskip("flowkit", reason="FlowKit is in the extra `workspaces`")
    shutil.copytree(out, tmp_path / "elsewhere")  # paths are relative
    shutil.rmtree(tmp_path / "elsewhere" / "labels")
    monkeypatch.chdir(tmp_path)
    workspace = flowkit.Workspace(
        str(tmp_path / "elsewhere" / "flowjo" / "cohort.wsp"), find_fcs_files_from_wsp=True
    )  # fmt: skip
    made = gates(labelled)
    for sample in labelled.samples:
        name = f"{sample.sample_id}.fcs"
        workspace.analyze_samples(sample_id=name, use_mp=False)
        labels = read_labels(out / "labels" / f"{sample.sample_id}.parquet")
        for population in labelled.populations:
            found = workspace.get_gate_membership(name, population)
            np.testing.assert_array_equal(found, labels[keys.POPULATION] == population)
        events = sample.source.read(0, sample.n_events)
        signals = dict(zip(labelled.axes, events.T, strict=True))
        paths = {path[0]: path[1] for path in workspace.get_gate_ids(name)}
        for gate, shown in zip(made[1:], ("..|CD45 <&> (MSC CD146+|CD271-)", "=upper"), strict=True):
            mine = inside(gate, signals.__getitem__, made)
            np.testing.assert_array_equal(workspace.get_gate_membership(name, shown, paths[shown]), mine)
            assert 0 < mine.sum() < len(mine)


def test_another_program_finds_in_gating_ml_what_gates_say(out: Path, labelled: LabelledCohort) -> None:
    flowkit = pytest.importorskip("flowkit", reason="FlowKit is in the extra `workspaces`")
    made = gates(labelled)
    files = json.loads((out / "gates" / "gates.json").read_text())[SLASHED]["files"]
    assert len(files) == 2  # batches have different matrices
    for sample in labelled.samples:
        (file,) = (name for name, group in files.items() if sample.sample_id in group)
        strategy = flowkit.parse_gating_xml(str(out / "gates" / file))
        found = strategy.gate_sample(flowkit.Sample(str(sample.source.file.path)))
        signals = dict(zip(labelled.axes, sample.source.read(0, sample.n_events).T, strict=True))
        for number, gate in enumerate(made, start=1):
            (name,) = (path[0] for path in strategy.get_gate_ids() if path[0].startswith(f"gate_{number}_"))
            np.testing.assert_array_equal(
                found.get_gate_membership(name), inside(gate, signals.__getitem__, made)
            )  # fmt: skip


def test_names_of_populations_become_safe_names_of_files(out: Path, labelled: LabelledCohort) -> None:
    assert sorted(path.name for path in (out / "gates").iterdir()) == [
        "MSC CD146+_CD271-.2.xml", "MSC CD146+_CD271-.2_2.2.xml", "MSC CD146+_CD271-.2_2.xml", "MSC CD146+_CD271-.xml",
        "gates.json", "msc cd146+_cd271-_2.xml",
    ]  # fmt: skip
    read = read_gates(out / "gates")
    assert list(read) == [SLASHED, "msc cd146+_cd271-", f"{SLASHED}.2"]
    for gate, again in zip(gates(labelled), read[SLASHED], strict=True):
        assert (again.name, again.parent, again.axes, again.bounds) == (gate.name, gate.parent, gate.axes, gate.bounds)
        assert again.vertices is None if gate.vertices is None else np.array_equal(again.vertices, gate.vertices)


@pytest.mark.slow
@pytest.mark.usefixtures("undrawn")
def test_a_run_writes_what_a_command_after_it_does(tmp_path: Path, small: Path) -> None:
    ct.run(small / "samples.csv", out=tmp_path, settings=QUICK | {"export.flowjo": True})
    before = {name: data for name, data in tree(tmp_path).items() if name.startswith(("fcs/", "flowjo/"))}
    assert len(before) == 2 * 3 + 3  # two legends and the workspace
    ct.export(tmp_path, flowjo=True)
    assert {name: data for name, data in tree(tmp_path).items() if name.startswith(("fcs/", "flowjo/"))} == before


def test_what_an_earlier_run_exported_goes_and_nothing_of_others(out: Path, tmp_path: Path) -> None:
    shutil.copytree(out, tmp_path / "OUT")
    mine = {"fcs/mine.fcs", "flowjo/mine.csv", "flowjo/mine.wsp", "gates/mine.xml"}
    for name in mine:
        (tmp_path / "OUT" / name).write_text("of the user")
    others = [name for name in tree(tmp_path / "OUT") if not name.startswith(("fcs/", "flowjo/", "gates/"))]
    clear_exports(tmp_path / "OUT")
    assert set(tree(tmp_path / "OUT")) == {*mine, *others}
    clear_exports(tmp_path / "OUT")
    assert set(tree(tmp_path / "OUT")) == {*mine, *others}


def test_a_run_over_what_it_would_replace_is_refused(out: Path, tmp_path: Path) -> None:
    shutil.copytree(out, tmp_path / "OUT")
    with pytest.raises(InputError, match=r"S01\.fcs was exported by the run in"):
        ct.run(tmp_path / "OUT" / "fcs", out=tmp_path / "OUT", settings=QUICK)


def test_files_that_moved_or_changed_are_refused_by_name(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    out = copy(finished(tmp_path_factory.getbasetemp()), tmp_path)
    record = json.loads((out / "run.json").read_text())
    moved = tmp_path / "moved.fcs"
    first = record["inputs"][0]
    content = Path(first["path"]).read_bytes()
    first["path"] = str(moved)
    (out / "run.json").write_text(json.dumps(record))
    with pytest.raises(InputError, match=rf"moved\.fcs of the sample {first['sample_id']} is not there"):
        ct.export(out, fcs=True)
    moved.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(InputError, match=r"moved\.fcs .* is not the file that was run"):
        ct.export(out, fcs=True)
    moved.write_bytes(content)
    assert ct.export(out, fcs=True).folders == (out / "fcs",)


@pytest.mark.parametrize("name", ["../S01", "a\x01", "/x/y", "con"])
def test_a_sample_whose_name_is_no_file_is_refused(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    out = copy(finished(tmp_path_factory.getbasetemp()), tmp_path)
    record = json.loads((out / "run.json").read_text())
    record["inputs"][0]["sample_id"] = name
    (out / "run.json").write_text(json.dumps(record))
    with pytest.raises(InputError, match=r"run\.json: .* cannot be the name of a file"):
        ct.export(out, fcs=True)


def test_another_matrix_is_noticed(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    out = copy(finished(tmp_path_factory.getbasetemp()), tmp_path)
    record = json.loads((out / "run.json").read_text())
    record["parameters"]["compensate"]["enabled"] = False
    (out / "run.json").write_text(json.dumps(record))
    with pytest.raises(InputError, match="are not what the run made of them"):
        ct.export(out, fcs=True)


@pytest.mark.parametrize("part", ["run.json", "cohort.h5ad", "labels"])
def test_a_folder_of_no_finished_run_is_refused(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, part: str
) -> None:
    out = copy(finished(tmp_path_factory.getbasetemp()), tmp_path)
    shutil.rmtree(out / part) if (out / part).is_dir() else (out / part).unlink()
    with pytest.raises(InputError, match=f"not the folder of a finished run: {part}"):
        ct.export(out, fcs=True)


def test_nothing_is_written_over_files_of_the_user(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    base = cohort(tmp_path_factory.getbasetemp())
    shutil.copytree(base / "fcs", tmp_path / "fcs")
    first = next(iter(sorted((tmp_path / "fcs").glob("*.fcs"))))
    before = first.read_bytes()
    with pytest.raises(InputError, match=r"would be written over by the export"):
        ct.run(tmp_path / "fcs", out=tmp_path, settings=QUICK | {"export.fcs": True})
    assert first.read_bytes() == before


def test_nothing_to_export_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing to export"):
        ct.export(tmp_path)


def test_names_that_a_spreadsheet_would_run_are_defused(tmp_path: Path) -> None:
    from cytoclust.pipeline._labelled import Counts
    from cytoclust.pipeline.export._codes import Codes

    counts = Counts({"=cmd|' /C calc'!A1": 3, 'a, "b"': 2}, {-1: 1, 0: 5}, {"ok": 5, "dead": 1})
    Codes(counts).write(tmp_path)
    with (tmp_path / "legend.csv").open(newline="") as handle:
        rows = [row for row in csv.reader(handle) if row[0] == keys.POPULATION]
    assert rows == [
        ["population", "0", "none", "1"], ["population", "1", "'=cmd|' /C calc'!A1", "3"],
        ["population", "2", 'a, "b"', "2"],
    ]  # fmt: skip
