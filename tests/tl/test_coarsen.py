import numpy as np
import pytest

from cytoclust.errors import InputError
from cytoclust.tl import cluster, coarsen
from tests.engine.blobs import annotated, blobs


@pytest.fixture(scope="module")
def clustered():
    """Two pairs of near populations, and each pair far from the other."""
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 4, 12_000)
    centre = np.array([[0.0, 0, 0, 0], [0, 3.2, 0, 0], [20, 0, 0, 0], [20, 0, 3.2, 0]])[truth]
    events = centre + rng.normal(0, 1, (len(truth), 4))
    adata = annotated(events.astype(np.float32), truth)
    cluster(adata)
    return adata


def test_near_populations_have_one_parent(clustered):
    assert clustered.obs["cluster"].nunique() == 4
    pairs = clustered.obs.assign(pair=clustered.obs["truth"].astype(int) // 2)
    assert clustered.obs["cluster_parent"].nunique() == 2
    assert pairs.groupby("pair")["cluster_parent"].agg(lambda parents: parents.value_counts().iloc[0]).sum() > 11_900


def test_coarsen_goes_up_the_tree(clustered):
    adata = clustered.copy()
    counts = []
    for resolution in (1.0, 0.2, 0.001):
        coarsen(adata, resolution=resolution)
        counts.append(adata.obs["cluster_coarse"].nunique())
        table = adata.obs.groupby("cluster", observed=True)["cluster_coarse"].nunique()
        assert (table == 1).all()  # no cluster is cut
    assert counts == [4, 2, 1]
    coarsen(adata)
    assert adata.obs["cluster_coarse"].tolist() == adata.obs["cluster_parent"].tolist()


def test_a_branch_is_called_as_its_largest_cluster(clustered):
    adata = coarsen(clustered, copy=True)
    for branch, rows in adata.obs.groupby("cluster_coarse", observed=True):
        assert rows["cluster"].value_counts().index[0] == branch


def test_the_tree_survives_a_file(clustered, tmp_path):
    import anndata as ad

    clustered.write_h5ad(tmp_path / "a.h5ad")
    adata = ad.read_h5ad(tmp_path / "a.h5ad")
    coarsen(adata)
    assert adata.obs["cluster_coarse"].tolist() == clustered.obs["cluster_parent"].tolist()


def test_what_cannot_be(clustered):
    with pytest.raises(InputError, match="at most 1"):
        coarsen(clustered, resolution=2.0)
    with pytest.raises(InputError, match="holds no tree"):
        coarsen(annotated(*blobs(0, (30, 30))))


def test_one_cluster_is_its_own_parent():
    adata = annotated(*blobs(0, (500,)))
    cluster(adata)
    coarsen(adata)
    assert adata.obs["cluster_coarse"].tolist() == adata.obs["cluster_parent"].tolist() == ["0"] * 500
