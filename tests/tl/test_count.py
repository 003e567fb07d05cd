"""Tables of an AnnData, against counts by pandas."""

import anndata as ad
import numpy as np
import pandas as pd
import pytest

from cytoclust.errors import InputError, ParameterError
from cytoclust.tl import annotate, count
from tests.rules.marrow import MARKERS, marrow

TABLES = {
    "clusters", "cluster_tree", "cluster_counts", "thresholds", "populations", "unknown_clusters", "samples",
    "contrasts", "discoveries", "acquisition", "set_aside", "cluster_medians", "backgrounds", "table1", "quadrants",
}  # fmt: skip


@pytest.fixture(scope="module")
def named():
    """Clusters as another program gives them, of four samples of two groups, with names."""
    rng = np.random.default_rng(0)
    events, labels, _ = marrow(0, n=20_000)
    adata = ad.AnnData(events.astype(np.float32))
    adata.obs_names, adata.var_names = [f"e{i}" for i in range(len(events))], list(MARKERS)
    adata.obs["sample_id"] = pd.Categorical(rng.choice(["S1", "S2", "S3", "S10"], len(events)))
    adata.obs["patient_id"] = adata.obs["sample_id"].astype(str).str.replace("S", "P")
    adata.obs["group"] = np.where(adata.obs["sample_id"].isin(["S1", "S2"]), "control", "ill")
    adata.obs["qc"] = pd.Categorical(np.where(rng.random(len(events)) < 0.02, "dead", "ok"), categories=["ok", "dead"])
    adata.obs["cluster"] = pd.Categorical([str(label) for label in labels])
    annotate(adata, rules="msc")
    return adata


@pytest.fixture(scope="module")
def counted(named):
    return count(named, rng=3, copy=True)


def test_slots(named, counted):
    assert set(counted.uns["tables"]) == TABLES
    assert "tables" not in named.uns
    again = named.copy()
    assert count(again, rng=3) is None
    for name, table in counted.uns["tables"].items():
        pd.testing.assert_frame_equal(again.uns["tables"][name], table)


def test_events_of_clusters(counted):
    ok = counted.obs[counted.obs["qc"] == "ok"]
    table = counted.uns["tables"]["cluster_counts"]
    expected = pd.crosstab(ok["sample_id"].astype(str), ok["cluster"].astype(str))
    found = table.pivot(index="sample_id", columns="cluster", values="n_events")
    np.testing.assert_array_equal(found.loc[expected.index, expected.columns], expected)
    cells = table.drop_duplicates("sample_id").set_index("sample_id")["n_cells"]
    assert cells.to_dict() == ok["sample_id"].astype(str).value_counts().to_dict()
    clusters = counted.uns["tables"]["clusters"].set_index("cluster")["n_events"]
    assert clusters.rename(str).to_dict() == ok["cluster"].astype(str).value_counts().to_dict()


def test_events_of_populations_and_their_sheet(counted):
    ok = counted.obs[counted.obs["qc"] == "ok"]
    table = counted.uns["tables"]["populations"]
    expected = pd.crosstab(ok["sample_id"].astype(str), ok["population"].astype(str))
    found = table.pivot(index="sample_id", columns="population", values="n_events")
    for name in ("endothelial", "NK cell", "MSC CD146+CD271+", "late erythroid"):
        np.testing.assert_array_equal(found.loc[expected.index, name], expected[name])
    sheet = table.drop_duplicates("sample_id").set_index("sample_id")
    assert sheet["group"].astype(str).to_dict() == {"S1": "control", "S2": "control", "S3": "ill", "S10": "ill"}
    assert sheet["patient_id"].astype(str).to_dict() == {"S1": "P1", "S2": "P2", "S3": "P3", "S10": "P10"}


def test_quality_of_samples(counted):
    samples = counted.uns["tables"]["samples"].set_index("sample_id")
    obs = counted.obs.assign(ok=counted.obs["qc"] == "ok")
    by_sample = obs.groupby(obs["sample_id"].astype(str))["ok"]
    assert samples["n_events"].to_dict() == by_sample.size().to_dict()
    assert samples["n_ok"].to_dict() == by_sample.sum().to_dict()
    acquisition = counted.uns["tables"]["acquisition"]
    assert acquisition.groupby("sample_id", observed=True)["n_events"].sum().to_dict() == by_sample.size().to_dict()
    assert acquisition["dead"].sum() == (~obs["ok"]).sum()


def test_probabilities_are_believed(named):
    """Events that may belong elsewhere raise the background of the cluster they are in."""
    sure, unsure = named.copy(), named.copy()
    sure.obs["probability"], unsure.obs["probability"] = np.float32(1), np.float32(0.9)
    count(sure)
    count(unsure)
    plain = count(named, copy=True).uns["tables"]["populations"]
    pd.testing.assert_frame_equal(sure.uns["tables"]["populations"], plain)
    more = unsure.uns["tables"]["populations"]
    assert (more["background"].sum() - plain["background"].sum()) > 0
    assert more["n_events"].equals(plain["n_events"])


def test_covariates_are_columns_of_obs(named):
    aged = named.copy()
    samples = list(dict.fromkeys(aged.obs["sample_id"]))
    aged.obs["age"] = aged.obs["sample_id"].map({name: float(i % 2) for i, name in enumerate(samples)}).astype(float)
    notes = count(aged, covariates=["age"], copy=True).uns["tables"]["contrasts"]["note"].astype(str)
    assert notes.str.contains('adjusted {"columns": ["age"]}', regex=False).all()


def test_what_to_compare(named):
    settings = {"groups": ["ill vs control"], "primary": ["endothelial"], "permutations": 200}
    contrasts = count(named, **settings, copy=True).uns["tables"]["contrasts"]
    assert set(contrasts["contrast"].astype(str)) == {"ill vs control"}
    with pytest.raises(InputError, match="no further column 'age'"):
        count(named, covariates=["age"])
    with pytest.raises(InputError, match="nobody"):
        count(named, groups=["ill vs nobody"])
    with pytest.raises(ParameterError, match=r"contrasts\.alpha"):
        count(named, alpha=2.0)
    with pytest.raises(ParameterError, match=r"detect\.confidence"):
        count(named, confidence=0.0)


def test_without_samples_all_are_one(named):
    plain = named[named.obs["qc"] == "ok"].copy()
    plain.obs = plain.obs[["cluster", "population"]]
    count(plain)
    samples = plain.uns["tables"]["samples"]
    assert samples["n_events"].tolist() == samples["n_ok"].tolist() == [plain.n_obs]


def test_wrong_input(named):
    with pytest.raises(InputError, match=r"obs\['leiden'\]"):
        count(named, key="leiden")
    nameless = named.copy()
    del nameless.uns["population"]
    with pytest.raises(InputError, match=r"run ct\.tl\.cluster and annotate first"):
        count(nameless)
    lost = named.copy()
    lost.obs["qc"] = "ok"
    lost.obs.iloc[:7, lost.obs.columns.get_loc("cluster")] = None
    with pytest.raises(InputError, match="7 events that passed quality control have no cluster"):
        count(lost)
    weighed = named.copy()
    weighed.obs["weight"] = 1.0
    with pytest.raises(InputError, match="stand for others"):
        count(weighed)
