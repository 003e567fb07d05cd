"""Gates on grids: they hold the events that a loop finds, and their lines part those that were set aside."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from cytoclust import keys
from cytoclust.positivity import Control
from cytoclust.pp import Preparation
from cytoclust.tl._count_histograms import plan_histograms
from cytoclust.tl._count_strips import plan_strips
from cytoclust.tl._one_pass import one_pass
from tests.pp.marrow import COLUMNS, PANEL, judge, marrow
from tests.tl.gathered import gathered

N = 12_000
ORDER = ("time", "debris", "dead", "doublet")


@pytest.fixture(scope="module")
def strip() -> tuple[np.ndarray, np.ndarray, np.ndarray, dict[str, Any]]:
    events = marrow(N, seed=4, debris=0.12).events
    model, qc = judge(events, PANEL)
    codes = np.array([keys.QC.index(name) for name in qc], dtype=np.uint8)
    labels = np.random.default_rng(0).integers(0, 3, int((codes == 0).sum()))
    samples = {"S": Preparation(events, codes)}
    counting = plan_strips(
        samples, panel=PANEL, summaries={"S": model.summary()}, viability=COLUMNS.index("APC-Cy7-A"),
        members={"p": np.array([True, False, False])},
    )  # fmt: skip
    return events, codes, labels, gathered(counting, samples, labels)


def layer(drawn: dict[str, Any], view: str, name: str) -> np.ndarray:
    """Events (bins, bins) by x and y."""
    cells, bins = drawn["cells"], drawn["bins"]
    mine = (cells["view"] == list(cells["view_names"]).index(view)) & (
        cells["layer"] == list(cells["layer_names"]).index(name)
    )
    grid = np.zeros(bins * bins, dtype=int)
    grid[cells["bin"][mine]] = cells[keys.N_EVENTS][mine]
    return grid.reshape(bins, bins)


def test_a_gate_holds_what_no_earlier_check_claimed_and_what_it_sets_aside(strip) -> None:
    _, codes, _, drawn = strip
    names = np.array(keys.QC)[codes]
    left = int((names != "margin").sum())
    for gate in ORDER:
        claimed = int((names == gate).sum())
        assert claimed > 20, gate  # else this shows nothing
        assert layer(drawn, gate, "all").sum() == left
        assert layer(drawn, gate, "aside").sum() == claimed
        assert (layer(drawn, gate, "aside") <= layer(drawn, gate, "all")).all()
        left -= claimed
    assert left == (names == "ok").sum()


def places(events: np.ndarray, drawn: dict[str, Any], view: str) -> np.ndarray:
    """Events on the axes of a gate, by another formula than the package's, where it needs no model."""
    rows = drawn["axes"][drawn["axes"]["view"] == view].to_dict("records")
    out = [events[:, row["column"]].astype(float) for row in rows]
    return np.column_stack([
        np.log10(np.maximum(x, 1e-3)) if row["scale"] == "log" else x for x, row in zip(out, rows, strict=True)
    ])  # fmt: skip


def line(drawn: dict[str, Any], view: str, which: int = 0) -> np.ndarray:
    found = drawn["lines"]
    return found[(found["view"] == view) & (found["line"] == which)][["x", "y"]].to_numpy(float)


def test_the_line_of_debris_parts_what_is_set_aside(strip) -> None:
    events, codes, _, drawn = strip
    at, cut = places(events, drawn, "debris"), line(drawn, "debris")
    order = np.argsort(cut[:, 1])
    limit = np.interp(at[:, 1], cut[order, 1], cut[order, 0])
    sure = np.abs(at[:, 0] - limit) > 1e-4
    judged = np.isin(codes, [0, *(keys.QC.index(name) for name in ("debris", "dead", "doublet"))]) & sure
    np.testing.assert_array_equal((at[:, 0] < limit)[judged], (codes == keys.QC.index("debris"))[judged])


def test_stretches_of_time_are_between_their_lines(strip) -> None:
    events, codes, _, drawn = strip
    ends = sorted({float(x) for x in drawn["lines"].loc[drawn["lines"]["view"] == "time", "x"]})
    late = codes == keys.QC.index("time")
    clock = events[:, 0].astype(float)
    inside = np.searchsorted(ends, clock, side="right") % 2 == 1
    if len(ends) % 2 == 0:  # no stretch reaches an end of the run
        judged = codes != keys.QC.index("margin")
        np.testing.assert_array_equal(inside[judged], late[judged])
    assert ends


def test_dead_cells_are_above_their_line(strip) -> None:
    _, codes, _, drawn = strip
    grid, bins = layer(drawn, "dead", "aside"), drawn["bins"]
    axes = drawn["axes"][drawn["axes"]["view"] == "dead"].set_index("axis")
    cut = line(drawn, "dead")
    span = axes["high"] - axes["low"]
    middles = axes.at["x", "low"] + (np.arange(bins) + 0.5) / bins * span["x"]
    tops = axes.at["y", "low"] + (np.arange(bins) + 1) / bins * span["y"]
    below = tops[None, :] < np.interp(middles, cut[:, 0], cut[:, 1])[:, None] - span["y"] / bins
    assert grid[below].sum() == 0
    live = layer(drawn, "dead", "all") - grid
    above = tops[None, :] - 2 * span["y"] / bins > np.interp(middles, cut[:, 0], cut[:, 1])[:, None]
    assert live[above].sum() == 0
    assert grid.sum() == (codes == keys.QC.index("dead")).sum()


def test_populations_are_found_again_over_scatter_and_cd45(strip) -> None:
    _, codes, labels, drawn = strip
    for view in ("scatter", "CD45"):
        assert layer(drawn, view, "all").sum() == (codes == 0).sum()
        assert layer(drawn, view, "p").sum() == (labels == 0).sum()


def test_nothing_known_of_the_checks_gives_gates_without_lines() -> None:
    events = marrow(500, seed=1).events
    samples = {"S": Preparation(events, np.zeros(500, np.uint8))}
    counting = plan_strips(samples, panel=PANEL, summaries={}, viability=-1, members={})
    drawn = gathered(counting, samples, np.zeros(500, int))
    assert set(drawn["axes"]["view"]) == {"time", "debris", "doublet", "scatter", "CD45"}
    assert len(drawn["lines"]) == 0


def test_histograms_are_those_of_numpy_and_hold_every_cell() -> None:
    rng = np.random.default_rng(2)
    events = [rng.normal(1, 2, (n, 3)).astype(np.float32) for n in (4000, 0, 700)]
    codes = [(rng.random(len(each)) < 0.3).astype(np.uint8) for each in events]
    cuts = pd.DataFrame({"marker": ["A", "C"], "batch": ["", ""], "positive": [30.0, np.nan]})
    control = Control("C", "b", 1.0, 0.1, "FMO C (c.fcs)", values=rng.normal(0, 1, 50).astype(np.float32))
    samples = {f"S{i}": Preparation(*each) for i, each in enumerate(zip(events, codes, strict=True))}
    counting = plan_histograms(
        samples, columns=np.array([0, 2]), markers=["A", "C"], cuts=cuts, controls=[control]
    )  # fmt: skip
    labels = np.zeros(sum(int((code == 0).sum()) for code in codes), dtype=np.int32)
    found = gathered(counting, samples, labels)
    low, high = found["axes"].loc["A"]
    assert high > 30.0  # the cut is on the axis
    for sample, (values, code) in enumerate(zip(events, codes, strict=True)):
        for place, (name, column) in enumerate((("A", 0), ("C", 2))):
            low, high = found["axes"].loc[name]
            edges = np.linspace(low, high, found["counts"].shape[2] + 1)
            wanted, _ = np.histogram(np.clip(values[code == 0, column], low, np.nextafter(high, low)), edges)
            assert found["counts"][sample, place].sum() == (code == 0).sum()
            assert np.abs(np.cumsum(found["counts"][sample, place]) - np.cumsum(wanted)).max() <= 1  # edges round
    assert found["controls"][keys.N_EVENTS].sum() == 50
    assert set(found["controls"]["marker"]) == {"C"}


def test_all_is_counted_in_one_reading_of_each_event() -> None:
    events = marrow(3_000, seed=1).events

    class Counted:
        """Rows that say how many were asked for."""

        read = 0

        def __len__(self) -> int:
            return len(events)

        def __getitem__(self, rows: Any) -> np.ndarray:
            found = events[rows]
            self.read += len(found)
            return found

    codes = np.where(np.arange(len(events)) % 10 == 0, keys.QC.index("debris"), 0).astype(np.uint8)
    rows, labels = Counted(), np.zeros(int((codes == 0).sum()), dtype=np.int32)
    samples = {"S": Preparation(rows, codes)}  # type: ignore[arg-type]
    stained = np.array([COLUMNS.index("FITC-A"), COLUMNS.index("APC-Cy7-A")])
    cuts = pd.DataFrame({"marker": ["a", "b"], "positive": [100.0, 200.0]})
    histograms = plan_histograms(samples, columns=stained, markers=["a", "b"], cuts=cuts)
    strips = plan_strips(samples, panel=PANEL, summaries={}, viability=-1, members={"p": np.array([True])})
    assert histograms is not None
    assert strips is not None
    rows.read = 0
    one, other = one_pass(samples, labels, [histograms, strips], map)
    assert rows.read == len(events)
    alone = gathered(histograms, samples, labels)
    np.testing.assert_array_equal(histograms.gather(one)["counts"], alone["counts"])
    assert layer(strips.gather(other), "scatter", "all").sum() == len(labels)
