import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from cytoclust import params
from cytoclust.engine import _knn_leiden
from cytoclust.errors import InputError
from cytoclust.lots import contents
from cytoclust.tl import cluster
from tests.engine.blobs import annotated, blobs, source_of


@pytest.fixture(scope="module")
def data():
    return blobs(2, (500, 300, 150))


@pytest.mark.slow
def test_populations_and_slots(data):
    adata = annotated(*data)
    cluster(adata, method="knn", resolution=0.05)
    assert adjusted_rand_score(adata.obs["truth"], adata.obs["cluster"]) > 0.99
    assert adata.uns["cluster"]["params"]["method"] == "knn"
    assert np.isnan(adata.uns["cluster"]["stability"]).all()
    assert adata.obs["probability"].between(0, 1).all()
    assert adata.obs["probability"].mean() > 0.99


@pytest.mark.slow
def test_is_what_scanpy_gives(data):
    import scanpy as sc

    adata = annotated(*data)
    adata = adata[np.argsort(contents(adata.X))].copy()  # as the labels must not depend on the order
    cluster(adata, method="knn")
    sc.pp.neighbors(adata, n_neighbors=15, use_rep="X")
    with pytest.warns(FutureWarning, match="leiden"):
        sc.tl.leiden(adata, resolution=1.0, n_iterations=2, flavor="leidenalg")
    assert adata.obs["leiden"].astype(str).tolist() == adata.obs["cluster"].astype(str).tolist()
    graph, labels = adata.obsp["connectivities"].toarray(), adata.obs["leiden"].to_numpy()
    same = (graph * (labels[:, None] == labels[None, :])).sum(axis=1) / graph.sum(axis=1)
    np.testing.assert_allclose(adata.obs["probability"], same, rtol=1e-5)


@pytest.mark.slow
def test_resolution_repeat_and_neighbours(data):
    adata = annotated(*data)
    for key, options in {"a": {}, "b": {}, "many": {"resolution": 5.0}, "few": {"n_neighbors": 5}}.items():
        cluster(adata, method="knn", key_added=key, rng=len(key), **options)
    assert adata.obs["a"].tolist() == adata.obs["b"].tolist()
    turned = adata[::-1].copy()
    cluster(turned, method="knn")
    assert turned.obs["cluster"].tolist() == adata.obs["a"].tolist()[::-1]
    assert adata.obs["many"].nunique() > adata.obs["a"].nunique()
    assert adata.obs["few"].tolist() != adata.obs["a"].tolist()


@pytest.mark.slow
def test_fewer_events_than_neighbours():
    adata = annotated(*blobs(0, (30, 30)))
    cluster(adata, method="knn", n_neighbors=100)
    assert adata.obs["cluster"].notna().all()


def test_too_many_events_are_refused(data, monkeypatch):
    monkeypatch.setattr(_knn_leiden, "MOST_EVENTS", 900)
    with pytest.raises(InputError, match=r"must be 'prototypes' for more than 900 events. Got 'knn' for 950 events"):
        _knn_leiden.knn_leiden(source_of(data[0]), params.check("cluster", method="knn"))
