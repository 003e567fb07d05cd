"""Whole counts spread over the ion below."""

import numpy as np
import pytest

from cytoclust import params
from cytoclust.pp import fit_transform
from cytoclust.pp._spread_counts import spread_counts, whole_columns
from tests.pp.ions import ion_panel, ions


def test_each_stays_within_its_ion_and_even() -> None:
    counts = np.random.default_rng(0).poisson(0.3, (50_000, 3)).astype(np.float32)
    spread = spread_counts(counts, (0, 2), np.arange(50_000))
    np.testing.assert_array_equal(spread[:, 1], counts[:, 1])
    below = (counts - spread)[:, [0, 2]]
    assert below.min() >= 0
    assert below.max() <= 1
    share, _ = np.histogram(below, bins=10, range=(0, 1))
    np.testing.assert_allclose(share / below.size, 0.1, atol=0.004)
    assert abs(np.corrcoef(below.T)[0, 1]) < 0.02
    assert abs(np.corrcoef(below[1:, 0], below[:-1, 0])[0, 1]) < 0.02


def test_it_depends_on_the_number_of_the_event_alone() -> None:
    counts = np.zeros((1000, 2), dtype=np.float32)
    rows = np.random.default_rng(1).permutation(1000)[:77].astype(np.int64)
    whole = spread_counts(counts, (0, 1), np.arange(1000))
    np.testing.assert_array_equal(spread_counts(counts[rows], (0, 1), rows), whole[rows])
    assert len(np.unique(whole)) > 1990


@pytest.mark.parametrize(("counts", "some"), [("whole", True), ("zeros", True), ("below", False), ("normal", False)])
def test_only_equal_counts_are_spread(counts: str, some: bool) -> None:
    panel, _ = ion_panel()
    sample = ions(3000, counts=counts)
    assert bool(whole_columns(sample.events, panel)) is some
    transform = fit_transform(params.D.transform, sample.events, panel)
    assert ("counts spread" in {note.code for note in transform.notes}) is some


def test_transformed_counts_are_left_as_they_are_and_told() -> None:
    panel, _ = ion_panel()
    events = ions(3000).events
    counted = [i for i, kind in enumerate(panel.signal_types) if kind == "mass"]
    events[:, counted] = np.arcsinh(events[:, counted] / 5)
    transform = fit_transform(params.D.transform, events, panel)
    np.testing.assert_array_equal(transform(events), events)
    assert [note.code for note in transform.notes] == ["transformed before"]
    again = fit_transform(params.check("transform", cofactor=5.0), events, panel)
    assert "transformed again" in {note.code for note in again.notes}
