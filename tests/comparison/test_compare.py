"""Gates beside clusters and names: against the run's own names, and gates whose counts are known."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cytoclust.comparison import compare
from cytoclust.errors import InputError
from cytoclust.findings import from_cell
from cytoclust.io import open_events
from cytoclust.pipeline import redraw
from cytoclust.tables import read_csv
from tests.io.workspaces import write as w

pytestmark = pytest.mark.slow


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the report as it is: drawing it takes ten times as long as all else."""
    monkeypatch.setattr("cytoclust.comparison._compare.redraw", lambda folder: folder)


@pytest.mark.usefixtures("quick")
def test_a_runs_own_names_agree_with_it_wholly(run: Path, labels: Path) -> None:
    found = compare(run, labels).tables
    clusters = read_csv("clusters", run / "tables" / "clusters.csv")
    rules = found["gate_rules"].set_index("gate")
    leaf = [name for name in rules.index if (clusters["population"] == name).any()]
    parents = {name for name in leaf if rules.loc[name, "n_population"] > rules.loc[name, "n_gate"]}
    assert len(leaf) > 3
    for name in set(leaf) - parents:
        row = rules.loc[name]
        assert (row["population"], row["matched_by"], row["f1"], row["lost"]) == (name, "name", 1.0, 0)
        assert row["bias"] == pytest.approx(0)
    unions = found["gate_clusters"]
    for name in leaf:
        whole = unions[(unions["gate"] == name) & (unions["half"] == "all")].iloc[0]
        mine = clusters.loc[clusters["population"] == name, "cluster"]
        assert set(map(int, whole["clusters"].split(", "))) == set(mine)
        assert whole["f1_chosen_by"] == 1
    judged = unions[(unions["half"] != "all") & unions["f1"].notna()]
    assert judged["f1"].max() == 1
    assert found["gate_overlap"]["n_both"].sum() > 0


@pytest.mark.usefixtures("sketched")
def test_it_is_told_in_the_report_which_can_be_drawn_again(run: Path, labels: Path) -> None:
    before = (run / "report.html").read_text(encoding="utf-8")
    compare(run, labels)
    page = (run / "report.html").read_text(encoding="utf-8")
    assert 'id="manual-gates"' not in before
    assert page.count('<section id="manual-gates"') == 1
    assert "labels.csv" in page
    redraw(run)
    assert (run / "report.html").read_text(encoding="utf-8") == page


@pytest.mark.usefixtures("quick")
def test_labels_that_are_not_of_this_run_are_refused_and_nothing_is_written(run: Path, tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    for text, told in (
        ("sample_id,event,label\nother,0,x\n", "no gate can be used in any of 4 samples"),
        ("event,label\n0,x\n", "no column 'sample_id', and the run has 4 samples"),
        ("sample_id,event,label\nS01,6000,x\n", "labels event 6000"),
    ):
        path.write_text(text)
        with pytest.raises(InputError, match=told) as caught:
            compare(run, path)
        assert "\n" not in str(caught.value)
    assert not (run / "tables" / "gates_read.csv").exists()


@pytest.mark.usefixtures("quick")
def test_a_map_says_which_population_a_gate_is(run: Path, labels: Path, tmp_path: Path) -> None:
    table = pd.read_csv(labels, keep_default_na=False)
    table["label"] = table["label"].where(table["label"] != "leukocyte", "CD45 gate")
    table.to_csv(labels, index=False)
    chosen = tmp_path / "map.yaml"
    chosen.write_text("CD45 gate: leukocyte\n")
    row = compare(run, labels, mapping=chosen).tables["gate_rules"].set_index("gate").loc["CD45 gate"]
    assert (row["population"], row["matched_by"]) == ("leukocyte", "given")
    row = compare(run, labels).tables["gate_rules"].set_index("gate").loc["CD45 gate"]
    assert row["matched_by"] == "overlap"
    assert [note.code for note in from_cell(row["note"])] == ["gate matched by overlap"]
    for text, told in (
        ("CD45 gate: nobody\n", "the population 'nobody'"),
        ("X: leukocyte\n", "the gate 'X'"),
        ("- 1\n", "must say"),
    ):
        chosen.write_text(text)
        with pytest.raises(InputError, match=told):
            compare(run, labels, mapping=chosen)


def workspace(run: Path, path: Path, off: int = 0) -> dict[str, int]:
    """A gate on FSC-A with its count in each sample, ``off`` too many in the first."""
    samples, counts = [], {}
    for number, each in enumerate(json.loads((run / "run.json").read_text())["inputs"]):
        file = open_events(each["path"])
        column = [channel.name for channel in file.channels].index("FSC-A")
        high = file.read(columns=[column])[:, 0] >= 60_000
        counts[each["sample_id"]] = int(high.sum())
        count = counts[each["sample_id"]] + (off if number == 0 else 0)
        gate = w.population("large", w.rectangle(w.dimension("FSC-A", 60_000.0)), count=count)
        keywords = {"$TOT": str(file.n_events)}
        samples.append(w.sample(Path(each["path"]).name, gate, keywords=keywords))
    path.write_text(w.workspace(*samples))
    return counts


@pytest.mark.usefixtures("quick")
def test_a_gate_that_is_not_reproduced_is_told_and_not_used(run: Path, tmp_path: Path) -> None:
    pytest.importorskip("flowkit", reason="gates of XML need `pip install 'cytoclust[workspaces]'`")
    counts = workspace(run, tmp_path / "a.wsp", off=900)
    found = compare(run, tmp_path / "a.wsp")
    read = found.tables["gates_read"].set_index("sample_id")
    assert read["n_events"].to_dict() == counts
    first, *others = counts
    assert read["status"].to_dict() == {first: "not reproduced"} | dict.fromkeys(others, "reproduced")
    assert read.loc[first, "difference"] == -900
    assert set(found.tables["gate_overlap"]["sample_id"]) == set(others)
    assert found.tables["gate_rules"]["n_samples"].tolist() == [len(others)]
    assert f"the gate large is not used in {first}" in str(found.notes[0])
    written = {name: read_csv(name, run / "tables" / f"{name}.csv") for name in found.tables}
    for name, table in found.tables.items():
        pd.testing.assert_frame_equal(written[name], table, check_dtype=False)


@pytest.mark.usefixtures("quick")
def test_files_that_moved_are_found_by_name_and_sum_and_changed_ones_are_not_taken(run: Path, tmp_path: Path) -> None:
    pytest.importorskip("flowkit", reason="gates of XML need `pip install 'cytoclust[workspaces]'`")
    counts = workspace(run, tmp_path / "a.wsp")
    record = json.loads((run / "run.json").read_text())
    elsewhere = tmp_path / "archive"
    elsewhere.mkdir()
    for number, each in enumerate(record["inputs"]):
        target = elsewhere / Path(each["path"]).name
        shutil.copy(each["path"], target)
        each["path"] = str(tmp_path / "gone" / target.name)
        if number == 0:
            data = bytearray(target.read_bytes())
            data[-1] ^= 1
            target.write_bytes(bytes(data))
    (run / "run.json").write_text(json.dumps(record))
    read = compare(run, tmp_path / "a.wsp", fcs=elsewhere).tables["gates_read"].set_index("sample_id")
    first, *others = counts
    assert [note.code for note in from_cell(read.loc[first, "reason"])] == ["events changed"]
    assert (read.loc[others, "status"] == "reproduced").all()
    shutil.rmtree(elsewhere)
    with pytest.raises(
        InputError, match=r"no gate can be used in any of 4 samples.*give the folder it is in with --fcs"
    ):
        compare(run, tmp_path / "a.wsp")


@pytest.mark.usefixtures("quick")
def test_a_new_run_takes_an_old_comparison_away(run: Path, labels: Path) -> None:
    from cytoclust.pipeline._output import Output

    compare(run, labels)
    assert (run / "tables" / "gate_rules.csv").exists()
    with Output(run, ["run.json"]) as output:
        output.path("run.json").write_text("{}")
    assert not list((run / "tables").glob("gate*.csv"))
    assert (run / "tables" / "clusters.csv").exists()


@pytest.mark.usefixtures("quick")
def test_precision_recall_and_what_is_lost_add_up(run: Path, labels: Path) -> None:
    tables = compare(run, labels).tables
    pairs = tables["gate_overlap"]
    assert np.allclose(pairs["precision"], pairs["n_both"] / pairs["n_population"], equal_nan=True)
    assert np.allclose(pairs["recall"], pairs["n_both"] / pairs["n_gate"], equal_nan=True)
    assert (pairs["n_gate"] > 0).any()
    assert ((pairs["ci_low"] <= pairs["f1"]) & (pairs["f1"] <= pairs["ci_high"]) | pairs["f1"].isna()).all()
    rules = tables["gate_rules"]
    assert (rules["lost"] == rules["n_gate"] - rules["n_both"]).all()
    assert (rules["n_lost_to"] <= rules["lost"]).all()


@pytest.mark.usefixtures("quick")
def test_a_gate_without_a_population_agrees_with_none(run: Path, tmp_path: Path) -> None:
    """Where no population shares an event, there is nothing of which F1 could be 0."""
    sample = json.loads((run / "run.json").read_text())["inputs"][0]["sample_id"]
    told = pd.read_parquet(run / "labels" / f"{sample}.parquet")
    aside = told.loc[told["qc"] != "ok", "event"]
    assert len(aside)
    table = pd.DataFrame({"sample_id": sample, "event": aside, "label": "debris"})
    table.to_csv(tmp_path / "aside.csv", index=False)
    made = compare(run, tmp_path / "aside.csv")
    (row,) = made.tables["gate_rules"].to_dict("records")
    assert row["population"] == ""
    assert np.isnan([row["precision"], row["recall"], row["f1"]]).all()
    assert "debris: no population\n" in repr(made)
