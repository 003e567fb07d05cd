import anndata as ad
import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from cytoclust import pl
from cytoclust.errors import InputError
from cytoclust.pl._label_places import place_labels
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


def test_no_name_lies_on_another(cohort: Cohort) -> None:
    for adata, color in ((cohort.adata, "population"), (Cohort(8, 60, n_events=6000).adata, "cluster")):
        ax = pl.umap(adata, color)
        ax.figure.draw_without_rendering()
        boxes = [Text.get_window_extent(text) for text in ax.texts]
        middles = np.array([[(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2] for box in boxes])
        sizes = np.array([[box.width, box.height * 0.7] for box in boxes])  # ascenders and descenders may touch
        near = (np.abs(middles[:, None] - middles) < (sizes[:, None] + sizes) / 2).all(axis=2)
        assert near.sum() == len(boxes)


def test_a_name_does_not_hide_a_small_population() -> None:
    """Two hundred events in the middle of nothing: their name is wider than they are."""
    rng = np.random.default_rng(0)
    events = [rng.normal(0, 40, (4000, 2)) - [250, 250], rng.normal(0, 4, (200, 2))]
    places = place_labels(
        np.array([[-250.0, -250.0], [0.0, 0.0]]), np.array([[60.0, 10.0], [60.0, 10.0]]), events,
        frame=np.array([-400.0, -400.0, 400.0, 400.0]),
    )  # fmt: skip
    hidden = (np.abs(events[1] - places[1]) < [30, 5]).all(axis=1)
    assert hidden.mean() < 0.1
    assert np.abs(places[1]).max() < 60  # and it is near


@pytest.mark.parametrize("color", ["kind", "a"])
def test_many_events_are_an_image(color: str) -> None:
    rng = np.random.default_rng(0)
    n = 120_000
    where = np.concatenate([rng.uniform(0, 1, (n - 50, 2)), rng.uniform(2, 2.2, (50, 2))])
    adata = ad.AnnData(rng.normal(size=(n, 1)).astype(np.float32), obsm={"X_umap": where})
    adata.var_names = ["a"]
    adata.obs["kind"] = pd.Categorical(["common"] * (n - 50) + ["rare"] * 50)
    ax = pl.umap(adata, color, labels=False)
    assert points(ax) == []
    (image,) = ax.get_images()
    drawn, (left, right, bottom, top) = image.get_array(), image.get_extent()
    column = ((where[:, 0] - left) / (right - left) * drawn.shape[1]).astype(int)
    row = ((where[:, 1] - bottom) / (top - bottom) * drawn.shape[0]).astype(int)
    values = pd.Series(adata.X[:, 0] if color == "a" else (np.arange(n) >= n - 50).astype(float))
    highest = values.groupby([row, column]).max()
    rows, columns = (highest.index.get_level_values(i).to_numpy() for i in (0, 1))
    np.testing.assert_allclose(drawn[rows, columns], highest.to_numpy())


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
