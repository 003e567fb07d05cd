import numpy as np
import pandas as pd
import pytest

from benchmarks.quality import BOUND, Row
from benchmarks.results import asked, render
from benchmarks.score import Scores
from benchmarks.speed import Cost, Speed

KINDS = {
    "T": {"n": 5000, "precision": 1.0, "recall": 1.0, "f1": 1.0},
    "MSC x": {"n": 4, "precision": 1.0, "recall": 0.5, "f1": 0.67},
}


def row(data, method, f1, *, clusters=(2, 2), kinds=2, from_cache=False, note=""):
    scores = tuple(Scores(f1, f1, f1, each, KINDS) for each in clusters) if not note else ()
    return Row(data, method, 1000, kinds, scores, 0.99, 2.0, 100.0, from_cache, note)


ROWS = [
    row("ff", BOUND, 0.99, clusters=(2,)),
    row("ff", "cytoclust", 0.96),
    row("ff", "FlowSOM, best", 0.95, from_cache=True),
    row("ff", "PARC", 0.5, clusters=(7,)),
    row("ratio", "cytoclust", 0.5, clusters=(4, 6)),
    row("ratio", "FlowSOM, best", 0.6),
    row("one-uniform", "cytoclust", 1.0, clusters=(1, 3), kinds=1),
    row("ratio", "PhenoGraph", 0.0, note="stopped after 600 s"),
]
RARE = pd.DataFrame(
    [(m, b, "cytoclust", 50, r, 0.95) for m, b, r in ((2, 0, 1.0), (2, 1, 0.9), (1, 0, 0.7), (1, 1, 0.9))],
    columns=["markers", "background", "method", "events", "recall", "precision"],
)
COSTS = {"cytoclust": 3.0, "FlowSOM": 36.0, "FlowSOM batch": 6.0, "floor": 2.0}
SPEED = Speed(
    1_500_000, 1, {name: Cost(seconds, 1.0, 100.0, 0.5, {"fit": 1.0}, seconds + 1) for name, seconds in COSTS.items()},
    {"cytoclust": 0.5, "scanpy": 60.0}, accepted=True,
)  # fmt: skip


def test_asked_compares_with_its_bounds():
    bars = asked(ROWS, RARE, SPEED).set_index("asked")
    met = {name: bool(value) for name, value in bars["met"].items()}
    assert met["times as fast as FlowSOM, files to labels"]
    assert not met["times as fast as its batch estimator"]
    assert met["times as fast as scanpy's kNN-Leiden, same array, fit alone"]
    assert met["times as fast as scanpy's kNN-Leiden, scaled to the cohort"]
    assert met["times the floor, files to labels"]
    assert bars.at["data sets with higher F1 than FlowSOM's best", "found"] == "1 of 2"
    assert bars.at["number of clusters over algorithm seeds: largest deviation", "found"] == "0.5"
    assert bars.at["clusters where there is one population, at most", "found"] == "3"
    recall = next(found for name, found in bars["found"].items() if "recall" in name)
    assert float(recall) == pytest.approx(0.8)  # the worse of one and two markers


def test_the_page_gives_times_only_of_this_run_and_drops_no_failure():
    page = render(ROWS, RARE, SPEED, machine="a machine", seed=1)
    (cached,) = [line for line in page.splitlines() if line.startswith("| ff | FlowSOM, best")]
    (timed,) = [line for line in page.splitlines() if line.startswith("| ff | PARC")]
    assert [cell.strip() for cell in cached.split("|")][-3:-1] == ["", "1.0"]
    assert [cell.strip() for cell in timed.split("|")][-3:-1] == ["1.0", "1.0"]
    assert "stopped after 600 s" in page
    assert "MSC x" in page
    assert "nan" not in page
    assert np.isclose(SPEED.over_floor, 1.5)
