"""An event sample, against counts of all events."""

import anndata as ad
import numpy as np
import pandas as pd
import pytest

from cytoclust.errors import InputError, ParameterError
from cytoclust.tl import sample

SIZES = {"0": 3000, "1": 1200, "2": 40, "10": 5}
MOST = 300


@pytest.fixture
def adata():
    """Two samples that have the clusters in other shares, and events that were set aside."""
    rng = np.random.default_rng(0)
    cluster = np.concatenate([np.repeat(list(SIZES), list(SIZES.values())), np.repeat("", 400)])
    cluster = cluster[rng.permutation(len(cluster))]
    made = ad.AnnData(rng.normal(size=(len(cluster), 3)).astype(np.float32))
    made.obs_names, made.var_names = [f"e{i}" for i in range(len(cluster))], ["CD3", "CD4", "CD8"]
    named = pd.Series(cluster).where(cluster != "", None)
    made.obs["cluster"] = pd.Categorical(named, categories=list(SIZES))
    second = rng.random(len(cluster)) < np.where(cluster == "1", 0.8, 0.3)
    made.obs["sample_id"] = pd.Categorical(np.where(second, "b", "a"))
    aside = np.where(rng.random(len(cluster)) < 0.25, "dead", "debris")
    made.obs["qc"] = pd.Categorical(np.where(cluster == "", aside, "ok"), categories=["ok", "debris", "dead"])
    made.uns["cluster_colors"] = ["#111111", "#222222", "#333333", "#444444"]
    made.layers["compensated"] = 2 * made.X
    made.obsm["X_umap"] = made.X[:, :2].copy()
    return made


def test_rare_clusters_whole_and_as_many_of_the_others(adata):
    taken = sample(adata, n_events=MOST)
    sizes = taken.obs["cluster"].value_counts()
    assert sizes["10"] == 5
    assert sizes["2"] == 40
    assert sizes["0"] == sizes["1"]
    assert MOST - 1 <= sizes.sum() <= MOST


def test_some_events_that_were_set_aside_come_on_top(adata):
    taken = sample(adata, n_events=MOST)
    aside = taken.obs[taken.obs["qc"] != "ok"]
    assert aside["cluster"].isna().all()
    found = aside.groupby(["sample_id", "qc"], observed=True).size()
    assert len(found) == 4
    assert found.tolist() == [7] * 4  # a tenth of the sample, in as many parts


def test_events_stand_for_all(adata):
    obs, whole = sample(adata, n_events=MOST).obs, adata.obs
    ok = obs[obs["qc"] == "ok"]
    weights = ok.groupby("cluster", observed=True)["weight"].sum()
    assert weights.to_dict() == pytest.approx(SIZES)
    by_sample = ok.groupby(["sample_id", "cluster"], observed=True)["weight"].sum()
    expected = whole[whole["qc"] == "ok"].groupby(["sample_id", "cluster"], observed=True).size()
    pd.testing.assert_series_equal(by_sample, expected.astype(float), check_names=False)  # both have some of each
    aside = obs[obs["qc"] != "ok"].groupby(["sample_id", "qc"], observed=True)["weight"].sum()
    expected = whole[whole["qc"] != "ok"].groupby(["sample_id", "qc"], observed=True).size()
    pd.testing.assert_series_equal(aside, expected.astype(float), check_names=False)


def test_a_sample_of_which_a_cluster_has_no_event_left_is_made_up_for(adata):
    """Of 3000 events of a cluster 8 are in the second sample, of which none is chosen."""
    first = np.flatnonzero((adata.obs["cluster"] == "0").to_numpy())
    adata.obs["sample_id"] = np.where(np.isin(np.arange(adata.n_obs), first[:8]), "b", "a")
    taken = sample(adata, n_events=100)
    assert (taken.obs.loc[taken.obs["qc"] == "ok", "sample_id"] == "a").all()
    weights = taken.obs[taken.obs["qc"] == "ok"].groupby("cluster", observed=True)["weight"].sum()
    assert weights.to_dict() == pytest.approx(SIZES)


def test_every_slot_is_that_of_the_events(adata):
    taken = sample(adata, n_events=MOST)
    rows = adata.obs_names.get_indexer(taken.obs_names)
    np.testing.assert_array_equal(taken.X, adata.X[rows])
    np.testing.assert_array_equal(taken.layers["compensated"], adata.layers["compensated"][rows])
    np.testing.assert_array_equal(taken.obsm["X_umap"], adata.obsm["X_umap"][rows])
    pd.testing.assert_frame_equal(taken.obs.drop(columns="weight"), adata.obs.iloc[rows])
    assert list(taken.uns["cluster_colors"]) == adata.uns["cluster_colors"]
    assert "weight" not in adata.obs
    for name in ("a", "b"):
        assert (np.diff(rows[taken.obs["sample_id"] == name]) > 0).all()  # in file order


def test_a_category_without_an_event_keeps_its_place(adata):
    adata.obs["cluster"] = adata.obs["cluster"].cat.add_categories("11")
    adata.uns["cluster_colors"] += ["#555555"]
    taken = sample(adata, n_events=MOST)
    assert taken.obs["cluster"].cat.categories.tolist() == [*SIZES, "11"]
    assert list(taken.uns["cluster_colors"]) == adata.uns["cluster_colors"]


def test_seed(adata):
    one, same, other = (sample(adata, n_events=MOST, **seed) for seed in ({"rng": 1}, {"random_state": 1}, {"rng": 2}))
    assert one.obs_names.equals(same.obs_names)
    assert not one.obs_names.equals(other.obs_names)
    with pytest.raises(InputError, match="two names"):
        sample(adata, rng=1, random_state=2)


def test_room_for_all(adata):
    taken = sample(adata, n_events=10_000)
    assert (taken.obs["qc"] == "ok").sum() == sum(SIZES.values())
    assert (taken.obs.loc[taken.obs["qc"] == "ok", "weight"] == 1).all()


def test_of_events_without_quality_control_or_samples(adata):
    plain = adata[adata.obs["qc"] == "ok"].copy()
    plain.obs = plain.obs[["cluster"]]
    taken = sample(plain, n_events=MOST)
    assert MOST - 1 <= taken.n_obs <= MOST
    assert taken.obs["weight"].sum() == pytest.approx(sum(SIZES.values()))


def test_wrong_input(adata):
    with pytest.raises(InputError, match=r"no column 'leiden': run ct\.tl\.cluster first"):
        sample(adata, key="leiden")
    with pytest.raises(InputError, match="a sample already"):
        sample(sample(adata, n_events=MOST))
    with pytest.raises(ParameterError, match=r"embed\.n_events"):
        sample(adata, n_events=0)
    adata.obs["qc"] = "ok"
    with pytest.raises(InputError, match="400 events that passed quality control have no cluster"):
        sample(adata)


def test_a_sample_of_a_file_on_disk(adata, tmp_path):
    adata.write_h5ad(tmp_path / "a.h5ad")
    taken, expected = sample(ad.read_h5ad(tmp_path / "a.h5ad", backed="r"), n_events=MOST), sample(adata, n_events=MOST)
    assert not taken.isbacked
    np.testing.assert_array_equal(taken.X, expected.X)
    pd.testing.assert_frame_equal(taken.obs, expected.obs)
