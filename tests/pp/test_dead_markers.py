"""A marker that is dead in one sample is told; one that only some cells have is not."""

import numpy as np

from cytoclust.pp import find_dead_markers


def sample(seed, shares=(0.3, 0.1, 1.0), n=2000):
    """Three markers: noise of 120, and cells of 12,000."""
    rng = np.random.default_rng(seed)
    bright = rng.lognormal(np.log(12_000), 0.35, (n, 3))
    return np.where(rng.random((n, 3)) < shares, bright, rng.normal(0, 120, (n, 3))).astype(np.float32)


def told(*events):
    found = find_dead_markers([f"S{i}" for i in range(len(events))], events, ["CD3", "CD19", "CD45"])
    return [(each.data["marker"], each.data["samples"], each.data["constant"]) for each in found]


def test_constant_and_faint_markers_are_told():
    dead, faint = sample(1), sample(2)
    dead[:, 0] = 0
    faint[:, 1] /= 1000
    assert told(sample(0), dead, faint) == [("CD3", ["S1"], True), ("CD19", ["S2"], False)]


def test_a_sample_without_such_cells_is_alive():
    assert told(sample(0), sample(1, (0.3, 0, 1)), sample(2, (0.9, 0.1, 1)), sample(3, (0, 0.5, 1))) == []


def test_few_events_and_one_sample_tell_nothing_but_constancy():
    assert told(sample(0, n=20)) == told(sample(0)) == []
    assert told(np.zeros((100, 3), dtype=np.float32)) == [(name, ["S0"], True) for name in ("CD3", "CD19", "CD45")]
