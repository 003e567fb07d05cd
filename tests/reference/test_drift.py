"""New batches beside a reference's process control and beads."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

import cytoclust as ct
from cytoclust import pipeline
from cytoclust.cli import cytoclust as program
from cytoclust.datasets import SampleDesign
from cytoclust.errors import InputError
from cytoclust.frozen import open_reference
from cytoclust.io import ControlFile, EventFile, Sample, open_fcs, write_fcs
from cytoclust.pipeline import Application
from cytoclust.pipeline._apply_drift import doubt_controls
from cytoclust.pipeline._lock import Lock
from tests.pipeline.made import QUICK, undrawn

pytestmark = pytest.mark.slow

MOVED = "CD45"


def _sheets(folder: Path) -> dict[str, Path]:
    """Tubes of one instrument: three patients, a control and beads, one patient with those that moved, one alone."""
    tubes: list[tuple[str, SampleDesign]] = []
    for name, patients, gains, control in (
        ("first", "abc", {}, True),
        ("moved", "d", {MOVED: 0.7}, True),
        ("alone", "e", {MOVED: 0.4}, False),
    ):
        tubes += [(name, SampleDesign(each, "control", n_events=1200, gains=gains)) for each in patients]
        if control:
            tubes.append((name, SampleDesign("material", "", n_events=40_000, control="process", gains=gains)))
    ct.datasets.simulate(folder, design=[each for _, each in tubes], seed=4, enrich=60)
    rows = pd.read_csv(folder / "samples.csv", dtype=str, keep_default_na=False)
    sheets = {}
    for name, gain in (("first", 1.0), ("moved", 0.7), ("alone", None)):
        mine = rows[[each == name for each, _ in tubes]]
        if gain is not None:
            path = _beads(open_fcs(folder / mine["path"].iloc[-1]), folder / f"beads {name}.fcs", gain)
            beads = dict.fromkeys(mine, "") | {"sample_id": path.stem, "path": str(path), "control": "beads"}
            mine = pd.concat([mine, pd.DataFrame([beads])], ignore_index=True)
        if name == "moved":  # the sheet does not say of which batch the patient is: the control holds for it
            mine.loc[mine["control"] == "", "batch"] = ""
        sheets[name] = folder / f"{name}.csv"
        mine.to_csv(sheets[name], index=False)
    return sheets


def _beads(like: EventFile, path: Path, gain: float) -> Path:
    """A file of beads with three peaks, whose spill-over is that of another; one marker's detector has the gain."""
    rng, spill = np.random.default_rng(0), like.spill
    assert spill is not None
    peaks = np.repeat([400.0, 4000.0, 40_000.0], 500)[:, None]
    signals = peaks * np.exp(rng.normal(0, 0.05, (len(peaks), len(spill.channels))))
    names = [channel.name for channel in like.channels]
    moved = next(channel.name for channel in like.channels if channel.label == MOVED)
    signals[:, list(spill.channels).index(moved)] *= gain
    events = np.array(like.read(0, len(peaks)))
    events[:, [names.index(each) for each in spill.channels]] = signals @ spill.matrix
    write_fcs(path, events, like.channels, spill=spill)
    return path


@pytest.fixture(scope="module")
def called(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Application, Result]]:
    """A reference, applied by the command to its own samples, to those that moved, and to one without a control."""
    base = tmp_path_factory.mktemp("drifting")
    sheets = _sheets(base / "tubes")
    file, options = str(base / "panel.ctref"), ["--earlier", str(base / "OUT"), "--json"]
    done: dict[str, tuple[Application, Result]] = {}
    returned: list[Application] = []
    apply = pipeline.apply

    def applied(*args: Any, **kwargs: Any) -> Application:
        returned.append(apply(*args, **kwargs))
        return returned[-1]

    with undrawn(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "apply", applied)
        ct.run(sheets["first"], out=base / "OUT", rules="msc", settings=QUICK | {"cluster.n_prototypes": 60})
        ct.reference.build(base / "OUT", file)
        for name, sheet in sheets.items():
            result = CliRunner().invoke(program, ["apply", file, str(sheet), "-o", str(base / f"OUT {name}"), *options])
            assert result.exit_code in {0, 3}, result.output
            done[name] = (returned[-1], result)
    return done


@pytest.fixture(scope="module")
def read(called: dict[str, tuple[Application, Result]]) -> dict[str, Application]:
    """What the commands wrote."""
    return {name: application for name, (application, _) in called.items()}


def test_the_command_says_by_its_status_and_in_a_line_that_a_sample_is_outside_by_drift(
    called: dict[str, tuple[Application, Result]],
) -> None:
    assert {name: result.exit_code for name, (_, result) in called.items()} == {"first": 0, "moved": 3, "alone": 0}
    for application, result in called.values():
        (line,) = result.stdout.splitlines()
        assert json.loads(line) == application.summary()
    assert "drift" in called["moved"][1].stderr


def test_beads_tell_the_gain_of_the_detector_that_moved(read: dict[str, Application]) -> None:
    table = read["moved"].tables["drift"].query("source == 'beads'").set_index("marker")
    assert table.loc[MOVED, "status"] == "drift"
    assert np.exp(table.loc[MOVED, "log_gain"]) == pytest.approx(0.7, abs=0.01)
    assert set(table.drop(index=MOVED)["status"]) == {"ok"}
    same = read["first"].tables["drift"].query("source == 'beads'")
    np.testing.assert_allclose(same["log_gain"], 0, atol=1e-6)
    assert set(read["moved"].tables["control_chart"]["control"]) == {"process", "beads"}


def test_a_gain_of_the_control_is_drift_and_no_other_marker_is(read: dict[str, Application]) -> None:
    table = read["moved"].tables["drift"].query("source == 'control'").set_index("marker")
    assert table.loc[MOVED, "status"] == "drift"
    assert np.exp(table.loc[MOVED, "log_gain"]) == pytest.approx(0.7, abs=0.04)
    assert set(table.drop(index=MOVED)["status"]) <= {"ok", "not evaluable"}
    assert (table["status"] == "ok").sum() >= 5


def test_samples_of_a_batch_that_drifted_are_outside(read: dict[str, Application]) -> None:
    moved = read["moved"]
    assert moved.outside == list(moved.tables["samples"]["sample_id"])
    assert moved.outside == moved.summary()["outside"]
    assert {"drift found", "outside by drift"} <= {note["code"] for note in moved.record["notes"]}


def test_without_drift_none_is_outside_by_it(read: dict[str, Application]) -> None:
    still = read["first"]
    table = still.tables["drift"].query("source == 'control'")
    np.testing.assert_allclose(table["log_gain"].dropna(), 0, atol=1e-6)
    assert not table["status"].isin(["drift", "no gain"]).any()
    assert still.outside == []


def test_a_reference_that_drifted_itself_holds_for_its_own_samples(
    read: dict[str, Application], tmp_path: Path
) -> None:
    """Its first batch was measured otherwise than that of these samples, whose own control it knows too."""
    base = read["first"].out.parent
    known = open_reference(base / "panel.ctref")
    (own,) = known.controls.values()
    gains = np.array([0.7 if each == MOVED else 1.0 for each in own.markers])
    first = replace(own, values=own.values * gains, modes=own.modes * gains, spreads=own.spreads * gains,
                    limits=own.limits * gains)  # fmt: skip
    with undrawn():
        again = ct.apply(
            replace(known, controls={"another": first, "": own}), base / "tubes" / "first.csv", tmp_path / "OUT"
        )
    table = again.tables["drift"]
    assert set(table["source"]) == {"control"}  # and populations are not held against themselves
    assert not table["status"].isin(["drift", "no gain"]).any()
    assert again.outside == []


def test_controls_are_no_samples_and_go_into_the_chart(read: dict[str, Application]) -> None:
    moved = read["moved"]
    assert len(moved.record["inputs"]) == len(list((moved.out / "labels").iterdir())) == 1
    for _, of in moved.tables["control_chart"].groupby("control"):
        assert of["run"].nunique() == 2  # that of the reference's run is the first
    assert "control_chart" not in read["alone"].tables


def test_populations_warn_and_do_not_put_outside(read: dict[str, Application]) -> None:
    alone = read["alone"]
    table = alone.tables["drift"].set_index("marker")
    assert set(table["source"]) == {"landmark"}
    assert table.loc[MOVED, "status"] == "drift"
    assert alone.outside == []
    assert not any(note["code"] == "outside by drift" for note in alone.record["notes"])


def test_the_reference_keeps_its_control(read: dict[str, Application]) -> None:
    reference = open_reference(read["first"].out.parent / "panel.ctref")
    (profile,) = reference.controls.values()
    assert profile.n_events >= 5000
    assert set(profile.markers) == set(read["moved"].tables["drift"]["marker"])
    assert reference.beads is not None
    assert reference.beads.shape == (1500, len(profile.markers))


def test_controls_that_tell_nothing_of_the_samples_are_told() -> None:
    def sample(batch: str | None) -> Sample:
        return Sample("s", Path("s.fcs"), batch=batch)

    def control(batch: str | None) -> ControlFile:
        return ControlFile("m", Path("m.fcs"), None, batch, "row 2", role="process")

    assert doubt_controls([sample("B2")], [control("B2"), control(None)], []) == []
    assert doubt_controls([sample(None)], [control("B2")], []) == []  # it is held against the sample
    (other,) = doubt_controls([sample("b2")], [control("B2")], [])
    assert other.data == {"which": ["m of B2"], "batches": ["b2"]}
    (cut,) = doubt_controls([sample("B2")], [], [ControlFile("fmo", Path("f.fcs"), "CD45", None, "row 3")])
    assert (cut.code, cut.data) == ("controls not read", {"which": ["fmo"]})


def test_two_at_once_are_refused_in_a_line(read: dict[str, Application]) -> None:
    base = read["first"].out.parent
    (read["first"].out / ".store").mkdir(exist_ok=True)
    with Lock(read["first"].out), pytest.raises(InputError, match="is writing to") as told:
        ct.apply(base / "panel.ctref", base / "tubes" / "alone.csv", read["first"].out)
    assert "\n" not in str(told.value)


def test_check_looks_at_controls_too(read: dict[str, Application]) -> None:
    base = read["first"].out.parent
    fits = ct.reference.check(base / "panel.ctref", base / "tubes" / "moved.csv")
    assert (fits.ok, fits.controls) == (True, ("S06", "beads moved"))
    assert str(fits).endswith("2 of 2 controls can be read against the reference")
    beads = open_fcs(base / "tubes" / "beads moved.fcs")
    renamed = [replace(each, name="FITC-X") if each.label == MOVED else each for each in beads.channels]
    write_fcs(base / "tubes" / "other.fcs", np.array(beads.read()), renamed)
    rows = pd.read_csv(base / "tubes" / "moved.csv", dtype=str, keep_default_na=False)
    rows["path"] = [
        str(base / "tubes" / "other.fcs") if each == "beads" else path
        for each, path in zip(rows["control"], rows["path"], strict=True)
    ]
    rows.to_csv(base / "tubes" / "other.csv", index=False)
    (refused,) = ct.reference.check(base / "panel.ctref", base / "tubes" / "other.csv").refused
    assert refused[0] == "beads moved"
    assert MOVED in refused[1]
    assert "other.fcs" in refused[1]
