import numpy as np
import pandas as pd
import pytest

from cytoclust.errors import InputError
from cytoclust.tl import cluster, coarsen, refine
from tests.engine.blobs import annotated, blobs


@pytest.fixture(scope="module")
def clustered():
    """Two populations with a dip between them, which is too shallow for two clusters, and one far from both."""
    rng = np.random.default_rng(0)
    truth = rng.choice(3, 30_000, p=[0.5, 0.4, 0.1])
    events = rng.normal(0, 1, (len(truth), 3)) + np.array([[0.0, 0, 0], [2.55, 0, 0], [0, 20, 0]])[truth]
    adata = annotated(events.astype(np.float32), truth)
    cluster(adata)
    return adata


def test_pieces_lie_within_clusters_and_are_the_populations(clustered):
    adata = refine(clustered, copy=True)
    assert clustered.obs["cluster"].nunique() == 2
    table = pd.crosstab(adata.obs["cluster_fine"], adata.obs["cluster"])
    assert ((table > 0).sum(axis=1) == 1).all()  # nested
    assert table.sum().tolist() == adata.obs["cluster"].value_counts().loc[table.columns].tolist()
    assert len(table) == 3
    near = adata.obs[adata.obs["truth"].astype(int) < 2]
    right = near.groupby("cluster_fine", observed=True)["truth"].agg(lambda kinds: kinds.value_counts().iloc[0]).sum()
    assert right > 0.86 * len(near)  # the best cut has 0.9 right
    largest = adata.obs.groupby("cluster", observed=True)["cluster_fine"].agg(lambda each: each.value_counts().index[0])
    assert (largest.astype(str) == largest.index.astype(str)).all()


def test_refine_then_coarsen_gives_the_same(clustered):
    adata = refine(clustered, copy=True)
    coarsen(adata, key="cluster_fine", resolution=1.0, key_added="again")
    assert adata.obs["again"].tolist() == adata.obs["cluster"].tolist()
    coarsen(adata, key="cluster_fine", key_added="parents")
    assert adata.obs["parents"].tolist() == adata.obs["cluster_parent"].tolist()


def test_a_resolution_at_which_no_valley_counts_changes_nothing(clustered):
    adata = refine(clustered, resolution=1.0, copy=True)
    assert adata.obs["cluster_fine"].tolist() == adata.obs["cluster"].tolist()


def test_the_level_below_survives_a_file(clustered, tmp_path):
    import anndata as ad

    clustered.write_h5ad(tmp_path / "a.h5ad")
    adata = refine(ad.read_h5ad(tmp_path / "a.h5ad"), copy=True)
    assert adata.obs["cluster_fine"].tolist() == refine(clustered, copy=True).obs["cluster_fine"].tolist()


def test_what_cannot_be(clustered):
    with pytest.raises(InputError, match="at least 1"):
        refine(clustered, resolution=0.5)
    with pytest.raises(InputError, match="holds no level below"):
        refine(annotated(*blobs(0, (30, 30))))
