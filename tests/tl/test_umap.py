import anndata as ad
import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from cytoclust.engine._embedder import embed
from cytoclust.errors import InputError, ParameterError
from cytoclust.tl import umap
from tests.engine.blobs import annotated, blobs

mpl.use("Agg")


def made():
    events, truth = blobs(0, (400, 150, 20))
    adata = annotated(events, truth)
    names = truth.astype(str).astype(object)
    names[:10] = None
    adata.obs["cluster"] = pd.Categorical(names)
    return adata


class InThisProcess:
    """In the place of a process for each map, whose start takes longer than the map; ``points`` has one."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def start(self, events, **options):
        self.finish = lambda: embed(events, **options)


@pytest.fixture(autouse=True)
def _no_process(monkeypatch):
    monkeypatch.setattr("cytoclust.tl._umap.Embedder", InThisProcess)


@pytest.fixture
def adata():
    return made()


@pytest.fixture(scope="module")
def points():
    """The map of 120 of its events."""
    adata = made()
    umap(adata, n_events=120)
    return adata.obsm["X_umap"]


def test_slots_sample_and_nan_elsewhere(adata):
    assert umap(adata, n_events=150) is None
    points = adata.obsm["X_umap"]
    assert points.dtype == np.float32
    assert points.shape == (570, 2)
    drawn = np.isfinite(points).all(axis=1)
    assert np.isnan(points[~drawn]).all()
    sizes = adata.obs["cluster"][drawn].value_counts()
    rare = int((adata.obs["cluster"] == "2").sum())
    assert sizes["2"] == rare
    assert sizes["0"] == sizes["1"] == (150 - rare) // 2
    assert not drawn[:10].any()
    assert adata.uns["umap"]["params"] == {"n_events": 150, "n_neighbors": 15, "min_dist": 0.3, "seed": 0}


def test_populations_lie_apart(adata):
    umap(adata)
    points, truth = adata.obsm["X_umap"][10:], adata.obs["truth"].to_numpy()[10:]
    distance = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.fill_diagonal(distance, np.inf)
    assert (truth[distance.argmin(axis=1)] == truth).mean() > 0.98


@pytest.mark.slow
def test_repeats_replaces_and_copies(adata):
    copied = umap(adata, n_events=200, rng=1, copy=True)
    assert "X_umap" not in adata.obsm
    umap(adata, n_events=300, rng=2)
    umap(adata, n_events=200, random_state=1)
    np.testing.assert_array_equal(adata.obsm["X_umap"], copied.obsm["X_umap"])
    assert adata.uns["umap"]["params"]["seed"] == 1


def test_markers_are_those_of_the_clusters(adata):
    adata.uns["cluster"] = {"params": {"markers": np.array(["CD1", "CD2"])}}  # as h5ad gives them back
    adata.X[:, 2:] = np.nan
    umap(adata, n_events=100)
    assert np.isfinite(adata.obsm["X_umap"]).any()


@pytest.mark.slow
def test_sparse_events_and_events_on_disk(adata, points, tmp_path):
    adata.write_h5ad(tmp_path / "a.h5ad")
    backed = ad.read_h5ad(tmp_path / "a.h5ad", backed="r")
    umap(backed, n_events=120)
    np.testing.assert_array_equal(backed.obsm["X_umap"], points)
    backed.file.close()
    adata.X = sp.csr_matrix(adata.X)
    umap(adata, n_events=120)
    np.testing.assert_array_equal(adata.obsm["X_umap"], points)


@pytest.mark.slow
def test_clusters_that_are_no_categories(adata, points):
    adata.obs["cluster"] = adata.obs["cluster"].astype(object)
    umap(adata, n_events=120)
    np.testing.assert_array_equal(adata.obsm["X_umap"], points)


def test_too_few_events_for_a_graph():
    assert embed(np.ones((10, 3), dtype=np.float32), n_neighbors=15, min_dist=0.3, seed=0).tolist() == [[0, 0]] * 10


def test_wrong_input(adata):
    with pytest.raises(ParameterError, match=r"embed\.n_neighbors"):
        umap(adata, n_neighbors=1)
    with pytest.raises(InputError, match="two names"):
        umap(adata, rng=1, random_state=2)
    del adata.obs["cluster"]
    with pytest.raises(InputError, match=r"run ct\.tl\.cluster first"):
        umap(adata)


@pytest.mark.filterwarnings("ignore:The set_bad function:PendingDeprecationWarning")  # scanpy with matplotlib 3.11
def test_survives_h5ad_and_is_drawn_by_scanpy(adata, tmp_path):
    import matplotlib.pyplot as plt
    import scanpy as sc

    umap(adata, n_events=200)
    adata.write_h5ad(tmp_path / "a.h5ad")
    back = ad.read_h5ad(tmp_path / "a.h5ad")
    np.testing.assert_array_equal(back.obsm["X_umap"], adata.obsm["X_umap"])
    assert back.uns["umap"]["params"] == adata.uns["umap"]["params"]
    axes = sc.pl.umap(back, color="cluster", show=False)
    assert len(axes.collections[0].get_offsets()) > 0
    plt.close("all")
