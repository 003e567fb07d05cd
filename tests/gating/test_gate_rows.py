"""Yield and purity, counted by hand."""

import numpy as np
import pytest

from cytoclust.gating import SortStep, StepCounts, gate_rows, lots, split_patients

SQUARE = np.array([[0.0, 0], [1, 0], [1, 1], [0, 1]])
KINDS = ("ok", "doublet", "T cell", "NK cell")


def counts(target: list[int], doublets: list[int], t_cells: list[int]) -> StepCounts:
    by_kind = np.array([[0, a, b, 0] for a, b in zip(doublets, t_cells, strict=True)])
    return StepCounts(np.array(target), by_kind.sum(axis=1), by_kind)


SAMPLES = {
    "A": counts([100, 90, 80], [50, 10, 2], [1000, 20, 3]),
    "B": counts([50, 50, 45], [50, 10, 10], [1000, 20, 0]),
    "C": counts([200, 190, 190], [50, 10, 0], [1000, 20, 1]),
    "none": counts([0, 0, 0], [50, 10, 7], [1000, 20, 7]),
}
PATIENTS = {"A": "P1", "B": "P1", "C": "P2", "none": "P3"}


def test_counts_by_hand() -> None:
    first, last = gate_rows(SAMPLES, PATIENTS, KINDS, held_out=True)
    assert (first["step"], last["step"]) == (1, 2)
    assert first["yield"] == first["yield_step"] == pytest.approx(330 / 350)
    assert last["yield_step"] == pytest.approx(315 / 330)
    assert last["yield"] == pytest.approx(315 / 350)
    assert last["purity"] == pytest.approx(315 / (315 + 16))
    assert (last["n_targets"], last["n_samples"], last["measured_on"]) == (350, 3, "held out")
    assert (last["worst_sample"], last["worst_purity"]) == ("B", pytest.approx(45 / 55))
    assert last["contaminants"] == "12 doublet, 4 T cell"
    assert last["yield_low"] < last["yield"] < last["yield_high"]


def test_no_interval_where_gates_were_drawn_around_the_same_events() -> None:
    row = gate_rows(SAMPLES, PATIENTS, KINDS, held_out=False)[-1]
    assert row["measured_on"] == "trained"
    assert np.isnan([row["yield_low"], row["yield_high"], row["purity_low"], row["purity_high"]]).all()


def test_no_interval_of_one_patient() -> None:
    row = gate_rows({"A": SAMPLES["A"], "B": SAMPLES["B"]}, PATIENTS, KINDS, held_out=True)[-1]
    assert np.isnan(row["purity_low"])
    assert row["purity"] == pytest.approx(125 / 140)


def test_steps_are_counted_one_in_another() -> None:
    values = np.array([[0.5, 0.5, 5], [0.5, 0.5, 0.5], [9, 9, 0.5], [0.2, 0.9, 0.9]], dtype=np.float32)
    steps = [SortStep("", 0, 1, SQUARE), SortStep("", 1, 2, SQUARE)]
    found = StepCounts.of(
        steps, values, target=np.array([False, True, True, False]), kind=np.array([1, 0, 0, 2]), n_kinds=4
    )
    np.testing.assert_array_equal(found.target, [2, 1, 1])
    np.testing.assert_array_equal(found.others, [2, 2, 1])
    np.testing.assert_array_equal(found.contaminants[-1], [0, 0, 1, 0])


def test_both_halves_have_the_population_and_names_alone_decide_between_equals() -> None:
    events = {"a": 40, "b": 30, "c": 20, "d": 10, "e": 0, "f": 0}
    learned, held_out = split_patients(events)
    assert learned | held_out == set(events)
    assert not learned & held_out
    assert sum(events[name] for name in learned) >= sum(events[name] for name in held_out) > 0
    assert split_patients(dict(reversed(events.items()))) == (learned, held_out)


def test_one_patient_with_the_population_is_not_split() -> None:
    assert split_patients({"a": 400, "b": 3, "c": 0}) == (frozenset("abc"), frozenset())


def test_lots_are_even_and_an_events_own() -> None:
    numbers = np.arange(200_000)
    found = lots("S01", numbers)
    np.testing.assert_array_equal(found[5_000:6_000], lots("S01", numbers[5_000:6_000]))
    assert np.histogram(found, 20, (0, 1))[0] == pytest.approx(10_000, rel=0.05)
    assert abs(np.corrcoef(found, lots("S02", numbers))[0, 1]) < 0.01
    assert abs(np.corrcoef(found[1:], found[:-1])[0, 1]) < 0.01
