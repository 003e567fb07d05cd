"""Events in gates."""

import numpy as np
import pytest
from matplotlib.path import Path

from cytoclust.io.gates import Axis, Gate, chain, inside

X, Y = Axis("FSC-A"), Axis("CD45", scale="arcsinh", parameters=(150.0, 1.0))
SHAPE = np.array([[-1.0, -1.0], [1.5, -0.5], [0.4, 0.2], [1.0, 1.4], [-0.8, 0.9]])


def test_a_polygon_that_is_not_convex_holds_what_another_program_says() -> None:
    points = np.random.default_rng(1).normal(size=(5000, 2))
    held = Gate("a", None, (X, Y), vertices=SHAPE).holds(points)
    np.testing.assert_array_equal(held, Path(SHAPE).contains_points(points))
    assert 1000 < held.sum() < 4000


def test_a_range_has_its_lowest_value_and_not_its_highest() -> None:
    gate = Gate("a", None, (X,), bounds=((1.0, 2.0),))
    assert gate.holds([[0.5], [1.0], [1.5], [2.0], [np.nan]]).tolist() == [False, True, True, False, False]


def test_inside_takes_signals_to_the_scale_and_counts_within_parents() -> None:
    signals = {X: np.array([10.0, 10.0, 30.0]), Y: 150 * np.sinh([1.0, 3.0, 1.0])}
    low = Gate("low", None, (X,), bounds=((0.0, 20.0),))
    few = Gate("few", "low", (X, Y), bounds=((-np.inf, np.inf), (0.5, 2.0)))
    assert inside(few, signals.__getitem__).tolist() == [True, False, True]
    assert inside(few, signals.__getitem__, [few, low]).tolist() == [True, False, False]


def test_gates_are_ordered_so_that_parents_come_first() -> None:
    gates = [Gate(name, parent, (X,), bounds=((0, 1),)) for name, parent in (("c", "b"), ("a", None), ("b", "a"))]
    assert [gate.name for gate in Gate.ordered(gates)] == ["a", "b", "c"]
    assert [gate.name for gate in chain(gates[0], gates)] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("parents", "words"),
    [((("a", "b"), ("b", "a")), "No gate is the parent"), ((("a", None), ("a", None)), "one name")],
)
def test_gates_that_hang_nowhere_are_refused(parents: tuple[tuple[str, str], ...], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Gate.ordered([Gate(name, parent, (X,), bounds=((0, 1),)) for name, parent in parents])


@pytest.mark.parametrize(
    "wrong",
    [
        {"axes": (X,), "vertices": SHAPE},
        {"axes": (X, Y), "vertices": SHAPE[:2]},
        {"axes": (X, Y), "vertices": SHAPE * np.inf},
        {"axes": (X,), "bounds": ((2.0, 1.0),)},
        {"axes": (X,)},
    ],
)
def test_what_is_no_gate_is_refused(wrong: dict) -> None:
    with pytest.raises(ValueError, match="'odd' must have"):
        Gate("odd", None, **wrong)
