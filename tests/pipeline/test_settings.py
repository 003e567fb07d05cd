"""What parameters change, and what files may differ in."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import cytoclust as ct
from cytoclust import io
from cytoclust.errors import InputError
from tests.pipeline.made import QUICK, labels, undrawn

pytestmark = pytest.mark.slow


def run(samples, out, **settings):
    """A run whose report is not drawn: for what is asked of labels, tables and the record."""
    dotted = {name.replace("__", "."): value for name, value in settings.items()}
    with undrawn():
        return ct.run(samples, out=out, rules="msc", settings=QUICK | dotted)


def linear(result, marker, cofactor=150):
    """What the event sample says of a marker, back on the linear scale."""
    column = result.adata.var_names.get_loc(marker)
    return np.sinh(result.adata.X[:, column].astype(float)) * cofactor


@pytest.mark.usefixtures("undrawn")
def test_without_rules_clusters_are_described_and_not_named(small, tmp_path):
    result = ct.run(small / "samples.csv", out=tmp_path, settings=QUICK)
    clusters = result.tables["clusters"]
    assert set(clusters["population"]) == {"unassigned"}
    assert (clusters["phenotype"].str.len() > 0).mean() > 0.8
    assert clusters["novelty"].isna().all()
    assert result.tables["populations"].empty
    assert result.record["rules"] is None
    for found in labels(tmp_path).values():
        assert set(found["population"]) == {"unassigned"}
        assert (found["cluster"] >= 0).sum() == (found["qc"] == "ok").sum() > 0


def test_quality_off(small, tmp_path):
    result = run(small / "samples.csv", tmp_path, quality__enabled=False)
    for found in labels(tmp_path).values():
        assert set(found["qc"]) == {"ok"}
        assert (found["cluster"] >= 0).all()
    assert all(each["ok"] == each["total"] == 2500 for each in result.record["events"])


@pytest.mark.parametrize(("switch", "code"), [("doublets", "doublet"), ("dead", "dead"), ("debris", "debris")])
def test_each_check_has_its_switch(small, tmp_path, switch, code):
    result = run(small / "fcs" / "S01.fcs", tmp_path, **{f"quality__{switch}": False})
    (events,) = result.record["events"]
    assert events[code] == 0
    assert events["ok"] < events["total"]


def test_transform_none_takes_the_data_as_they_are(small, tmp_path):
    file = io.open_fcs(small / "fcs" / "S01.fcs")
    result = run(small / "fcs" / "S01.fcs", tmp_path, transform__method="none")
    raw = file.read()[result.adata.obs["event"].to_numpy()]
    assert (raw == result.adata.X).all()  # neither compensated nor transformed
    assert {each["transform"] for each in result.record["panel"]} == {"none"}
    assert any("compensated already" in note["sentence"] for note in result.record["notes"])


def test_cofactors_as_given(small, tmp_path):
    file = io.open_fcs(small / "fcs" / "S01.fcs")
    result = run(small / "fcs" / "S01.fcs", tmp_path, compensate__enabled=False, transform__cofactor={"CD45": 99.0})
    raw = file.read()[result.adata.obs["event"].to_numpy()]
    column = result.adata.var_names.get_loc("CD45")
    assert result.adata.X[:, column] == pytest.approx(np.arcsinh(raw[:, column] / 99), rel=1e-5, abs=1e-6)
    assert result.record["panel"][column]["transform"] == "arcsinh, cofactor 99"


def test_logicle_is_told(small, tmp_path):
    result = run(small / "fcs" / "S01.fcs", tmp_path, transform__method="logicle")
    told = {each["name"]: each["transform"] for each in result.record["panel"]}
    assert told["CD45"].startswith("logicle, T ")
    assert told["Time"] == told["FSC-A"] == "none"


def test_compensation_by_the_files_matrix(small, tmp_path):
    """Against NumPy's solve."""
    file = io.open_fcs(small / "fcs" / "S02.fcs")
    result = run(small / "fcs" / "S02.fcs", tmp_path, transform__cofactor=150)
    at = [[channel.name for channel in file.channels].index(name) for name in file.spill.channels]
    raw = file.read()[result.adata.obs["event"].to_numpy()].astype(float)
    expected = np.linalg.solve(file.spill.matrix.T, raw[:, at].T).T
    for place, column in enumerate(at):
        scale = np.abs(raw[:, at]).max()
        assert linear(result, result.adata.var_names[column]) == pytest.approx(expected[:, place], abs=1e-5 * scale)


def test_compensation_by_a_table_of_markers_or_channels(small, tmp_path):
    file = io.open_fcs(small / "fcs" / "S02.fcs")
    matrix = pd.DataFrame([[1, 0.5], [0.25, 1]], index=["CD45", "PE-A"], columns=["CD45", "PE-A"])
    matrix.to_csv(tmp_path / "m.csv")
    result = run(
        small / "fcs" / "S02.fcs", tmp_path / "OUT", compensate__matrix=str(tmp_path / "m.csv"), transform__cofactor=150
    )
    at = [[channel.name for channel in file.channels].index(name) for name in ("BV786-A", "PE-A")]
    raw = file.read()[result.adata.obs["event"].to_numpy()].astype(float)
    expected = np.linalg.solve(matrix.to_numpy().T, raw[:, at].T).T
    scale = np.abs(raw[:, at]).max()
    assert linear(result, "CD45") == pytest.approx(expected[:, 0], abs=1e-5 * scale)
    assert linear(result, "CD146") == pytest.approx(expected[:, 1], abs=1e-5 * scale)
    assert any("m.csv" in note["sentence"] for note in result.record["inputs"][0]["notes"])


def test_a_matrix_that_names_a_channel_that_the_panel_leaves_out(small, tmp_path):
    """A has a channel that B lacks, and a matrix that speaks of it: A must be compensated with all of it."""
    a, b = (io.open_fcs(small / "fcs" / f"S0{i}.fcs") for i in (1, 2))
    extra = io.Channel("X-A", signal_type="fluorescence")
    events = np.column_stack([a.read(), np.random.default_rng(0).normal(5000, 500, a.n_events).astype(np.float32)])
    k = len(a.spill.channels)
    matrix = np.eye(k + 1)
    matrix[:k, :k] = a.spill.matrix
    matrix[k, 0] = 0.3
    spill = io.Spillover((*a.spill.channels, "X-A"), matrix)
    io.write_fcs(tmp_path / "A.fcs", events, [*a.channels, extra], spill=spill)
    io.write_fcs(tmp_path / "B.fcs", b.read(), b.channels, spill=b.spill)
    result = run([tmp_path / "A.fcs", tmp_path / "B.fcs"], tmp_path / "OUT", transform__cofactor=150)
    assert "X-A" not in result.adata.var_names
    assert any("X-A was left out" in note["sentence"] for note in result.record["panel_notes"])
    mine = (result.adata.obs["sample_id"] == "A").to_numpy()
    at = [[channel.name for channel in a.channels].index(name) for name in a.spill.channels] + [len(a.channels)]
    raw = events[result.adata.obs["event"].to_numpy()[mine]][:, at].astype(float)
    expected = np.linalg.solve(matrix.T, raw.T).T
    first = a.channels[at[0]].marker
    assert linear(result, first)[mine] == pytest.approx(expected[:, 0], abs=1e-5 * np.abs(raw).max())


def test_files_with_other_fluorochromes_and_another_order_of_channels(small, tmp_path):
    """The same events, with the second file's channels renamed and shuffled: nothing may change but the notes."""
    files = [io.open_fcs(small / "fcs" / f"S0{i}.fcs") for i in (1, 2)]
    plain = run([file.path for file in files], tmp_path / "plain")
    (tmp_path / "in").mkdir()
    io.write_fcs(tmp_path / "in" / "S01.fcs", files[0].read(), files[0].channels, spill=files[0].spill)
    new = {channel.name: f"Q{i}-A" if channel.marker else channel.name for i, channel in enumerate(files[1].channels)}
    order = np.random.default_rng(1).permutation(len(files[1].channels))
    channels = [replace(files[1].channels[i], name=new[files[1].channels[i].name]) for i in order]
    turned = np.random.default_rng(2).permutation(len(files[1].spill.channels))
    spill = io.Spillover(
        tuple(new[files[1].spill.channels[i]] for i in turned), files[1].spill.matrix[np.ix_(turned, turned)]
    )
    io.write_fcs(tmp_path / "in" / "S02.fcs", files[1].read()[:, order], channels, spill=spill)
    other = run(tmp_path / "in", tmp_path / "other")
    for sample, found in labels(tmp_path / "plain").items():
        pd.testing.assert_frame_equal(found, labels(tmp_path / "other")[sample])
    assert (plain.adata.X == other.adata.X).all()
    assert any("CD45 is on different channels" in note["sentence"] for note in other.record["panel_notes"])


@pytest.mark.usefixtures("sketched")
def test_a_file_without_marker_names_is_clustered_on_its_channels(small, tmp_path):
    file = io.open_fcs(small / "fcs" / "S01.fcs")
    bare = [replace(channel, marker="", label="") for channel in file.channels]
    io.write_fcs(tmp_path / "bare.fcs", file.read(), bare, spill=file.spill)
    result = ct.run(tmp_path / "bare.fcs", out=tmp_path / "OUT", rules="msc", settings=QUICK)
    clustered = [each["name"] for each in result.record["panel"] if each["role"] == "clustering"]
    assert clustered == list(file.spill.channels)
    populations = result.tables["populations"]
    assert set(populations[populations["n_events"] > 0]["population"]) == {"unknown"}
    assert set(populations[populations["n_events"] == 0]["status"]) <= {"not evaluable"}
    named = {name: channel.marker for name, channel in zip((c.name for c in bare), file.channels, strict=True)}
    given = {name: marker for name, marker in named.items() if marker}
    again = run(tmp_path / "bare.fcs", tmp_path / "named", panel__names=given)
    assert "MSC" in set(again.tables["populations"]["population"])
    run(file.path, tmp_path / "whole")
    pd.testing.assert_frame_equal(labels(tmp_path / "named")["bare"], labels(tmp_path / "whole")["S01"])


def test_markers_as_named(small, tmp_path):
    result = run(small / "samples.csv", tmp_path, cluster__markers=["CD45", "CD146", "cd34"])
    clustered = [each["name"] for each in result.record["panel"] if each["role"] == "clustering"]
    assert clustered == ["CD45", "CD34", "CD146"]
    assert "CD271" in result.tables["clusters"]  # all stained markers describe


def bad_cohort(small, folder):
    """A sheet of three samples of which the second is cut short."""
    table = pd.read_csv(small / "samples.csv", dtype=str)
    table["path"] = [str(small / path) for path in table["path"]]
    (folder / "cut.fcs").write_bytes((small / "fcs" / "S02.fcs").read_bytes()[:20_000])
    table.loc[1, "path"] = str(folder / "cut.fcs")
    table.to_csv(folder / "sheet.csv", index=False)
    return folder / "sheet.csv"


@pytest.mark.usefixtures("sketched")
def test_a_bad_file_stops_the_run_or_is_left_out(small, tmp_path):
    sheet = bad_cohort(small, tmp_path)
    with pytest.raises(InputError, match=r"cut\.fcs"):
        run(sheet, tmp_path / "OUT")
    assert not (tmp_path / "OUT").exists()
    result = ct.run(sheet, out=tmp_path / "OUT", settings=QUICK, on_error="skip")
    assert set(labels(tmp_path / "OUT")) == {"S01", "S03"}
    assert [each["sample_id"] for each in result.record["inputs"]] == ["S01", "S03"]
    assert any("left out" in note["sentence"] and "cut.fcs" in note["sentence"] for note in result.record["notes"])
    assert "cut.fcs" in (tmp_path / "OUT" / "report.html").read_text(encoding="utf-8")


def test_a_file_without_a_needed_marker_is_left_out_too(small, tmp_path):
    files = [io.open_fcs(small / "fcs" / f"S0{i}.fcs") for i in (1, 2, 3)]
    lost = {"marker": "", "label": "", "name": "FL9-A"}
    channels = [replace(each, **lost) if each.marker == "CD45" else each for each in files[2].channels]
    io.write_fcs(tmp_path / "S03.fcs", files[2].read(), channels)
    paths = [files[0].path, files[1].path, tmp_path / "S03.fcs"]
    with pytest.raises(InputError, match=r"S03\.fcs has no marker CD45"):
        run(paths, tmp_path / "OUT")
    with undrawn():
        result = ct.run(paths, out=tmp_path / "OUT", settings=QUICK, on_error="skip")
    assert [each["sample_id"] for each in result.record["events"]] == ["S01", "S02"]
    assert any("left out" in note["sentence"] and "CD45" in note["sentence"] for note in result.record["notes"])


def test_nothing_but_bad_files_is_refused_even_so(tmp_path, small):
    (tmp_path / "cut.fcs").write_bytes((small / "fcs" / "S02.fcs").read_bytes()[:20_000])
    with pytest.raises(InputError, match=r"cut\.fcs"):
        ct.run(tmp_path / "cut.fcs", out=tmp_path / "OUT", settings=QUICK, on_error="skip")


@pytest.mark.usefixtures("sketched")
def test_a_sample_of_which_nothing_passes_and_one_with_nan(small, tmp_path):
    files = [io.open_fcs(small / "fcs" / f"S0{i}.fcs") for i in (1, 2, 3)]
    saturated = files[1].read().copy()
    saturated[:, 5] = np.nan
    holed = files[2].read().copy()
    holed[::10, 7] = np.inf
    (tmp_path / "in").mkdir()
    for name, file, events in zip(("A", "B", "C"), files, (files[0].read(), saturated, holed), strict=True):
        io.write_fcs(tmp_path / "in" / f"{name}.fcs", events, file.channels)
    result = ct.run(tmp_path / "in", out=tmp_path / "OUT", rules="msc", settings=QUICK)
    found = labels(tmp_path / "OUT")
    assert set(found["B"]["qc"]) == {"margin"}
    assert (found["B"]["cluster"] == -1).all()
    assert (found["C"]["qc"][::10] == "margin").all()
    populations = result.tables["populations"]
    assert set(populations[populations["sample_id"] == "B"]["status"]) == {"not evaluable"}
    assert populations[populations["sample_id"] == "B"]["fraction"].isna().all()


@pytest.mark.usefixtures("undrawn")
def test_a_file_of_the_sheet_that_is_absent_is_left_out_and_said(tmp_path):
    folder = tmp_path / "in"
    ct.datasets.simulate(folder, n_samples=2, n_events=1500, seed=5)
    (folder / "fcs" / "S02.fcs").unlink()
    found = ct.run(
        folder / "samples.csv", out=tmp_path / "out", on_error="skip", settings={"embed.enabled": False}
    )  # fmt: skip
    assert [each["sample_id"] for each in found.record["inputs"]] == ["S01"]
    assert any(
        "S02.fcs" in note["sentence"] and note["sentence"].startswith("left out") for note in found.record["notes"]
    )


@pytest.mark.usefixtures("undrawn")
def test_files_with_unlike_channels_share_the_markers_that_are_asked_for(tmp_path):
    rng = np.random.default_rng(0)
    for name, extra in (("a", ()), ("b", ("CD20", "CD56"))):
        markers = ("CD3", "CD4", *extra)
        channels = [io.Channel(name="FSC-A", signal_type="scatter")]
        channels += [io.Channel(name=f"FL{i}-A", marker=m, label=m) for i, m in enumerate(markers)]
        events = rng.lognormal(6, 1, (400, len(channels))).astype(np.float32)
        io.write_fcs(tmp_path / f"{name}.fcs", events, channels)
    found = ct.run(
        [tmp_path / "a.fcs", tmp_path / "b.fcs"], out=tmp_path / "out",
        settings={"cluster.markers": ["CD3", "CD4"], "embed.enabled": False, "quality.enabled": False},
    )  # fmt: skip
    assert [len(each) for each in labels(tmp_path / "out").values()] == [400, 400]
    counts = found.tables["cluster_counts"]
    assert counts.groupby("sample_id")["n_events"].sum().tolist() == [400, 400]
