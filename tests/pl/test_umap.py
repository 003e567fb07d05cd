import anndata as ad
import numpy as np
import pandas as pd
import pytest

from cytoclust import pl
from cytoclust.errors import InputError
from tests.pl.drawn import new_axes, points, texts
from tests.report.cohort import Cohort


def test_umap_draws_rare_populations_on_top_and_larger(cohort: Cohort) -> None:
    labels = np.array(["common"] * 2990 + ["rare"] * 10)
    adata = cohort.adata.copy()
    adata.obs["population"] = pd.Categorical(labels)
    ax = pl.umap(adata)
    by_size = {len(drawn.get_offsets()): drawn for drawn in points(ax)}
    assert set(by_size) == {2990, 10}
    assert by_size[10].get_zorder() > by_size[2990].get_zorder()
    assert by_size[10].get_sizes()[0] > 2 * by_size[2990].get_sizes()[0]
    assert all(drawn.get_rasterized() for drawn in by_size.values())
    assert {"common", "rare"} <= set(texts(ax))
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["common  (2,990)", "rare  (10)"]


def test_umap_label_stands_on_an_event_of_its_category(cohort: Cohort) -> None:
    ax = pl.umap(cohort.adata, "cluster")
    where = cohort.adata.obsm["X_umap"]
    for label in ax.texts:
        own = where[(cohort.adata.obs["cluster"] == label.get_text()).to_numpy()]
        assert np.isclose(own, label.xy).all(axis=1).any()


def test_umap_of_a_marker_draws_high_values_last(cohort: Cohort) -> None:
    drawn = points(pl.umap(cohort.adata, "CD45"))[0]
    values = np.asarray(drawn.get_array())
    assert (np.diff(values) >= 0).all()
    np.testing.assert_array_equal(values, np.sort(np.asarray(cohort.adata[:, "CD45"].X).ravel()))


def test_umap_leaves_pyplot_alone_and_uses_the_axes_given(cohort: Cohort) -> None:
    ax = new_axes()
    assert pl.umap(cohort.adata, ax=ax) is ax


def test_umap_errors(cohort: Cohort) -> None:
    with pytest.raises(InputError, match="X_umap"):
        pl.umap(ad.AnnData(np.zeros((2, 1), np.float32)), "0")
    with pytest.raises(InputError, match="'CD999'"):
        pl.umap(cohort.adata, "CD999")
