"""All events over two markers: which two, and counts that are those of a loop over the events."""

import numpy as np
import pandas as pd
import pytest

from cytoclust import keys
from cytoclust.pp import Preparation
from cytoclust.rules import load
from cytoclust.tl import Biplot, choose_biplots
from cytoclust.tl._count_biplots import no_biplots, plan_biplots
from tests.tl.gathered import gathered

PANEL = ["CD45", "CD34", "CD90", "CD105", "CD146", "CD271", "CD31", "CD56", "GD2"]
CUTS = pd.DataFrame({"marker": ["A", "B", "C"], "positive": [1.0, 2.0, np.nan]})
BY_BATCH = pd.DataFrame({"marker": ["A", "A", "B"], "batch": ["x", "y", ""], "positive": [1.0, 1.5, 2.0]})


def test_subtypes_share_the_two_markers_that_part_them_and_tumour_is_shown_by_what_it_carries() -> None:
    rules = load("msc")
    drawn = choose_biplots(rules, PANEL, PANEL, primary=rules.primary)
    assert [(each.x, each.y) for each in drawn] == [("GD2", "CD56"), ("CD271", "CD146")]
    assert drawn[1].populations == tuple(rules.primary)


def test_a_marker_without_a_cut_is_no_axis() -> None:
    rules = load("msc")
    (tumour, *_) = choose_biplots(rules, PANEL, [name for name in PANEL if name != "GD2"], primary=())
    assert {tumour.x, tumour.y} == {"CD56", "CD146"}
    assert choose_biplots(rules, PANEL, ["CD56"], primary=()) == []
    assert choose_biplots(None, PANEL, PANEL, primary=()) == []


@pytest.fixture(scope="module")
def counted() -> tuple[list[np.ndarray], list[np.ndarray], list[np.ndarray], pd.DataFrame, dict]:
    rng = np.random.default_rng(0)
    events = [rng.normal(1, 1.5, (n, 3)).astype(np.float32) for n in (500, 1, 0)]
    codes = [rng.integers(0, 2, len(each)).astype(np.uint8) for each in events]
    codes[1][:] = 0
    labels = [rng.integers(0, 4, int((each == 0).sum())) for each in codes]
    samples = {f"S{i}": Preparation(*each) for i, each in enumerate(zip(events, codes, strict=True))}
    counting = plan_biplots(
        samples, np.concatenate(labels), biplots=[Biplot("A", "B", ("p", "q"))], markers=["A", "B", "C"],
        members={"p": np.array([True, False, False, False]), "q": np.array([False, True, True, False])},
        batches=["y", "unheard", ""], cuts=CUTS, cuts_by_batch=BY_BATCH,
    )  # fmt: skip
    quadrants, densities = gathered(counting, samples, np.concatenate(labels))
    return events, codes, labels, quadrants, densities


def test_quadrants_are_those_of_a_loop_over_events(counted) -> None:
    events, codes, labels, quadrants, _ = counted
    belongs = {"cells": [0, 1, 2, 3], "p": [0], "q": [1, 2]}
    for number, cut in enumerate((1.5, 1.0, 1.0)):  # of the sample's batch; of the cohort where it has none
        for name, clusters in belongs.items():
            wanted = dict.fromkeys([(False, False), (True, False), (False, True), (True, True)], 0)
            passed = events[number][codes[number] == 0]
            for (a, b, _), cluster in zip(passed.tolist(), labels[number].tolist(), strict=True):
                if cluster in clusters:
                    wanted[a >= cut, b >= 2.0] += 1
            (row,) = quadrants[(quadrants[keys.SAMPLE] == f"S{number}") & (quadrants[keys.POPULATION] == name)].to_dict(
                "records"
            )
            assert [row[each] for each in keys.QUADRANTS] == list(wanted.values())
            assert row[keys.N_EVENTS] == sum(wanted.values())
            assert (row["x_cut"], row["y_cut"]) == (cut, 2.0)


def test_every_event_is_on_the_grid(counted) -> None:
    *_, quadrants, densities = counted
    drawn = densities["cells"].groupby([keys.SAMPLE, keys.POPULATION], observed=True)[keys.N_EVENTS].sum()
    wanted = quadrants[quadrants[keys.N_EVENTS] > 0].set_index([keys.SAMPLE, keys.POPULATION])[keys.N_EVENTS]
    assert drawn.to_dict() == wanted.to_dict()
    assert densities["cells"]["bin"].max() < densities["bins"] ** 2
    low, high = densities["axes"]["low"], densities["axes"]["high"]
    assert (low["A"] < 1.0) & (high["A"] > 1.5)  # every cut is on the axis


def test_nothing_is_drawn_without_biplots() -> None:
    samples = {"S": Preparation(np.zeros((3, 1), np.float32), np.zeros(3, np.uint8))}
    counting = plan_biplots(
        samples, np.zeros(3, int), biplots=[], markers=["A"], members={}, batches=[""], cuts=CUTS,
        cuts_by_batch=BY_BATCH,
    )  # fmt: skip
    assert counting is None
    quadrants, densities = no_biplots()
    assert (len(quadrants), densities) == (0, {})
