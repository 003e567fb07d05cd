import anndata as ad
import dask.array as da
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from sklearn.metrics import adjusted_rand_score

from cytoclust.errors import CytoclustWarning, InputError, ParameterError
from cytoclust.executor import Threads
from cytoclust.tl import cluster
from tests.engine.blobs import annotated, blobs, run

SIZES = (300, 160, 90)


@pytest.fixture(scope="module")
def data():
    return blobs(0, SIZES)


@pytest.fixture
def adata(data):
    return annotated(*data)


def agreement(adata, key="cluster"):
    known = adata.obs[key].notna()
    return adjusted_rand_score(adata.obs["truth"][known], adata.obs[key][known])


def test_slots_of_data_from_elsewhere(adata):
    assert cluster(adata) is None
    labels, probability, found = run(adata.X)
    assert adata.obs["cluster"].astype(str).tolist() == labels.astype(str).tolist()
    assert np.array_equal(adata.obs["probability"], probability)
    assert adata.obs["probability"].dtype == np.float32
    assert agreement(adata) > 0.99
    record = adata.uns["cluster"]
    assert np.array_equal(record["stability"], found.redraws.stability(Threads(1)))
    assert record["params"] == {
        "method": "prototypes", "resolution": "auto", "markers": ["CD1", "CD2", "CD3", "CD4", "CD5"],
        "n_prototypes": "auto", "n_redraws": 5, "n_neighbors": 15, "seed": 0,
    }  # fmt: skip


def test_categories_are_strings_in_natural_order():
    adata = annotated(*blobs(1, [60] * 12, p=8, apart=14))
    cluster(adata)
    categories = adata.obs["cluster"].cat.categories.tolist()
    assert categories == [str(number) for number in range(len(categories))]
    assert len(categories) >= 11
    sizes = adata.obs["cluster"].value_counts(sort=False).tolist()
    assert sizes == sorted(sizes, reverse=True)


def test_only_events_that_passed_quality_control_count(adata):
    bad = np.random.default_rng(0).random(adata.n_obs) < 0.2
    adata.obs["qc"] = pd.Categorical(np.where(bad, "dead", "ok"), categories=["ok", "margin", "dead"])
    adata.X[bad] = np.nan  # nothing of them is looked at
    cluster(adata)
    assert adata.obs["cluster"].isna().tolist() == bad.tolist()
    assert adata.obs["probability"].isna().tolist() == bad.tolist()
    alone = annotated(adata.X[~bad], adata.obs["truth"].to_numpy()[~bad])
    cluster(alone)
    assert adata.obs["cluster"][~bad].tolist() == alone.obs["cluster"].tolist()


def test_copy_leaves_the_data_alone(adata):
    copied = cluster(adata, copy=True)
    assert "cluster" not in adata.obs
    assert not adata.uns
    assert agreement(copied) > 0.99


def test_a_rerun_replaces(adata):
    cluster(adata)
    adata.obs["cluster"] = pd.Categorical(["junk"] * adata.n_obs)
    cluster(adata, markers=["CD1", "CD2"])
    assert list(adata.obs) == ["truth", "cluster", "cluster_parent", "probability"]
    assert adata.uns["cluster"]["params"]["markers"] == ["CD1", "CD2"]
    assert "junk" not in adata.obs["cluster"].cat.categories


def test_another_key_beside_the_first(adata):
    cluster(adata)
    before = adata.obs.copy()
    cluster(adata, key_added="fine", resolution=5.0)
    assert list(adata.obs)[1:] == [*before.columns[1:], "fine", "fine_parent", "fine_probability"]
    pd.testing.assert_frame_equal(adata.obs[before.columns], before)
    assert adata.uns["fine"]["params"]["resolution"] == 5.0


def test_seed_under_either_name(adata):
    cluster(adata, rng=3, key_added="a")
    cluster(adata, random_state=3, key_added="b")
    cluster(adata, rng=3, random_state=3, key_added="c")
    assert adata.obs["a"].tolist() == adata.obs["b"].tolist() == adata.obs["c"].tolist()
    assert adata.uns["a"]["params"] == adata.uns["b"]["params"]
    with pytest.raises(InputError, match=r"two names for one seed\. Got 1 and 2"):
        cluster(adata, rng=1, random_state=2)


def test_same_labels_for_any_workers_and_chunks(adata):
    cluster(adata, workers=1)
    cluster(adata, workers=3, chunk_events=97, key_added="other")
    assert adata.obs["cluster"].tolist() == adata.obs["other"].tolist()
    assert np.array_equal(adata.obs["probability"], adata.obs["other_probability"])


def test_groups_and_samples_are_never_looked_at(adata):
    cluster(adata)
    before = adata.obs["cluster"].tolist()
    adata.obs["sample_id"] = np.where(np.arange(adata.n_obs) % 3 == 0, "a", "b")
    adata.obs["group"] = adata.obs["truth"].astype(str)
    cluster(adata)
    assert adata.obs["cluster"].tolist() == before


def test_scatter_time_and_viability_are_not_clustered_on(adata):
    adata.var["marker"] = ["CD3", "CD4", "Zombie NIR", "", ""]
    adata.var["channel"] = ["FL1-A", "FL2-A", "FL3-A", "FSC-A", "Time"]
    adata.var["signal_type"] = ["fluorescence"] * 3 + ["scatter", "time"]
    adata.var_names = ["CD3", "CD4", "Zombie NIR", "FSC-A", "Time"]
    cluster(adata)
    assert adata.uns["cluster"]["params"]["markers"] == ["CD3", "CD4"]
    cluster(adata, markers=("cd4", "FL3-A"))
    assert adata.uns["cluster"]["params"]["markers"] == ["CD4", "Zombie NIR"]


def test_the_linear_scale_is_told(adata):
    adata.X *= 30  # beyond any arcsinh, and within what other programs' scales have
    cluster(adata)
    adata.var["signal_type"] = "fluorescence"
    with pytest.warns(CytoclustWarning, match=r"on the linear scale .*run ct\.pp\.arcsinh first"):
        cluster(adata)
    adata.uns["transform"] = {}
    cluster(adata)
    del adata.uns["transform"], adata.var["signal_type"]
    adata.X *= 1000
    with pytest.warns(CytoclustWarning, match="on the linear scale"):
        cluster(adata)


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf, 1e30])
def test_values_that_cannot_be_compared_are_refused_by_row(adata, wrong):
    adata.X[17, 2] = wrong
    with pytest.raises(InputError, match=r"^X must be finite.*Row 17 is not") as error:
        cluster(adata, chunk_events=10)
    assert "\n" not in str(error.value)
    cluster(adata, markers=["CD1", "CD2"])  # the column is not looked at
    adata.obs["qc"] = ["margin" if i == 17 else "ok" for i in range(adata.n_obs)]
    cluster(adata)
    assert pd.isna(adata.obs["cluster"].iloc[17])


def test_wrong_arguments(adata):
    with pytest.raises(InputError, match=r"Got 'CD6' instead. Did you mean 'CD\d'"):
        cluster(adata, markers=["CD1", "CD6"])
    with pytest.raises(ParameterError, match=r"cluster\.markers parameter must be a list.*Got 'CD4'"):
        cluster(adata, markers="CD4")
    with pytest.raises(ParameterError, match=r"cluster\.resolution parameter must be .* > 0"):
        cluster(adata, resolution=0)
    with pytest.raises(ParameterError, match=r"cluster\.method"):
        cluster(adata, method="kmeans")
    with pytest.raises(ParameterError, match=r"run\.seed"):
        cluster(adata, rng=-1)
    with pytest.raises(InputError, match=r"at least 50 events that passed quality control\. Got 49"):
        cluster(adata[:49].copy())
    adata.obs["qc"] = "dead"
    with pytest.raises(InputError, match="Got 0"):
        cluster(adata)
    assert "cluster" not in adata.obs


@pytest.mark.parametrize("form", [sp.csr_matrix, sp.csc_matrix, sp.csr_array])
def test_sparse_events(adata, form):
    cluster(adata)
    adata.X = form(adata.X)
    cluster(adata, key_added="sparse")
    assert adata.obs["sparse"].tolist() == adata.obs["cluster"].tolist()


@pytest.mark.parametrize("kind", [np.float64, np.int32])
def test_other_types_of_numbers(adata, kind):
    adata.X = np.round(100 * adata.X).astype(kind)
    cluster(adata)
    assert agreement(adata) > 0.99


def test_events_on_disk(adata, tmp_path):
    cluster(adata)
    adata.write_h5ad(tmp_path / "a.h5ad")
    backed = ad.read_h5ad(tmp_path / "a.h5ad", backed="r")
    cluster(backed, key_added="backed", chunk_events=200)
    assert backed.obs["backed"].tolist() == adata.obs["cluster"].tolist()
    backed.file.close()


def test_events_in_dask(adata):
    cluster(adata)
    adata.X = da.from_array(adata.X, chunks=(100, -1))
    cluster(adata, key_added="dask")
    assert adata.obs["dask"].tolist() == adata.obs["cluster"].tolist()


@pytest.mark.slow
def test_everything_survives_h5ad(adata, tmp_path):
    adata.obs["qc"] = pd.Categorical(np.where(np.arange(adata.n_obs) < 5, "dead", "ok"))
    cluster(adata)
    cluster(adata, method="knn", key_added="knn", resolution=0.5)
    adata.write_h5ad(tmp_path / "a.h5ad")
    back = ad.read_h5ad(tmp_path / "a.h5ad")
    pd.testing.assert_frame_equal(back.obs, adata.obs)
    for key in ("cluster", "knn"):
        np.testing.assert_array_equal(back.uns[key]["stability"], adata.uns[key]["stability"])
        written, read = adata.uns[key]["params"], back.uns[key]["params"]
        assert set(read) == set(written)
        assert list(read.pop("markers")) == written["markers"]
        assert all(read[name] == written[name] for name in read)


@pytest.mark.slow
def test_scanpy_works_on_our_events(adata):
    import scanpy as sc

    cluster(adata)
    sc.pp.neighbors(adata, use_rep="X", n_neighbors=10)
    sc.tl.leiden(adata, resolution=0.1, flavor="igraph", n_iterations=2, directed=False)
    assert adjusted_rand_score(adata.obs["leiden"], adata.obs["cluster"]) > 0.99
