"""The record of an AnnData: what its slots tell."""

import json

import anndata as ad
import numpy as np
import pandas as pd

from cytoclust.findings import Finding
from cytoclust.record import Record
from cytoclust.slots import write_findings
from tests.report.cohort import Cohort


def test_nothing_is_known_of_bare_events() -> None:
    adata = ad.AnnData(np.ones((3, 2), np.float32), var=pd.DataFrame(index=["a", "b"]))
    record = Record.from_adata(adata)
    assert [(each.name, each.channel, each.role, each.threshold) for each in record.panel] == [
        ("a", "a", "", None),
        ("b", "b", "", None),
    ]
    assert record.model_dump(exclude={"panel"}) == Record().model_dump(exclude={"panel"})


def _cohort() -> ad.AnnData:
    adata = Cohort(2, 4, n_events=300).adata
    adata.obs["qc"] = pd.Categorical(np.where(np.arange(300) % 10 == 0, "dead", "ok"))
    adata.uns["cluster"] = {"params": {"markers": np.array(["CD45", "CD3 x"], dtype=object), "resolution": 1.5}}
    adata.uns["population"] = {"params": {"rules": "msc"}}
    write_findings(adata, "limits", [("", Finding("note", text="No CD3."))])
    return adata


def test_parameters_panel_and_events_are_those_of_the_slots() -> None:
    adata = _cohort()
    record = Record.from_adata(adata)
    assert record.parameters == {
        "cluster": {"markers": ["CD45", "CD3 x"], "resolution": 1.5},
        "annotate": {"rules": "msc"},
    }
    assert [each.name for each in record.panel if each.role == "clustering"] == ["CD45"]
    assert {each.name: each.threshold for each in record.panel}["CD45"] == 2.0
    assert {each.name: each.threshold for each in record.panel}["HLA-DR"] is None  # nan: no cut
    for row in record.events:
        mine = adata.obs[adata.obs["sample_id"] == row["sample_id"]]
        assert (row["total"], row["ok"]) == (len(mine), int((mine["qc"] == "ok").sum()))
    assert record.rules is not None
    assert [note.sentence for note in record.rules.limits] == ["No CD3."]


def test_events_are_counted_by_their_weight() -> None:
    adata = _cohort()
    adata.obs["weight"] = np.where(adata.obs["qc"] == "ok", 2.5, 10.0)
    for row in Record.from_adata(adata).events:
        mine = adata.obs[adata.obs["sample_id"] == row["sample_id"]]
        assert row["dead"] == 10 * int((mine["qc"] == "dead").sum())
        assert abs(row["ok"] - 2.5 * int((mine["qc"] == "ok").sum())) <= 0.5


def test_findings_go_where_they_belong() -> None:
    adata = _cohort()
    rows = [
        ("read", "", "note", {"text": "a"}),
        ("quality", "BM001", "note", {"text": "b; one patient"}),
        ("limits", "", "note", {"text": "c"}),
        ("population", "", "cut above all", {"marker": "CD3", "source": "unstained (x)"}),
        ("open", np.nan, "taken as compensated", {}),
    ]
    data = [(step, sample, code, json.dumps(told) if told else "") for step, sample, code, told in rows]
    adata.uns["findings"] = pd.DataFrame(data, columns=["step", "sample_id", "code", "data"])
    record = Record.from_adata(adata)
    assert [note.data for note in record.panel_notes] == [{"text": "a"}]
    assert {name: [note.sentence for note in notes] for name, notes in record.quality_notes.items()} == {
        "BM001": ["b; one patient"]
    }
    assert record.rules is not None
    assert [note.sentence for note in record.rules.limits] == ["c"]
    assert record.notes[-1].code == "taken as compensated"
    assert Record.model_validate(record.to_json()) == record
