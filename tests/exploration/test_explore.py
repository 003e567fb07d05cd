"""The widget: what is set is drawn, and what is drawn is read."""

import sys
from typing import Any

import numpy as np
import pytest

import cytoclust as ct
from cytoclust.errors import InputError
from cytoclust.pipeline import Result

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def widget(finished: Result) -> Any:
    pytest.importorskip("anywidget", reason="the extra `explore` is not installed")
    return ct.explore(finished.adata)


def test_a_selection_set_in_python_is_a_mask_a_rule_and_a_gate(widget: Any, finished: Result) -> None:
    adata = finished.adata
    widget.selection = [{"kind": "box", "x": "CD271", "y": "CD146", "x_range": [3.0, 9.0], "y_range": [3.0, 9.0]}]
    x, y = adata[:, "CD271"].X.ravel(), adata[:, "CD146"].X.ravel()
    wanted = (x >= 3) & (x < 9) & (y >= 3) & (y < 9) & (adata.obs["qc"] == "ok").to_numpy()
    np.testing.assert_array_equal(widget.mask, wanted)
    assert wanted.sum() > 20
    widget.name = "double positive"
    assert "double positive" in widget.rule
    assert "CD271: +" in widget.rule
    assert "RectangleGate" in widget.gate
    assert widget.gate.count('compensation-ref="FCS"') == 2  # each file has a matrix of its own
    widget.filters = {"sample_id": ["S01"]}
    assert "spectrumMatrix" in widget.gate
    widget.filters = {}


def test_a_cut_moved_in_the_page_is_seen_in_python_and_renames(widget: Any) -> None:
    sent: list[Any] = []
    widget.send = sent.append
    heard: list[Any] = []
    widget.observe(heard.append, names="thresholds")
    widget._hear(widget, {"id": 7, "request": {"do": "update", "cut": {"marker": "CD45", "signal": 90_000}}}, [])
    assert sent[-1]["id"] == 7
    assert sent[-1]["told"]["moved"] == {"CD45": 90_000.0}
    assert widget.thresholds == {"CD45": 90_000.0}
    assert len(heard) == 1
    assert widget.populations != widget.explorer.learnt.table["population"].tolist()
    assert "90000" in widget.thresholds_yaml
    widget.thresholds = {}
    assert widget.populations == widget.explorer.learnt.table["population"].tolist()
    widget._hear(widget, {"id": 8, "request": {"do": "update", "cut": {"marker": "CD999", "at": 1}}}, [])
    assert "no marker 'CD999'" in sent[-1]["error"]


def test_what_cannot_be_set_is_refused_in_a_line_and_changes_nothing(widget: Any) -> None:
    before = widget.selection
    with pytest.raises(InputError, match="no cluster"):
        widget.selection = [{"kind": "clusters", "clusters": ["none such"]}]
    assert widget.selection == before


def test_without_anywidget_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch, finished: Result) -> None:
    monkeypatch.setitem(sys.modules, "anywidget", None)
    monkeypatch.delitem(sys.modules, "cytoclust.exploration._widget", raising=False)
    with pytest.raises(InputError, match=r"pip install 'cytoclust\[explore\]'"):
        ct.explore(finished.adata)
