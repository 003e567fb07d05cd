"""Westgard's rules, by worked examples: the first twenty runs are nine and eleven in turn, mean 10 and sd 1.0260."""

import numpy as np
import pandas as pd
import pytest

from cytoclust.drift import control_chart

SD = np.sqrt(20 / 19)
"""Of ten 9s and ten 11s: 20 squared deviations of 1, over 19."""


def runs(values, **more):
    dates = pd.date_range("2026-01-01", periods=len(values)).strftime("%Y-%m-%d")
    same = {"instrument": "A", "control": "process", "channel": "CD45", "statistic": "upper"} | more
    return pd.DataFrame({"date": dates, "run": [f"r{i:02}" for i in range(len(values))], **same, "value": values})


def broken(*later):
    """Rules that each run after the twentieth breaks, of values in standard deviations from the mean."""
    table = control_chart(runs([9.0, 11.0] * 10 + [10 + SD * z for z in later]))
    assert table["z"].to_numpy()[20:] == pytest.approx(np.array(later))
    assert set(table["rules_broken"][:20]) == {"too few runs"}
    return list(table["rules_broken"][20:])


def test_the_baseline_is_the_first_twenty():
    table = control_chart(runs([9.0, 11.0] * 10 + [30.0]))
    assert set(table["mean"]) == {10.0}
    assert table["sd"].to_numpy() == pytest.approx(np.full(21, 1.025978), abs=1e-6)


def test_one_beyond_three():
    assert broken(3.1, 0.5, -3.1, 2.9) == ["1-3s", "", "1-3s", "R-4s"]


def test_two_beyond_two_on_one_side():
    assert broken(2.1, 2.2, 0.0, -2.1, -2.1) == ["", "2-2s", "", "", "2-2s"]


def test_four_between_two_in_turn():
    assert broken(2.1, -2.1, 1.9, -2.2) == ["", "R-4s", "", ""]


def test_ten_on_one_side():
    assert broken(-0.1, *[0.5] * 10, -0.5) == [""] * 10 + ["10-x", ""]


def test_fewer_than_twenty_runs_have_no_rule():
    table = control_chart(runs([10.0] * 18 + [99.0]))
    assert set(table["rules_broken"]) == {"too few runs"}
    assert table[["mean", "sd", "z"]].isna().all(axis=None)


def test_earlier_runs_go_on_and_count_once():
    every = runs([9.0, 11.0] * 10 + [14.0])
    whole, parts = control_chart(every), control_chart(every[20:], [every[:12], every[8:20]])
    pd.testing.assert_frame_equal(whole, parts)
    assert list(whole["rules_broken"])[-1] == "1-3s"


def test_series_are_by_instrument_and_statistic():
    both = pd.concat([runs([9.0, 11.0] * 10 + [10.0]), runs([1.0, 3.0] * 10 + [10.0], instrument="B")])
    table = control_chart(both)
    assert list(table.groupby("instrument")["rules_broken"].last()) == ["", "1-3s"]
