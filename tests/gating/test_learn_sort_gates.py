"""Gates against closed forms: the best region between two normal distributions is known."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.spatial import ConvexHull
from scipy.stats import norm

from cytoclust.gating import GateEvents, PreGate, SortStep, learn_sort_gates

APART = 3.0
TARGET, OTHERS = 2_000, 40_000


def two_normals(seed: int, *, n_axes: int = 4) -> GateEvents:
    """A population and others, both normal with unit spread, that differ by ``APART`` on the first axis alone."""
    rng = np.random.default_rng(seed)
    values = rng.standard_normal((TARGET + OTHERS, n_axes)).astype(np.float32)
    target = np.arange(len(values)) < TARGET
    values[~target, 0] += APART
    patient = rng.integers(4, size=len(values))
    return GateEvents(values, np.ones(len(values)), target, patient, patient, np.zeros(len(values), dtype=np.intp))


def score(target: float, others: float) -> float:
    """Log purity + ½ log yield of a gate with these shares of the two."""
    return float(np.log(TARGET * target / (TARGET * target + OTHERS * others)) + np.log(target) / 2)


def shares(steps: list[SortStep], events: GateEvents) -> tuple[float, float]:
    inside = np.all([step.holds(events.values) for step in steps], axis=0)
    return inside[events.target].mean(), inside[~events.target].mean()


PAIRS = [(0, 1), (0, 2), (1, 2), (1, 3), (2, 3)]


@pytest.fixture(scope="module")
def learned() -> list[SortStep]:
    return learn_sort_gates(two_normals(1), pre_gates=[], pairs=PAIRS, min_yield=0.5)


def test_new_events_are_parted_as_well_as_any_region_can(learned: list[SortStep]) -> None:
    best = minimize_scalar(
        lambda cut: -score(norm.cdf(cut), norm.cdf(cut - APART)), bounds=(-2, 4), method="bounded"
    )  # fmt: skip
    new = np.mean([score(*shares(learned, two_normals(seed))) for seed in range(2, 6)])
    assert new <= -best.fun + 0.01
    assert new >= -best.fun - 0.04


def test_the_axis_that_tells_is_found(learned: list[SortStep]) -> None:
    assert all(0 in (step.x, step.y) for step in learned)


def test_gates_are_convex_and_have_few_corners(learned: list[SortStep]) -> None:
    for step in learned:
        assert 3 <= len(step.vertices) <= 8
        assert len(ConvexHull(step.vertices).vertices) == len(step.vertices)
    assert len(learned) <= 2


def test_order_of_events_has_no_say(learned: list[SortStep]) -> None:
    events = two_normals(1)
    shuffled = events.take(np.random.default_rng(0).permutation(len(events)))
    again = learn_sort_gates(shuffled, pre_gates=[], pairs=PAIRS, min_yield=0.5)
    assert [(step.x, step.y) for step in again] == [(step.x, step.y) for step in learned]
    for one, other in zip(again, learned, strict=True):
        np.testing.assert_allclose(one.vertices, other.vertices, rtol=1e-6, atol=1e-6)


def test_an_axis_in_another_unit_gives_the_same_events(learned: list[SortStep]) -> None:
    events = two_normals(1)
    scale = np.array([1000, 0.01, 5, 1], dtype=np.float32)
    other = learn_sort_gates(replace(events, values=events.values * scale), pre_gates=[], pairs=PAIRS, min_yield=0.5)
    inside = np.all([step.holds(events.values * scale) for step in other], axis=0)
    before = np.all([step.holds(events.values) for step in learned], axis=0)
    assert (inside != before).mean() < 0.002


def test_weights_stand_for_events() -> None:
    events = two_normals(1)
    rng = np.random.default_rng(5)
    kept = events.target | (rng.random(len(events)) < 0.25)
    some = replace(events.take(kept), weight=np.where(events.target[kept], 1.0, 4.0))
    new = two_normals(9)
    full = learn_sort_gates(events, pre_gates=[], pairs=PAIRS, min_yield=0.5)
    few = learn_sort_gates(some, pre_gates=[], pairs=PAIRS, min_yield=0.5)
    assert score(*shares(few, new)) == pytest.approx(score(*shares(full, new)), abs=0.06)


def test_the_wanted_yield_is_kept() -> None:
    steps = learn_sort_gates(two_normals(1), pre_gates=[], pairs=PAIRS, min_yield=0.95)
    assert shares(steps, two_normals(2))[0] > 0.93


def test_a_first_gate_loses_what_it_is_against_and_little_else() -> None:
    """Doublets lie off the line of single cells; the population is on it, wherever others are."""
    rng = np.random.default_rng(3)
    n = 6_000
    size = rng.normal(100, 20, n)
    doublet = np.arange(n) % 3 == 0
    height = np.where(doublet, 0.6, 1.0) * size + rng.normal(0, 2, n)
    values = np.column_stack([size, height, rng.standard_normal(n)]).astype(np.float32)
    target = (~doublet) & (np.arange(n) % 3 == 1)
    values[target, 2] += 6
    events = GateEvents(
        values, np.ones(n), target, np.zeros(n, dtype=np.intp), np.zeros(n, dtype=np.intp), doublet.astype(np.intp)
    )
    gate = PreGate("singlets", ((0, 1),), frozenset({1}))
    steps = learn_sort_gates(events, pre_gates=[gate], pairs=[(0, 2), (1, 2)], min_yield=0.5)
    assert steps[0].name == "singlets"
    held = steps[0].holds(values)
    assert held[target].mean() >= 0.97
    assert held[doublet].mean() < 0.05
    nothing = learn_sort_gates(
        replace(events, kind=np.zeros(n, dtype=np.intp)), pre_gates=[gate], pairs=[(0, 2), (1, 2)], min_yield=0.5
    )
    assert "singlets" not in {step.name for step in nothing}
