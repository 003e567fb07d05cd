"""Counts are those of numpy and matplotlib over the same events, and moving a cut names clusters as annotating does."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.path import Path as Polygon

from cytoclust.errors import InputError
from cytoclust.exploration import Explorer
from tests.exploration.toy import COFACTOR, toy

STAR = [[2.0, -1.0], [5.0, -1.2], [4.0, 0.0], [5.5, 1.5], [3.0, 0.6], [1.0, 1.4]]

FAR = [[-100.0, -3.0], [3.0, 50.0], [200.0, -10.0], [0.3, -0.1]]


def test_quadrants_are_counted_by_the_values(explorer: Explorer) -> None:
    events = explorer.events
    ok = events.qc == 0
    right, above = (events.values[i] >= explorer.cuts[i, 0] for i in (0, 1))
    wanted = [np.sum(ok & (right == a) & (above == b)) for b in (False, True) for a in (False, True)]
    drawn = explorer.pair("CD3", "CD19")
    assert drawn.quadrants is not None
    assert drawn.quadrants[0].tolist() == wanted
    assert drawn.quadrants[1].tolist() == [0] * 4


def test_every_event_is_drawn_where_it_is(explorer: Explorer) -> None:
    events = explorer.events
    ok = events.qc == 0
    (low, high), (bottom, top) = events.ends[0], events.ends[1]
    x, y = (np.clip(events.values[i, ok], *events.ends[i]) for i in (0, 1))
    wanted, *_ = np.histogram2d(x, y, bins=128, range=[(low, high), (bottom, top)])
    found = explorer.pair("CD3", "CD19", side=128).shown
    assert found.sum() == ok.sum()
    assert np.abs(found - wanted).sum() <= 4  # float32 against float64 at an edge
    assert explorer.histogram("CD45")[0].sum() == ok.sum()


@pytest.mark.parametrize("vertices", [STAR, FAR])
def test_a_polygon_selects_what_matplotlib_says(explorer: Explorer, vertices: list[list[float]]) -> None:
    explorer.selection = [{"kind": "polygon", "x": "CD3", "y": "CD19", "vertices": vertices}]
    events = explorer.events
    wanted = Polygon(vertices).contains_points(events.values[:2].T) & (events.qc == 0)
    assert 100 < wanted.sum() < 1700
    np.testing.assert_array_equal(explorer.mask, wanted)
    assert explorer.samples()["n_selected"].tolist() == [wanted[events.sample == i].sum() for i in range(3)]
    assert explorer.pair("CD45", "CD3").selected.sum() == wanted.sum()


def test_conditions_are_met_together(explorer: Explorer) -> None:
    box = {"kind": "box", "x": "CD3", "y": "CD45", "x_range": [3.5, 4.5], "y_range": [4.5, 9.0]}
    explorer.selection = [
        {"kind": "clusters", "clusters": ["0", "1"]},
        box,
        {"kind": "side", "marker": "CD19", "positive": False},
    ]
    x, y, z = explorer.events.values
    wanted = (
        (x >= 3.5)
        & (x < 4.5)
        & (z >= 4.5)
        & (z < 9)
        & (y < explorer.cuts[1, 0])
        & np.isin(explorer.events.cluster, [0, 1])
    )
    np.testing.assert_array_equal(explorer.mask, wanted)
    assert explorer.selection[1] == box
    assert explorer.clusters()["n_selected"].tolist() == [wanted.sum(), 0, 0, 0]


def test_a_lasso_on_the_map_takes_events_that_have_a_place(explorer: Explorer) -> None:
    explorer.selection = [{"kind": "lasso", "vertices": STAR}]
    rows = np.flatnonzero(explorer.mask)
    wanted = Polygon(STAR).contains_points(explorer.events.map.places)  # type: ignore[union-attr]
    assert rows.tolist() == (2 * np.flatnonzero(wanted & (explorer.events.qc[::2] == 0))).tolist()


def test_filters_of_patient_visit_cluster_and_population(explorer: Explorer) -> None:
    events = explorer.events
    explorer.filters = {"patient_id": ["P1"], "timepoint": ["second"], "qc": ["ok"]}
    assert explorer.samples()["n_events"].tolist() == [0, np.sum((events.sample == 1) & (events.qc == 0)), 0]
    explorer.filters = {"population": ["T cell"]}
    assert explorer.clusters()["n_events"].tolist() == [900, 0, 0, 0]
    explorer.filters = {}
    assert explorer.samples()["n_events"].sum() == len(events)


def test_events_count_as_many_as_they_stand_for(tmp_path: Path) -> None:
    explorer = toy(tmp_path, weight=True)
    events, ok = explorer.events, explorer.events.qc == 0
    assert explorer.pair("CD3", "CD19").shown.sum() == events.weight[ok].sum()
    assert explorer.clusters()["fraction"].sum() == pytest.approx(1)
    explorer.selection = [{"kind": "clusters", "clusters": ["1"]}]
    assert explorer.samples()["n_selected"].sum() == events.weight[events.cluster == 1].sum()


def test_a_moved_cut_is_counted_renamed_and_taken_back(explorer: Explorer) -> None:
    learnt = explorer.populations
    assert learnt[:2] == ["T cell", "B cell"]
    explorer.move_cut("CD3", 5.5)
    signal = explorer.thresholds["CD3"]
    assert signal == float(f"{COFACTOR * np.sinh(5.5):.4g}")
    assert explorer.cuts[0].tolist() == [np.arcsinh(signal / COFACTOR)] * 3
    assert explorer.populations[0] != "T cell"
    assert explorer.clusters()["before"].tolist() == learnt
    above = explorer.events.values[0] >= explorer.cuts[0, 0]
    assert explorer.pair("CD3", "CD45").quadrants[0, [1, 3]].sum() == np.sum(above & (explorer.events.qc == 0))  # type: ignore[index]
    explorer.move_cut("CD3", None)
    assert explorer.populations == learnt
    assert explorer.thresholds == {}


def test_what_is_selected_by_a_cut_moves_with_it(explorer: Explorer) -> None:
    explorer.selection = [{"kind": "side", "marker": "CD3", "positive": True}]
    before = explorer.mask.sum()
    explorer.thresholds = {"CD3": COFACTOR * np.sinh(4.0)}
    assert 0 < explorer.mask.sum() < before


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"kind": "circle"}, "polygon or box"),
        ({"kind": "polygon", "x": "CD3", "y": "CD33", "vertices": STAR}, "no marker 'CD33'"),
        ({"kind": "polygon", "x": "CD3", "y": "CD3", "vertices": STAR}, "Two markers"),
        ({"kind": "polygon", "x": "CD3", "y": "CD19", "vertices": STAR[:2]}, "corners"),
        ({"kind": "polygon", "x": "CD3", "y": "CD19", "vertices": [[0, 0], [1, 0], [float("nan"), 1]]}, "numbers"),
        ({"kind": "polygon", "x": "CD3", "y": "CD19"}, "vertices"),
        ({"kind": "box", "x": "CD3", "y": "CD19", "x_range": [2, 1], "y_range": [0, 1]}, "rise"),
        ({"kind": "clusters", "clusters": ["9"]}, "no cluster '9'"),
        ("polygon", "must be a"),
    ],
)
def test_what_is_no_condition_is_refused_and_changes_nothing(explorer: Explorer, told: Any, why: str) -> None:
    explorer.selection = [{"kind": "clusters", "clusters": ["0"]}]
    with pytest.raises(InputError, match=why):
        explorer.selection = [told]
    assert explorer.mask.sum() == 900


def test_what_cannot_be_a_cut_or_a_filter_is_refused(explorer: Explorer) -> None:
    for marker, cut, why in (("CD4", 1.0, "no marker"), ("CD3", float("nan"), "a number"), ("CD3", "x", "a number")):
        with pytest.raises(InputError, match=why):
            explorer.thresholds = {marker: cut}  # type: ignore[dict-item]
    with pytest.raises(InputError, match="no filter 'patient'"):
        explorer.filters = {"patient": ["P1"]}
    with pytest.raises(InputError, match="no patient_id 'P9'"):
        explorer.filters = {"patient_id": ["P9"]}
    assert explorer.thresholds == {}
    assert explorer.filters == {"qc": ["ok"]}
