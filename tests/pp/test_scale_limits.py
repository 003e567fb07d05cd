"""A few wild events set the scale of nothing, and are set aside and counted."""

import numpy as np
import pytest

from cytoclust import params
from cytoclust.findings import Finding
from cytoclust.io import Panel
from cytoclust.positivity import Profile
from cytoclust.pp import estimate_cofactors, estimate_logicle, judge_sample
from cytoclust.pp._scale_limits import beyond_limits, scale_limits

NAMES = ("Time", "FSC-A", "FSC-H", "SSC-A", "CD3", "CD4", "CD8", "CD19")
KINDS = ("time", "scatter", "scatter", "scatter", *["fluorescence"] * 4)
PANEL = Panel(names=NAMES, channels=NAMES, markers=("",) * 4 + NAMES[4:], signal_types=KINDS, identities=NAMES)


def blood(n: int = 6000, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    signals = rng.normal(0, 120, (n, 4))
    for marker in range(4):
        rows = rng.random(n) < 0.3
        signals[rows, marker] = rng.lognormal(np.log(8000), 0.5, rows.sum())
    height = rng.normal(60_000, 6000, n)
    scatter = np.column_stack([height * rng.normal(1.2, 0.03, n), height, rng.normal(30_000, 4000, n)])
    return np.column_stack([np.sort(rng.uniform(0, 6e5, n)), scatter, signals]).astype(np.float32)


@pytest.mark.parametrize("wild", [1e8, 1e10, 1e30, 3e37, np.finfo(np.float32).max, -1e8, -1e10, np.inf])
@pytest.mark.parametrize("column", [1, 4])
@pytest.mark.parametrize("count", [1, 60])
def test_wild_events_change_no_other(wild, column, count):
    before, after = blood(), blood()
    rows = np.random.default_rng(2).choice(len(after), count, replace=False)
    after[rows, column] = wild
    whole = judge_sample(before, panel=PANEL, quality=params.Quality(), viability="none")
    judged = judge_sample(after, panel=PANEL, quality=params.Quality(), viability="none")
    assert (judged.codes[rows] == 1).all()
    others = np.setdiff1d(np.arange(len(after)), rows)
    assert (judged.codes[others] != whole.codes[others]).mean() < 0.002
    if np.isfinite(wild):
        assert Finding("events beyond scale", events=count, channel=NAMES[column]) in judged.findings()


@pytest.mark.parametrize("quality", [params.Quality(), params.Quality(enabled=False)])
def test_one_event_of_many_is_found_whether_or_not_it_was_looked_at(quality):
    events = np.tile(blood(20_000), (10, 1))
    events[:, 0] = np.sort(events[:, 0])
    events[123_457, 5] = 1e10
    judged = judge_sample(events, panel=PANEL, quality=quality, viability="none")
    assert judged.codes[123_457] == 1
    assert judged.beyond == {"CD4": 1}


def test_a_wild_time_is_set_aside():
    events = blood()
    events[777, 0] = 1e10
    assert judge_sample(events, panel=PANEL, quality=params.Quality(), viability="none").beyond == {"Time": 1}


def test_nothing_is_beyond_the_scale_of_clean_events():
    events = blood()
    assert not beyond_limits(events, scale_limits(events, KINDS)).any()


def test_rare_bright_cells_among_negatives_are_kept():
    events = np.random.default_rng(1).normal(0, 100, (6000, 4)).astype(np.float32)
    events[:3, 2] = 262_143  # 2¹⁸ − 1
    assert not beyond_limits(events, scale_limits(events, ["fluorescence"] * 4)).any()


def test_limits_follow_the_unit():
    events = blood()
    low, high = scale_limits(events, KINDS)
    small, large = (scale_limits(events * np.float32(factor), KINDS) for factor in (1e-6, 1e6))
    np.testing.assert_allclose(small[0], low * 1e-6, rtol=1e-5)
    assert not beyond_limits(events * np.float32(1e6), large).any()
    assert (high > 0).all()


@pytest.mark.parametrize("wild", [5e7, 1e10, 3e37, -1e10])
def test_cofactors_and_logicle_come_from_the_bulk(wild):
    signals = blood()[:, 4:]
    kinds = KINDS[4:]
    cofactors, logicle = estimate_cofactors(signals, kinds), estimate_logicle(signals, kinds)
    signals[9, 1] = wild
    np.testing.assert_allclose(estimate_cofactors(signals, kinds), cofactors, rtol=0.02)
    changed = estimate_logicle(signals, kinds)
    np.testing.assert_array_equal(changed[[0, 2, 3]], logicle[[0, 2, 3]])
    assert changed[1, 0] < 100 * logicle[1, 0]


def test_bins_of_a_marker_are_not_stretched_by_one_event():
    events = np.arcsinh(blood()[:, 4:] / 500)
    plain = Profile.edges_for(events)
    events[5, 2] = 1e6
    edges = Profile.edges_for(events)
    np.testing.assert_array_equal(edges[[0, 1, 3]], plain[[0, 1, 3]])
    assert edges[2, -1] < 100
