import itertools

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

from cytoclust import pl
from cytoclust.errors import InputError
from tests.pl.drawn import points, texts
from tests.report.cohort import MARKERS, Cohort


def named(ax: Axes, part: str = "cluster") -> list[str]:
    return [text.get_text() for text in ax.texts if text.get_gid() == part]


def column_names(ax: Axes) -> list[str]:
    """Names of markers; above a long heatmap and below it they are the same."""
    return list(dict.fromkeys(label.get_text() for label in ax.get_xticklabels()))


def places(ax: Axes) -> list[float]:
    return [text.get_position()[1] for text in ax.texts if text.get_gid() == "cluster"]


def test_heatmap_shows_each_cluster_once_with_name_and_count(cohort: Cohort) -> None:
    ax = pl.heatmap(cohort.clusters)
    assert sorted(named(ax), key=int) == cohort.clusters["cluster"].to_list()
    told = cohort.clusters.set_index("cluster").loc[named(ax)]
    counts = [text for child in ax.child_axes for text in texts(child) if text != "events"]
    assert counts == [f"{n:,}" for n in told["n_events"]]
    here = [name for name, label in zip(told["population"], named(ax, "population"), strict=True) if name == label]
    assert len(here) == (told["population"] != "unknown").sum()


def test_heatmap_matrix_is_the_scaled_medians(cohort: Cohort) -> None:
    ax = pl.heatmap(cohort.clusters)
    columns = column_names(ax)
    medians = cohort.clusters.set_index("cluster").loc[named(ax), columns]
    expected = (medians - medians.min()) / (medians.max() - medians.min())
    np.testing.assert_allclose(ax.get_images()[0].get_array(), expected, atol=1e-12)


def test_many_clusters_stand_in_groups_of_one_population_with_gaps() -> None:
    clusters = Cohort(2, 100, n_events=100).clusters
    ax = pl.heatmap(clusters)
    told = clusters.set_index("cluster").loc[named(ax)]
    runs = told["population"].ne(told["population"].shift()).cumsum()
    assert runs.nunique() == told["population"].nunique() > 5
    assert told["population"].iloc[-1] == "unknown"
    gaps = np.diff(places(ax))
    np.testing.assert_array_equal(gaps == 2, np.diff(runs) == 1)
    image = ax.get_images()[0].get_array()
    assert np.ma.getmaskarray(np.ma.masked_invalid(image)).all(axis=1).sum() == runs.nunique() - 1
    columns = column_names(ax)
    medians = told[columns]
    expected = (medians - medians.min()) / (medians.max() - medians.min())
    np.testing.assert_allclose(image[np.array(places(ax), int)], expected, atol=1e-12)
    labels = [label for label in named(ax, "population") if label in set(told["population"])]
    assert labels == [name for name in dict.fromkeys(told["population"]) if name != "unknown"]


def test_heatmap_by_population_takes_medians_of_events(cohort: Cohort) -> None:
    ax = pl.heatmap(cohort.adata, by="population")
    rows, columns = named(ax, "population"), column_names(ax)
    values = pd.DataFrame(np.asarray(cohort.adata[:, columns].X, dtype=float), columns=columns)
    medians = values.groupby(cohort.adata.obs["population"].astype(str).to_numpy()).median().loc[rows]
    expected = (medians - medians.min()) / (medians.max() - medians.min())
    np.testing.assert_allclose(ax.get_images()[0].get_array(), expected, atol=1e-6)
    assert sorted(rows) == sorted(cohort.adata.obs["population"].cat.categories)


def test_heatmap_of_a_table_by_population_weighs_clusters_by_events() -> None:
    table = pd.DataFrame({
        "cluster": [0, 1, 2, 3], "population": ["p", "p", "q", "r"], "n_events": [30, 10, 5, 5],
        "a": [1.0, 5.0, 0.0, 4.0], "b": [0.0, 0.0, 4.0, 4.0],
    })  # fmt: skip
    ax = pl.heatmap(table, by="population")
    drawn = pd.DataFrame(ax.get_images()[0].get_array(), index=named(ax, "population"), columns=column_names(ax))
    expected = [[0.5, 0], [0, 1], [1, 1]]  # a of p: (30 · 1 + 10 · 5) / 40 = 2 of a span of 4
    np.testing.assert_allclose(drawn.loc[["p", "q", "r"], ["a", "b"]], expected)
    counts = [text for child in ax.child_axes for text in texts(child) if text != "events"]
    assert dict(zip(named(ax, "population"), counts, strict=True)) == {"p": "40", "q": "5", "r": "5"}
    with pytest.raises(InputError, match="'population'"):
        pl.heatmap(table.drop(columns="population"), by="population")
    with pytest.raises(InputError, match="by must be"):
        pl.heatmap(table, by="sample")


def test_heatmap_does_not_stretch_a_marker_without_contrast(cohort: Cohort) -> None:
    flat = cohort.clusters.copy()
    flat["CD45"] = np.linspace(0, 0.001, len(flat))
    ax = pl.heatmap(flat)
    column = column_names(ax).index("CD45")
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


@pytest.mark.parametrize(("n_clusters", "n_markers"), [(1, 6), (2, 12), (5, 45), (30, 45), (100, 20), (200, 6)])
def test_labels_of_few_and_many_clusters_do_not_overlap(n_clusters: int, n_markers: int) -> None:
    markers = [f"CD{i}" for i in range(n_markers)]
    ax = pl.heatmap(Cohort(2, n_clusters, n_events=100, markers=markers).clusters)
    ax.figure.draw_without_rendering()
    for part in ("cluster", "population"):
        labels = [text for text in ax.texts if text.get_gid() == part]
        boxes = [text.get_window_extent() for text in labels if text.get_text()]
        assert len(labels) == n_clusters
        assert all(text.get_fontsize() >= 5.5 for text in labels)
        assert all(above.y0 >= below.y1 - 0.5 for above, below in itertools.pairwise(boxes))
    columns = [label.get_window_extent() for label in ax.get_xticklabels()][:n_markers]
    assert all(left.x1 <= right.x0 + 0.5 for left, right in itertools.pairwise(columns))
    inside = ax.figure.bbox
    assert all(inside.x0 <= text.get_window_extent().x0 for text in ax.texts)
    assert all(text.get_window_extent().x1 <= inside.x1 for text in ax.texts)


def test_heatmap_without_clusters_says_so(cohort: Cohort) -> None:
    with pytest.raises(InputError, match="cluster"):
        pl.heatmap(cohort.clusters.drop(columns="cluster"))
