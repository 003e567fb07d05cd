"""What the page tells of drift, from the tables of a run."""

from types import SimpleNamespace

import pandas as pd

from cytoclust.drift import ControlRow, control_chart, drift_table
from cytoclust.report._drift_section import drift
from tests.drift.test_control_chart import runs
from tests.drift.test_drift_table import MARKERS, profile


def inputs(**tables):
    return SimpleNamespace(
        table=lambda name: tables.get(name, pd.DataFrame()), run=SimpleNamespace(notes=[])
    )  # fmt: skip


def test_without_anything_measured_there_is_no_section():
    assert drift(inputs()) is None


def test_gains_verdicts_and_the_chart():
    measured = drift_table(
        MARKERS, batches=["B"], reference=profile(1), controls=[ControlRow("b", "B", profile(2, gain=2))]
    )
    both = pd.DataFrame(
        [("MSC", "in ill", 0.5, float("nan"), "not supported", "not listed")],
        columns=["population", "contrast", "p_raw", "p_normalised", "verdict_raw", "verdict_normalised"],
    )
    chart = control_chart(runs([9.0, 11.0] * 10 + [20.0]))
    told = drift(inputs(drift=measured, claims_both=both, control_chart=chart))
    cells = [[cell.text for cell in row] for row in told["table"].rows]
    assert cells[0][:4] == ["B", "CD1", "process control b", "2"]
    assert [row[6] for row in cells] == ["drifted", "not evaluable"]
    assert "too few to measure a gain by" in cells[1][7]
    assert [cell.text for cell in told["claims"].rows[0]][4:] == ["not supported", "not listed"]
    assert "21 runs" in told["chart"].caption
