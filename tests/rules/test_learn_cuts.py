"""Cuts and signs from gates whose edges are known."""

import numpy as np
import pytest

from cytoclust.rules import Example, learn_cuts

ONES = np.ones(4000, dtype=bool)


@pytest.fixture(scope="module")
def values() -> np.ndarray:
    """Three markers with two humps each, independent of one another."""
    generator = np.random.default_rng(2)
    positive = generator.random((4000, 3)) < [0.5, 0.3, 0.05]
    return generator.normal(np.where(positive, 4.0, 0.0), 0.7)


def test_edges_and_signs_of_gates_come_back(values: np.ndarray) -> None:
    first, second, rare = values[:, 0] >= 2.2, values[:, 1] < 1.7, values[:, 2] >= 2.0
    examples = [
        Example(first, ONES),
        Example(first & second, ONES, parent=0),
        Example(first & second & rare, ONES, parent=1),
    ]
    found = learn_cuts(values, np.ones(4000), examples)
    assert found.signs == ({0: True}, {1: False}, {2: True})
    assert found.cuts == pytest.approx([2.2, 1.7, 2.0], abs=0.1)
    told = found.apply(values, examples)
    for place, example in enumerate(examples):
        assert (told[:, place] == example.inside).mean() > 0.995


def test_weights_stand_for_events(values: np.ndarray) -> None:
    generator = np.random.default_rng(3)
    inside = values[:, 0] + generator.normal(0, 0.5, 4000) >= 2
    times = generator.integers(1, 4, 4000)
    weighed = learn_cuts(values, times.astype(float), [Example(inside, ONES)])
    copies = np.repeat(np.arange(4000), times)
    whole = np.ones(len(copies), dtype=bool)
    repeated = learn_cuts(values[copies], np.ones(len(copies)), [Example(inside[copies], whole)])
    assert weighed.signs == repeated.signs
    assert weighed.cuts[0] == pytest.approx(repeated.cuts[0], abs=0.15)


def test_a_gate_that_takes_all_sets_nothing_apart_and_one_that_no_marker_tells_asks_nothing(values: np.ndarray) -> None:
    chance = np.random.default_rng(5).random(4000) < 0.5
    found = learn_cuts(values, np.ones(4000), [Example(ONES, ONES), Example(chance, ONES, parent=0)])
    assert found.signs == (None, {})
    assert np.isnan(found.cuts).all()


def test_only_markers_that_may_tell_and_only_events_that_are_known_count(values: np.ndarray) -> None:
    inside = (values[:, 0] >= 2) & (values[:, 1] >= 2)
    known = np.arange(4000) < 2000
    wrong = np.where(known, inside, ~inside)  # what is not known may say anything
    found = learn_cuts(values, np.ones(4000), [Example(wrong, known, columns=(1, 2))])
    assert found.signs == ({1: True},)
    assert found.cuts[1] == pytest.approx(2, abs=0.4)  # between the humps


def test_a_rare_population_gets_all_markers_that_it_needs() -> None:
    """One in a thousand, told by three markers together: no one of them says much alone."""
    generator = np.random.default_rng(6)
    values = generator.normal(np.where(generator.random((20_000, 3)) < 0.1, 4.0, 0.0), 0.5)
    inside = (values > 2).all(axis=1)
    assert 10 <= inside.sum() <= 40
    found = learn_cuts(values, np.ones(20_000), [Example(inside, np.ones(20_000, dtype=bool))])
    assert found.signs == ({0: True, 1: True, 2: True},)
