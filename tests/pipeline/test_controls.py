from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from cytoclust.pipeline._cohort import CohortSource, judge_events, learn_transform

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io import Spillover, open_fcs, write_fcs
from cytoclust.io._read_controls import ControlFile, read_controls
from cytoclust.params import D, update
from cytoclust.pipeline._controls import use_controls
from cytoclust.pipeline._listener import Silent
from cytoclust.pipeline._open import open_cohort
from cytoclust.pipeline._run import _unreached
from cytoclust.positivity._thresholds import Thresholds
from cytoclust.pp import stained_columns


@pytest.fixture(scope="module")
def opened(small):
    found = open_cohort(small / "samples.csv", update(D, {"run.chunk_events": 900}), "stop")
    found.samples[2] = replace(found.samples[2], batch="B2")
    judge_events(found, Silent())
    learn_transform(found)
    return found, stained_columns(found.panel, "auto")


@pytest.fixture(scope="module")
def fmo(small, tmp_path_factory):
    """A sample less its cells that carry CD271, in the place of one stained without it."""
    file = open_fcs(small / "fcs" / "S01.fcs")
    kinds = pd.read_parquet(small / "truth" / "S01.parquet")["kind"].astype(str)
    path = tmp_path_factory.mktemp("controls") / "fmo.fcs"
    write_fcs(path, file.read()[~kinds.str.contains("CD271+", regex=False)], file.channels, spill=file.spill)
    return path


def control(path, marker="CD271", batch=None):
    return ControlFile("c", path, marker, batch, "sheet.csv, row 9, column control")


def test_an_fmo_control_gives_the_end_of_the_cells_without_the_marker(opened, fmo, small):
    cohort, columns = opened
    found = use_controls(cohort, [control(fmo, "cd-271")], columns)
    (cut,) = found.cuts
    assert (cut.marker, cut.batch, cut.bound, cut.source) == ("CD271", None, False, "FMO cd-271 (fmo.fcs)")
    truth = pd.read_parquet(small / "truth" / "S01.parquet")["kind"].astype(str)
    column = cohort.panel.names.index("CD271")
    values = cohort.transform(cohort.prepared[0].linear(0, 2500))[:, column]
    passed = cohort.prepared[0].codes == keys.QC_OK
    lacks = values[passed & ~truth.str.contains("CD271+", regex=False).to_numpy()]
    assert np.quantile(lacks, 0.98) < cut.cut < np.quantile(lacks, 0.9995)
    assert 0 < cut.uncertainty < 0.5
    (row,) = found.record
    assert row["control"] == "FMO cd-271"
    assert (row["n_events"], row["batch"], row["cuts"]) == (open_fcs(fmo).n_events, None, {"CD271": round(cut.cut, 4)})
    assert 0 < row["n_ok"] < row["n_events"]
    assert len(row["sha256"]) == 64


def test_an_unstained_control_bounds_every_fluorescence_marker(opened, fmo):
    cohort, columns = opened
    found = use_controls(cohort, [control(fmo, None, "B1")], columns)
    assert [cut.marker for cut in found.cuts] == [cohort.panel.names[i] for i in columns]
    assert {(cut.batch, cut.bound, cut.source) for cut in found.cuts} == {("B1", True, "unstained (fmo.fcs)")}


def test_a_control_that_no_cluster_reaches_is_told():
    nan = np.full(3, np.nan)
    source = ("unstained (a.fcs)", "data", "unstained (a.fcs)")
    found = Thresholds(
        ("CD45", "CD34", "CD3"), nan, nan, nan, nan, nan, nan, ("",) * 3, ("seen",) * 3, source,
        one_sided=(True, True, False),
    )  # fmt: skip
    assert _unreached(found) == [Finding("cut above all", marker="CD45", source="unstained (a.fcs)")]


def test_no_controls_give_nothing(opened):
    assert use_controls(opened[0], [], opened[1]).cuts == []


def without_spill(path):
    file = open_fcs(path)
    write_fcs(path.parent / "bare.fcs", file.read(), file.channels)
    return path.parent / "bare.fcs"


def few(path):
    file = open_fcs(path)
    write_fcs(path.parent / "few.fcs", file.read()[:90], file.channels, spill=file.spill)
    return path.parent / "few.fcs"


def another_panel(path):
    file = open_fcs(path)
    kept = [i for i, channel in enumerate(file.channels) if channel.marker != "CD56"]
    left = [i for i, name in enumerate(file.spill.channels) if name != "PE-Cy7-A"]
    spill = Spillover(tuple(file.spill.channels[i] for i in left), file.spill.matrix[np.ix_(left, left)])
    write_fcs(path.parent / "other.fcs", file.read()[:, kept], [file.channels[i] for i in kept], spill=spill)
    return path.parent / "other.fcs"


FAULTS = {
    "marker": (lambda path: control(path, "CD217"), "row 9, .*no stained marker 'CD217'. Did you mean 'CD271'?"),
    "dye": (lambda path: control(path, "Viability"), "no stained marker 'Viability'"),
    "batch": (
        lambda path: control(path, batch="B7"),
        "no sample is of batch 'B7', which the control is for; there is B1, B2",
    ),
    "panel": (lambda path: control(another_panel(path)), "no channel for CD56"),
    "spillover": (lambda path: control(without_spill(path)), "has no spillover matrix although the samples have one"),
    "few": (lambda path: control(few(path)), "of 90 events of .* passed quality control; a control needs 100"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults(opened, fmo, fault):
    make, message = FAULTS[fault]
    with pytest.raises(InputError, match=message):
        use_controls(opened[0], [make(fmo)], opened[1])


def test_the_cohort_is_as_without_controls(opened, fmo, small, tmp_path):
    sheet = pd.read_csv(small / "samples.csv")
    sheet["path"] = [str(small / path) for path in sheet["path"]]
    row = {"sample_id": "control", "path": str(fmo), "batch": "B1", "control": "FMO CD271"}
    pd.concat([sheet, pd.DataFrame([row])]).to_csv(tmp_path / "samples.csv", index=False)
    found = open_cohort(tmp_path / "samples.csv", opened[0].config, "stop")
    assert [sample.sample_id for sample in found.samples] == ["S01", "S02", "S03"]
    assert [each.marker for each in read_controls(tmp_path / "samples.csv")] == ["CD271"]
    judge_events(found, Silent())
    learn_transform(found)
    use_controls(found, read_controls(tmp_path / "samples.csv"), opened[1])
    sizes = CohortSource(found, opened[1]).sizes
    assert np.array_equal(sizes, CohortSource(opened[0], opened[1]).sizes)
    assert len(found.prepared) == 3
