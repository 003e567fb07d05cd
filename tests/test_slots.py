"""The one writer of AnnData, and what a file gives back."""

import anndata as ad
import numpy as np
import pandas as pd
import pytest

from cytoclust import keys, slots
from cytoclust.findings import Finding

LEFT = Finding("sample left out", why="it is empty")
ONE = Finding("no map of one marker", least=2)
CUT = Finding("cut above all", marker="CD45 «ä»", source="unstained (a.fcs)")


@pytest.fixture
def adata():
    made = ad.AnnData(np.arange(12, dtype=np.float32).reshape(6, 2))
    made.obs_names, made.var_names = [f"e{i}" for i in range(6)], ["CD3", "CD4"]
    return made


def stored(adata, folder):
    adata.write_h5ad(folder / "a.h5ad")
    return ad.read_h5ad(folder / "a.h5ad")


def test_findings_come_back_from_a_file(adata, tmp_path):
    assert slots.read_findings(adata) == []
    slots.write_findings(adata, "read", [("", LEFT), ("S01", ONE)])
    slots.write_findings(adata, "population", [("", CUT)])
    found = [("read", "", LEFT), ("read", "S01", ONE), ("population", "", CUT)]
    assert slots.read_findings(adata) == found
    back = stored(adata, tmp_path)
    assert slots.read_findings(back) == found
    assert back.uns["findings"]["sentence"].tolist() == [finding.sentence for *_, finding in found]


def test_a_step_replaces_what_it_found_and_nothing_of_others(adata, tmp_path):
    slots.write_findings(adata, "read", [("", LEFT)])
    slots.write_findings(adata, "population", [("", CUT), ("", ONE)])
    adata = stored(adata, tmp_path)  # and goes on from a file
    slots.write_findings(adata, "read", [("S02", ONE)])
    assert slots.read_findings(adata) == [("population", "", CUT), ("population", "", ONE), ("read", "S02", ONE)]
    slots.write_findings(adata, "population", [])
    assert slots.read_findings(adata) == [("read", "S02", ONE)]
    assert adata.uns["findings"].index.is_unique


def test_nothing_found_can_be_stored(adata, tmp_path):
    slots.write_findings(adata, "read", [])
    assert slots.read_findings(stored(adata, tmp_path)) == []


def test_sheet(adata):
    sheet = {"sample_id": ["S10", "S2"], "batch": [None, None], "group": ["b", None]}
    slots.write_sheet(adata.obs, sheet, np.array([1, 1, 0, 0, 0, 1]))
    assert list(adata.obs) == ["sample_id", "group"]
    assert adata.obs["sample_id"].tolist() == ["S2", "S2", "S10", "S10", "S10", "S2"]
    assert adata.obs["sample_id"].cat.categories.tolist() == ["S2", "S10"]
    assert adata.obs["group"].isna().tolist() == [True, True, False, False, False, True]


def test_clusters_of_some_events(adata, tmp_path):
    joins = pd.DataFrame({"first": [0], "second": [1], "depth": [0.5]})
    slots.write_clusters(
        adata, np.array([0, 2, 5]), np.array([2, 0, 1]), np.array([0.9, 0.8, 0.7], dtype=np.float32),
        parent=np.array([0, 0, 2]), stability=np.array([1.0, 0.5, 1.0]), joins=joins, params={"seed": 3},
    )  # fmt: skip
    back = stored(adata, tmp_path)
    for made in (adata, back):
        known = made.obs.iloc[[0, 2, 5]]
        assert known["cluster"].tolist() == ["2", "0", "1"]
        assert known["cluster_parent"].tolist() == ["2", "0", "0"]
        assert made.obs["cluster"].cat.categories.tolist() == ["0", "1", "2"]
        assert made.obs["cluster_parent"].cat.categories.tolist() == ["0", "2"]
        others = made.obs.iloc[[1, 3, 4]]
        assert others[["cluster", "cluster_parent", "probability"]].isna().all(axis=None)
        assert len(made.uns["cluster_colors"]) == 3
        assert made.uns["cluster"]["params"]["seed"] == 3
        assert made.uns["cluster"]["joins"]["depth"].tolist() == [0.5]


def test_quality_and_transform(adata, tmp_path):
    codes = np.array([0, 1, 0, 5, 0, 0], dtype=np.uint8)
    slots.write_quality(adata, codes, {"S01": {"counts": {"ok": 4}}}, {"doublets": True, "viability": "auto"})
    linear = np.sinh(adata.X)
    channels = pd.DataFrame({"cofactor": [5.0, 6.0]}, index=["CD3", "CD4"])
    slots.write_transform(adata, linear, channels, {"method": "arcsinh", "cofactor": "auto"})
    back = stored(adata, tmp_path)
    assert back.obs["qc"].tolist() == [keys.QC[code] for code in codes]
    assert back.obs["qc"].cat.categories.tolist() == list(keys.QC)
    assert back.uns["quality"]["samples"]["S01"]["counts"]["ok"] == 4
    np.testing.assert_array_equal(back.layers["compensated"], linear)
    assert back.uns["transform"]["channels"]["cofactor"].to_dict() == {"CD3": 5.0, "CD4": 6.0}


def test_tables_with_gaps(adata, tmp_path):
    table = pd.DataFrame(
        {"sample_id": ["a", "b"], "group": [None, "x"], "none": [None, None], "n": [1, 2], "share": [0.5, np.nan]},
        dtype=object,
    ).astype({"n": np.int64, "share": np.float64})  # fmt: skip
    slots.write_tables(adata, {"populations": table, "empty": table.iloc[:0]})
    back = stored(adata, tmp_path).uns["tables"]
    found = back["populations"]
    for name in table:
        assert found[name].isna().tolist() == table[name].isna().tolist()
        known = table[name].notna().to_numpy()
        assert found[name][known].tolist() == table[name][known].tolist()
    assert list(back["empty"]) == list(table)
    assert len(back["empty"]) == 0


def test_markers_with_a_slash_have_columns_of_their_own_in_a_file(adata, tmp_path):
    names = ["CD56/A", "CD56_A"]
    adata.var_names = names
    table = pd.DataFrame({"cluster": ["0"], "CD56/A": [1.0], "CD56_A": [2.0]})
    slots.write_tables(adata, {"clusters": table})
    back = stored(adata, tmp_path)
    assert sorted(back.uns["tables"]["clusters"]) == ["CD56_A", "CD56_A_", "cluster"]
    pd.testing.assert_frame_equal(slots.read_tables(back)["clusters"][list(table)].reset_index(drop=True), table)


def test_what_is_known_of_samples_comes_back_from_a_packed_file(adata, tmp_path):
    spill = pd.DataFrame([[1.0, 1 / 3], [-2e-17, 1.0]], index=["FITC-A", "PE-A"], columns=["FITC-A", "PE-A"])
    meta = {"S1": {"$CYT": "«ä»\n", "matrix": "a keyword", "spill": spill}, "S2": {"$P1N": "Time"}}
    limits = np.array([[0.1, np.inf], [np.nan, 3.0]], dtype=np.float32)
    quality = {"S1": {"counts": {"ok": 7}, "margin": {"limits": limits, "by": "S1"}}, "S2": {"counts": {"ok": 0}}}
    adata.uns["meta"], adata.uns["quality"] = meta, {"params": {"enabled": True}, "samples": quality}
    with slots.packed(adata):
        back = stored(adata, tmp_path)
    assert adata.uns["meta"] is meta  # in memory as it was
    assert adata.uns["quality"]["samples"] is quality
    assert not isinstance(back.uns["meta"], dict)  # else nothing was packed
    whole = back.copy()
    slots.unpack(whole)
    assert isinstance(whole.uns["meta"], dict)
    for held in (adata, back, whole):
        found = slots.read_meta(held)
        assert {name: dict(each, spill=None) for name, each in found.items()} == {
            name: dict(each, spill=None) for name, each in meta.items()
        }
        pd.testing.assert_frame_equal(found["S1"]["spill"], spill, check_exact=True)
        judged = slots.read_quality(held)
        assert judged["params"]["enabled"]
        assert judged["samples"]["S2"] == {"counts": {"ok": 0}}
        assert judged["samples"]["S1"]["margin"]["by"] == "S1"
        np.testing.assert_array_equal(judged["samples"]["S1"]["margin"]["limits"], limits)


def test_keywords_of_one_file_are_not_packed(adata, tmp_path):
    adata.uns["meta"] = {"$CYT": "made"}
    with slots.packed(adata):
        back = stored(adata, tmp_path)
    assert slots.read_meta(back) == slots.read_meta(adata) == {"$CYT": "made"}
    assert slots.read_quality(back) == {"samples": {}}
