import hashlib
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.io import Spillover, open_fcs, read_controls, write_fcs
from cytoclust.pipeline._steps import STEPS
from cytoclust.pipeline._take_steps import take_steps
from cytoclust.pp import PreparedEvents
from tests.pipeline.made import QUICK, steps_to

CONTROLS = next(step for step in STEPS if step.name == "controls")


@pytest.fixture(scope="module")
def opened(small, tmp_path_factory):
    """What is made before controls are read, of samples of two batches."""
    out = tmp_path_factory.mktemp("opened") / "OUT"
    made = steps_to("stains", small / "samples.csv", out, QUICK | {"run.chunk_events": 900})
    made["samples"][2] = replace(made["samples"][2], batch="B2")
    return made


@pytest.fixture(scope="module")
def fmo(small, tmp_path_factory):
    """A sample less its cells that carry CD271, in the place of one stained without it."""
    file = open_fcs(small / "fcs" / "S01.fcs")
    kinds = pd.read_parquet(small / "truth" / "S01.parquet")["kind"].astype(str)
    path = tmp_path_factory.mktemp("controls") / "fmo.fcs"
    write_fcs(path, file.read()[~kinds.str.contains("CD271+", regex=False)], file.channels, spill=file.spill)
    return path


def sheet(small, folder, *controls):
    """The samples, and further rows."""
    table = pd.read_csv(small / "samples.csv")
    table["path"] = [str(small / path) for path in table["path"]]
    path = folder / "samples.csv"
    pd.concat([table, pd.DataFrame(controls)]).to_csv(path, index=False)
    return path


def control(path, kind="FMO CD271", batch=None):
    return {"sample_id": "c", "path": str(path), "batch": batch, "control": kind}


def use_controls(opened, request):
    """Cuts, and what the record says, of the controls of a sheet."""
    made = take_steps(opened["context"], [CONTROLS], opened | {"request": request})
    return made["controls"], made["controls_read"]


def test_reading_controls_is_told_of_where_there_are_some(opened, fmo, small, tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(opened["context"].progress, "stage", lambda name, _: told.append(name), raising=False)
    use_controls(opened, small / "samples.csv")
    assert told == []
    use_controls(opened, sheet(small, tmp_path, control(fmo)))
    assert told == ["reading controls"]


def test_an_fmo_control_gives_the_end_of_the_cells_without_the_marker(opened, fmo, small, tmp_path):
    (cut,), (row,) = use_controls(opened, sheet(small, tmp_path, control(fmo, "FMO cd-271")))
    assert (cut.marker, cut.batch, cut.bound, cut.source) == ("CD271", None, False, "FMO cd-271 (fmo.fcs)")
    truth = pd.read_parquet(small / "truth" / "S01.parquet")["kind"].astype(str)
    column = opened["panel"].names.index("CD271")
    values = opened["transform"](opened["prepared"][0].linear[:])[:, column]
    passed = opened["prepared"][0].codes == keys.QC_OK
    lacks = values[passed & ~truth.str.contains("CD271+", regex=False).to_numpy()]
    assert np.quantile(lacks, 0.98) < cut.cut < np.quantile(lacks, 0.9995)
    assert 0 < cut.uncertainty < 0.5
    assert row.control == "FMO cd-271"
    assert (row.n_events, row.batch, row.cuts) == (open_fcs(fmo).n_events, None, {"CD271": round(cut.cut, 4)})
    assert 0 < row.n_ok < row.n_events
    assert row.sha256 == hashlib.sha256(fmo.read_bytes()).hexdigest()


def test_an_unstained_control_bounds_every_fluorescence_marker(opened, fmo, small, tmp_path):
    cuts, _ = use_controls(opened, sheet(small, tmp_path, control(fmo, "unstained", "B1")))
    assert [cut.marker for cut in cuts] == [opened["panel"].names[i] for i in opened["stained"]]
    assert {(cut.batch, cut.bound, cut.source) for cut in cuts} == {("B1", True, "unstained (fmo.fcs)")}


def test_no_controls_give_nothing(opened, small):
    assert use_controls(opened, small / "samples.csv") == ([], [])


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
    "marker": (lambda path: control(path, "FMO CD217"), "row 5, .*no stained marker 'CD217'. Did you mean 'CD271'?"),
    "dye": (lambda path: control(path, "FMO Viability"), "no stained marker 'Viability'"),
    "batch": (
        lambda path: control(path, batch="B7"),
        "no sample is of batch 'B7', which the control is for; there is B1, B2",
    ),
    "panel": (lambda path: control(another_panel(path)), "no channel for CD56"),
    "spillover": (lambda path: control(without_spill(path)), "has no spillover matrix although the samples have one"),
    "few": (lambda path: control(few(path)), "of 90 events of .* passed quality control; a control needs 100"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults(opened, fmo, fault, small, tmp_path):
    make, message = FAULTS[fault]
    with pytest.raises(InputError, match=message):
        use_controls(opened, sheet(small, tmp_path, make(fmo)))


def test_the_cohort_is_as_without_controls(opened, fmo, small, tmp_path):
    request = sheet(small, tmp_path, control(fmo, batch="B1"))
    made = steps_to("controls", request, tmp_path / "OUT", QUICK | {"run.chunk_events": 900})
    assert [sample.sample_id for sample in made["samples"]] == ["S01", "S02", "S03"]
    assert [each.marker for each in read_controls(request)] == ["CD271"]
    assert [cut.marker for cut in made["controls"]] == ["CD271"]
    sizes, others = (PreparedEvents(each["preparations"], each["stained"], size=900).sizes for each in (made, opened))
    assert np.array_equal(sizes, others)
    assert len(made["prepared"]) == 3
