import numpy as np
import pandas as pd
import pytest

from cytoclust import pl
from cytoclust.errors import InputError
from tests.pl.drawn import points, texts
from tests.report.cohort import MARKERS, Cohort


def test_heatmap_shows_each_cluster_once_with_name_and_count(cohort: Cohort) -> None:
    ax = pl.heatmap(cohort.clusters)
    names = [text.split("  ")[0] for text in texts(ax) if "  " in text]
    assert sorted(names, key=int) == cohort.clusters["cluster"].to_list()
    counts = {text for child in ax.child_axes for text in texts(child)}
    assert {f"{n:,}" for n in cohort.clusters["n_events"]} <= counts


def test_heatmap_matrix_is_the_scaled_medians(cohort: Cohort) -> None:
    ax = pl.heatmap(cohort.clusters)
    rows = [text.split("  ")[0] for text in texts(ax) if "  " in text]
    columns = [label.get_text() for label in ax.get_xticklabels()]
    medians = cohort.clusters.set_index("cluster").loc[rows, columns]
    expected = (medians - medians.min()) / (medians.max() - medians.min())
    np.testing.assert_allclose(ax.get_images()[0].get_array(), expected, atol=1e-12)


def test_heatmap_does_not_stretch_a_marker_without_contrast(cohort: Cohort) -> None:
    flat = cohort.clusters.copy()
    flat["CD45"] = np.linspace(0, 0.001, len(flat))
    ax = pl.heatmap(flat)
    column = [label.get_text() for label in ax.get_xticklabels()].index("CD45")
    assert ax.get_images()[0].get_array()[:, column].max() < 0.01


def test_heatmap_of_events_equals_that_of_their_table(cohort: Cohort) -> None:
    stained = cohort.adata[:, MARKERS]
    table = pd.DataFrame(np.asarray(stained.X), columns=MARKERS).groupby(cohort.adata.obs["cluster"].to_numpy())
    medians = table.median().astype(float)
    medians.insert(0, "cluster", medians.index)
    one, other = pl.heatmap(cohort.adata), pl.heatmap(medians)
    a, b = (np.sort(ax.get_images()[0].get_array(), axis=None) for ax in (one, other))
    np.testing.assert_allclose(a, b, atol=1e-6)


def test_heatmap_dots_are_the_medians_above_threshold(cohort: Cohort) -> None:
    limits = pd.Series(2.0, index=MARKERS[:-1])
    bare = cohort.clusters.drop(columns="phenotype")
    dots = points(pl.heatmap(bare, thresholds=limits))[0].get_offsets()
    assert len(dots) == int((cohort.clusters[MARKERS[:-1]] >= 2).to_numpy().sum())


def test_heatmap_dots_are_what_the_phenotype_calls_positive() -> None:
    table = pd.DataFrame({
        "cluster": [0, 1], "phenotype": ["CD3+ FL4 red- CD34-/dim", "CD3- FL4 reddim CD34bright"], "n_events": [9, 9],
        "CD3": [3.0, 9.0], "FL4 red": [3.0, 3.0], "CD34": [3.0, 3.0],
    })  # fmt: skip
    assert len(points(pl.heatmap(table))[0].get_offsets()) == 4


@pytest.mark.parametrize("n_clusters", [1, 2, 5, 200])
def test_heatmap_of_few_and_many_clusters_is_readable(n_clusters: int) -> None:
    ax = pl.heatmap(Cohort(2, n_clusters, n_events=100).clusters)
    labels = [text for text in ax.texts if "  " in text.get_text()]
    row_points = ax.get_window_extent().height / ax.figure.dpi * 72 / n_clusters
    assert len(labels) == n_clusters
    assert all(5.5 <= label.get_fontsize() <= row_points for label in labels)


def test_heatmap_without_clusters_says_so(cohort: Cohort) -> None:
    with pytest.raises(InputError, match="cluster"):
        pl.heatmap(cohort.clusters.drop(columns="cluster"))
