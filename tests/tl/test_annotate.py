import anndata as ad
import numpy as np
import pandas as pd
import pytest

from cytoclust import keys
from cytoclust.errors import InputError, ParameterError
from cytoclust.rules import load
from cytoclust.tl._annotate import annotate
from tests.rules.marrow import MARKERS, NAMES, marrow


@pytest.fixture
def adata():
    events, labels, names = marrow(0, n=20_000)
    noise = np.random.default_rng(0).normal(0, 1, (len(events), 2))
    adata = ad.AnnData(np.column_stack([events, noise]).astype(np.float32))
    adata.var_names = [*MARKERS, "Zombie NIR", "FSC-A"]
    adata.obs_names = [f"e{i}" for i in range(len(events))]
    adata.var["marker"] = [*MARKERS, "Zombie NIR", ""]
    adata.var["signal_type"] = pd.Categorical(["fluorescence"] * 11 + ["scatter"])
    adata.obs["cluster"] = pd.Categorical([str(label) for label in labels])
    adata.obs["truth"] = [NAMES[names[label]] for label in labels]
    return adata


def test_names_and_slots(adata):
    assert annotate(adata, rules="msc") is None
    assert (adata.obs["population"].astype(str) == adata.obs["truth"]).all()
    assert adata.uns["thresholds"]["marker"].tolist() == list(MARKERS)
    found = adata.uns["population"]
    assert found["params"] == {"rules": "msc", "key": "cluster", "thresholds": "{}", "min_probability": 0.5}
    assert found["table"].index.tolist() == [str(i) for i in range(len(found["table"]))]  # naturally sorted
    assert any("CD3" in sentence for sentence in found["limits"])


def test_a_dye_that_was_clustered_on_names_clusters_as_in_a_run(adata):
    adata.uns["cluster"] = {"params": {"markers": [*MARKERS, "Zombie NIR"]}}
    annotate(adata, rules="msc")
    assert adata.uns["thresholds"]["marker"].tolist() == [*MARKERS, "Zombie NIR"]


def test_events_without_a_cluster_are_unassigned(adata):
    adata.obs["cluster"] = adata.obs["cluster"].astype(str)
    adata.obs.iloc[:3, adata.obs.columns.get_loc("cluster")] = "-1"
    adata.obs.iloc[3, adata.obs.columns.get_loc("cluster")] = None
    adata.obs["qc"] = pd.Categorical(np.where(np.arange(adata.n_obs) == 4, "dead", "ok"))
    annotate(adata, rules=load("msc"))
    assert (adata.obs["population"].iloc[:5] == keys.UNASSIGNED).all()
    assert (adata.obs["population"].iloc[5:] == adata.obs["truth"].iloc[5:]).all()


def test_a_rerun_replaces_and_a_copy_leaves_the_data_alone(adata):
    before = set(adata.obs)
    copied = annotate(adata, rules="msc", key_added="name", copy=True)
    assert set(adata.obs) == before
    assert set(copied.obs) - before == {"name"}
    annotate(adata, rules="msc")
    annotate(adata)
    assert set(adata.obs) - before == {"population"}
    assert set(adata.obs["population"]) == {keys.UNASSIGNED}
    assert adata.uns["population"]["params"]["rules"] == ""


def test_result_survives_h5ad(adata, tmp_path):
    annotate(adata, rules="msc", thresholds={"CD34": 1.0})
    adata.write_h5ad(tmp_path / "a.h5ad")
    back = ad.read_h5ad(tmp_path / "a.h5ad")
    pd.testing.assert_frame_equal(back.uns["population"]["table"], adata.uns["population"]["table"], check_dtype=False)
    assert back.uns["thresholds"].set_index("marker").positive["CD34"] == 1.0


def test_wrong_input(adata):
    with pytest.raises(InputError, match="no column 'leiden'"):
        annotate(adata, rules="msc", key="leiden")
    with pytest.raises(ParameterError, match=r"annotate\.min_probability"):
        annotate(adata, min_probability=2.0)
    adata.obs["cluster"] = "-1"
    with pytest.raises(InputError, match="holds no cluster"):
        annotate(adata)
    adata.var["signal_type"] = "scatter"
    adata.obs["cluster"] = "1"
    with pytest.raises(InputError, match="stained marker"):
        annotate(adata)
