from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks import quality
from benchmarks.datasets import Data
from benchmarks.measure import Failed
from benchmarks.methods import Found, Method
from benchmarks.quality import compare, grouped, line, one_method

PEER = Method("FlowSOM", "flowsom_array.py", "flowsom", seeds=2)


def data() -> Data:
    return Data("made", Path("events.npy"), "0", np.array([1, 1, 1, 2, 2, 0], dtype=np.int16), ["", "a", "b"], Path())


def found(labels, groups=None) -> Found:
    return Found(np.array(labels), slice(None), groups or {}, 2.0, 10.0, {}, from_cache=False)


def test_grouped_sums_columns():
    table = pd.DataFrame([[1, 2, 3], [4, 5, 6]], index=["a", "b"], columns=[0, 2, 3])
    assert grouped(table, np.array([1, 9, 0, 1])).to_dict("list") == {0: [2, 5], 1: [4, 10]}


def test_events_that_are_not_scored_count_only_as_clusters(monkeypatch):
    monkeypatch.setattr(quality, "cluster", lambda *_, **__: found([0, 0, 0, 1, 1, 2]))
    (row,) = one_method(PEER, data(), fresh=False)
    assert (row.mean("f1"), row.mean("ari"), row.stability) == (1, 1, 1)
    assert row.scores[0].clusters == 3
    assert "clusters 3,3 for 2" in line(row)


def test_the_best_number_of_groups_is_chosen_by_the_truth(monkeypatch):
    groups = {2: np.array([0, 1, 1]), 3: np.array([0, 1, 2]), 30: np.array([0, 0, 0])}
    monkeypatch.setattr(quality, "cluster", lambda *_, **__: found([0, 0, 0, 1, 2, 0], groups))
    default, best = one_method(PEER, data(), fresh=False)
    assert (default.method, best.method) == ("FlowSOM, 30", "FlowSOM, best")
    assert best.mean("f1") == 1
    assert best.scores[0].clusters == 2
    assert default.mean("f1") == pytest.approx((2 * 3 / (3 + 5)) / 2)


def test_a_method_that_fails_is_said_and_not_dropped(monkeypatch):
    def fail(*_, **__):
        raise Failed("no compiler")

    monkeypatch.setattr(quality, "cluster", fail)
    (row,) = one_method(PEER, data(), fresh=False)
    assert not row.scores
    assert "no compiler" in line(row)


def test_data_that_are_not_there_are_said(monkeypatch):
    def absent(*_, **__):
        raise FileNotFoundError("ff.fcs")

    monkeypatch.setattr(quality, "load", absent)
    (row,) = compare(["ff"], [PEER], seed=1)
    assert "ff.fcs" in row.note
