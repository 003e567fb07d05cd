"""Rows by controls, beads and landmarks."""

import numpy as np
import pandas as pd
import pytest

from cytoclust.drift import (
    ControlProfile,
    ControlRow,
    Landmarks,
    drift_table,
    nearest_control,
    normalize_table,
    spike_test,
)
from cytoclust.errors import InputError
from cytoclust.tables import check
from tests.drift.test_log_gain import control

MARKERS = ("CD1", "CD2")


def profile(seed, *, gain=1.0, n=20_000, **how):
    """CD1 is carried by a third of the cells, CD2 by none."""
    none = np.random.default_rng(seed + 50).normal(30, 20, (n, 1))
    return ControlProfile.of(np.hstack([control(seed, gain=gain, n=n, **how), none]), MARKERS)


def landmarks(moved=0.0, *, samples=12, sd=0.05):
    """Two clusters; both carry CD1, none CD2; the second half of the samples is batch B, by ``moved`` brighter."""
    rng = np.random.default_rng(3)
    own = rng.normal(0, sd, samples) + np.where(np.arange(samples) >= samples // 2, moved, 0.0)
    medians = np.full((samples, 2, 2), 50.0)
    medians[:, :, 0] = np.exp(np.array([8.0, 9.0]) + own[:, None])
    carries = np.array([[True, False], [True, False]])
    of = ["A"] * (samples // 2) + ["B"] * (samples - samples // 2)
    return Landmarks(MARKERS, np.full((samples, 2), 500), medians, carries, of)


def test_a_control_tells_what_it_carries_and_landmarks_the_rest():
    table = drift_table(
        MARKERS, batches=["A", "B"], reference=profile(1), reference_batch="A", landmarks=landmarks(0.4),
        controls=[ControlRow("a", "A", profile(1)), ControlRow("b", "B", profile(2, gain=1.3))],
    )  # fmt: skip
    check("drift", table)
    told = table.set_index([table["sample_id"], "batch", "marker", "source"])["status"]
    assert told.to_dict() == {
        ("a", "A", "CD1", "control"): "ok",
        ("a", "A", "CD2", "control"): "not evaluable",
        ("b", "B", "CD1", "control"): "drift",
        ("b", "B", "CD2", "control"): "not evaluable",
        ("", "B", "CD2", "landmark"): "not evaluable",
    }


@pytest.mark.parametrize(("moved", "status"), [(0.0, "ok"), (0.4, "drift"), (-0.4, "drift")])
def test_landmarks_follow_the_spread_between_patients(moved, status):
    table = drift_table(MARKERS, batches=["A", "B"], reference_batch="A", landmarks=landmarks(moved))
    row = table.set_index("marker").loc["CD1"]
    assert row["status"] == status
    assert row["log_gain"] == pytest.approx(moved, abs=0.08)
    assert row["source"] == "landmark"


@pytest.mark.parametrize(("known", "new"), [(3, 1), (3, 3), (8, 8)])
def test_patients_alone_are_seldom_taken_for_drift(known, new):
    """No drift at all, six markers whose spread between patients differs threefold: one in twenty cohorts may warn."""
    rng = np.random.default_rng(known)
    markers = tuple(f"CD{j}" for j in range(6))
    sds = np.exp(rng.uniform(np.log(0.055), np.log(0.17), 6))
    of = ["A"] * known + ["B"] * new
    warned, found = 0, 0
    for _ in range(40):
        own = rng.normal(0, 1, (len(of), 1, 6)) * sds + rng.normal(0, 0.05, (len(of), 3, 6))
        how = {"events": np.full((len(of), 3), 500), "carries": np.ones((3, 6), bool), "batches": of}
        still = Landmarks(markers, medians=np.exp(8 + own), **how)
        warned += any(still.gain(each, "B", "A")[0].status == "drift" for each in markers)
        moved = own + np.where(np.array(of) == "B", np.log(2.5), 0.0)[:, None, None]
        gain, limit = Landmarks(markers, medians=np.exp(8 + moved), **how).gain("CD0", "B", "A")
        found += gain.status == "drift"
        assert (gain.status == "drift") == (abs(gain.log_gain) > limit)
    assert warned <= 4
    assert found >= 32


def test_samples_of_one_patient_are_one():
    """Six tubes of one patient say no more of how patients differ than one does."""
    six = landmarks()
    one = Landmarks(MARKERS, six.events, six.medians, six.carries, six.batches, ["a"] * 6 + ["b"] * 6)
    gain, _ = one.gain("CD1", "B", "A")
    assert gain.status == "not evaluable"
    assert [note.code for note in gain.notes] == ["few reference samples"]


def test_of_the_batches_of_a_reference_the_nearest_control_counts():
    known = [profile(1), profile(2, gain=1.5)]
    assert nearest_control([profile(3, gain=1.5)], known) is known[1]
    assert nearest_control([profile(3)], known) is known[0]
    assert nearest_control([profile(3)], []) is None


def test_few_reference_samples_tell_nothing():
    table = drift_table(MARKERS, batches=["A", "B"], reference_batch="A", landmarks=landmarks(0.4, samples=4))
    assert set(table["status"]) == {"not evaluable"}


def test_a_gain_is_normalised_and_what_the_control_lacks_is_left():
    table = normalize_table(MARKERS, {"A": profile(1), "B": profile(2, gain=2)}, ["A", "B"], reference="A")
    check("normalize", table)
    told = table.set_index(["batch", "marker"])
    assert told.loc[("B", "CD1"), "log_gain"] == pytest.approx(np.log(2), abs=0.02)
    assert told["status"].to_dict() == {
        ("A", "CD1"): "reference", ("A", "CD2"): "reference", ("B", "CD1"): "ok", ("B", "CD2"): "not evaluable",
    }  # fmt: skip
    assert np.isnan(told.loc[("B", "CD2"), "log_gain"])


@pytest.mark.parametrize(
    ("controls", "words"),
    [
        ({"A": profile(1)}, "batch 'B' has no process control"),
        ({"A": profile(1), "B": profile(2, n=3000)}, "batch 'B' has 3000 events that passed"),
        ({"A": profile(1), "B": profile(2, offset=300)}, "CD1 .* differs from the reference's by more than a gain"),
        ({"A": profile(1), "B": profile(2, gain=4)}, "CD1 .* is [34].* times the reference's; up to threefold"),
    ],
)
def test_what_is_no_gain_is_refused(controls, words):
    with pytest.raises(InputError, match=words):
        normalize_table(MARKERS, controls, ["A", "B"], reference="A")


def test_spiked_cells_land_on_themselves_by_the_gain_and_miss_by_what_is_none():
    a, rare = profile(1), np.exp(np.random.default_rng(0).normal(10, 0.2, 60))
    how = {"own": a, "own_gain": 0.0, "scale": 150.0}
    right, wrong = profile(2, gain=2), profile(2, gain=2, bright=1.5)
    assert spike_test(rare, "CD1", other=right, other_gain=np.log(2), **how) < 0.05
    assert spike_test(rare, "CD1", other=wrong, other_gain=np.log(2), **how) == pytest.approx(np.log(1.5), abs=0.05)
    assert np.isnan(spike_test(np.full(60, 1e7), "CD1", other=right, other_gain=0.0, **how))


def test_no_rows_without_anything_to_compare():
    assert isinstance(drift_table(MARKERS, batches=["A"]), pd.DataFrame)
    assert drift_table(MARKERS, batches=["A"]).empty
