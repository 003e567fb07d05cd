import numpy as np
import pytest
from scipy import stats

from benchmarks.validity.boundary import boundary, true_boundaries
from cytoclust.datasets import SampleDesign, simulate
from cytoclust.datasets._populations import MARKERS


def test_normal_sides_of_equal_spread_meet_in_the_middle():
    grid = (np.arange(5000) + 0.5) / 5000
    low, high = stats.norm(0, 1).ppf(grid), stats.norm(3, 1).ppf(grid)
    found = boundary([low], [high])
    assert found["boundary"] == pytest.approx(1.5, abs=0.01)
    assert found["start"] == found["end"] == pytest.approx(1.5, abs=0.01)
    assert found["wrong"] == pytest.approx(stats.norm.sf(1.5), abs=0.001)
    worse = stats.norm.isf(stats.norm.sf(1.5) + 0.01)
    assert found["low"] == pytest.approx(worse, abs=0.01)
    assert found["high"] == pytest.approx(3 - worse, abs=0.01)


def test_every_kind_weighs_the_same():
    few, many = np.linspace(0, 1, 50), np.linspace(0, 1, 5000)
    positive = np.linspace(0.5, 1.5, 500)
    assert boundary([few], [positive])["boundary"] == pytest.approx(0.75, abs=0.02)
    assert boundary([many, few + 0.4], [positive])["boundary"] == pytest.approx(
        boundary([few, few + 0.4], [positive])["boundary"], abs=0.02
    )


def test_in_a_gap_spreads_decide_and_any_cut_counts_as_right():
    narrow, wide = np.linspace(-1, 1, 101), np.linspace(10, 14, 101)
    found = boundary([narrow], [wide])
    assert (found["start"], found["end"], found["wrong"]) == (1, 10, 0)
    assert found["boundary"] == pytest.approx(12 * 1 / 3, abs=0.05)  # as many spreads from either median


def test_no_boundary_without_two_sides():
    assert all(np.isnan(value) for value in boundary([], [np.ones(3)]).values())


def test_boundaries_of_a_simulated_cohort_lie_between_its_states(tmp_path):
    design = [SampleDesign(f"P{i}", "one", batch=f"B{i}", n_events=20_000) for i in range(2)]
    simulate(tmp_path, seed=3, enrich=20, design=design)
    panel = [{"name": marker, "transform": "arcsinh, cofactor 150"} for marker in MARKERS]
    table = true_boundaries(tmp_path, panel)
    assert len(table) == 2 * len(MARKERS)
    by_marker = table.groupby("marker")["boundary"].mean()
    negative, positive = np.arcsinh(25 / 150), np.arcsinh(5500 / 150)
    assert ((by_marker.drop("GD2") > negative) & (by_marker.drop("GD2") < positive)).all()
    assert np.isnan(by_marker["GD2"])  # no tumour, so that nothing carries it
    assert (table["clear"].dropna() >= table["boundary"].dropna() - 1e-9).all()  # without dim the cut moves up
