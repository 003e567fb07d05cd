"""New batches beside a reference's process control."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cytoclust as ct
from cytoclust.datasets import SampleDesign
from cytoclust.errors import InputError
from cytoclust.frozen import open_reference
from cytoclust.pipeline import Application
from cytoclust.pipeline._lock import Lock
from tests.pipeline.made import QUICK, undrawn

pytestmark = pytest.mark.slow

MOVED = "CD45"


def _sheets(folder: Path) -> dict[str, Path]:
    """Tubes of one instrument: three patients and a control, one and a control that moved, one that did."""
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
    for name in ("first", "moved", "alone"):
        sheets[name] = folder / f"{name}.csv"
        rows[[each == name for each, _ in tubes]].to_csv(sheets[name], index=False)
    return sheets


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Application]:
    """A reference, applied to its own samples, to those that moved, and to one without a control."""
    base = tmp_path_factory.mktemp("drifting")
    sheets = _sheets(base / "tubes")
    with undrawn():
        ct.run(sheets["first"], out=base / "OUT", rules="msc", settings=QUICK | {"cluster.n_prototypes": 60})
        ct.reference.build(base / "OUT", base / "panel.ctref")
        return {
            name: ct.apply(base / "panel.ctref", sheet, base / f"OUT {name}", earlier=[base / "OUT"])
            for name, sheet in sheets.items()
        }


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
    assert moved.tables["control_chart"]["run"].nunique() == 2  # that of the reference's run is the first
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
    assert reference.beads is None


def test_two_at_once_are_refused_in_a_line(read: dict[str, Application]) -> None:
    base = read["first"].out.parent
    (read["first"].out / ".store").mkdir(exist_ok=True)
    with Lock(read["first"].out), pytest.raises(InputError, match="is writing to") as told:
        ct.apply(base / "panel.ctref", base / "tubes" / "alone.csv", read["first"].out)
    assert "\n" not in str(told.value)
