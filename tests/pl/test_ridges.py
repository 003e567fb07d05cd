import itertools

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_rgba

from cytoclust import pl
from cytoclust.errors import InputError
from cytoclust.pl.style import categories, colours
from tests.pl.drawn import new_axes, texts
from tests.report.cohort import MARKERS, Cohort


def shapes(ax: Axes) -> list[np.ndarray]:
    (curves,) = (each for each in ax.collections if isinstance(each, PolyCollection))
    return [path.vertices for path in curves.get_paths()]


def test_a_ridge_peaks_where_the_cluster_lies(cohort: Cohort) -> None:
    axes = pl.ridges(cohort.adata, ["CD45", "CD271"])
    names = [text.split("  ")[0] for text in texts(axes[0])]
    for ax, marker in zip(axes, ("CD45", "CD271"), strict=True):
        values = pd.Series(np.asarray(cohort.adata[:, marker].X).ravel())
        middles = values.groupby(cohort.adata.obs["cluster"].to_numpy()).median()
        sizes = cohort.adata.obs["cluster"].value_counts()
        for row, (name, shape) in enumerate(zip(names, shapes(ax), strict=True)):
            if sizes[name] >= 100:
                assert shape[shape[:, 1].argmin(), 0] == pytest.approx(middles[name], abs=0.45)
                assert shape[:, 1].max() == row
        assert [line.get_xdata()[0] for line in ax.lines] == [2.0]


def test_ridges_stand_in_the_order_and_colours_of_the_heatmap(cohort: Cohort) -> None:
    axes = pl.ridges(cohort.adata)
    heatmap = pl.heatmap(cohort.adata)
    assert [text.split("  ")[0] for text in texts(axes[0])] == [
        text.get_text() for text in heatmap.texts if text.get_gid() == "cluster"
    ]
    assert [ax.get_title(loc="left") for ax in axes] == [label.get_text() for label in heatmap.get_xticklabels()]
    assert sorted(ax.get_title(loc="left") for ax in axes) == sorted(MARKERS)


def test_few_events_are_strokes_and_make_no_curve(cohort: Cohort) -> None:
    adata = cohort.adata.copy()
    adata.obs["kind"] = pd.Categorical(["few"] * 19 + ["many"] * (adata.n_obs - 19))
    ax = pl.ridges(adata, ["CD45"], by="kind", names=["many", "few"], ax=new_axes())
    strokes = next(each for each in ax.collections if isinstance(each, LineCollection)).get_segments()
    np.testing.assert_allclose(
        sorted(stroke[0, 0] for stroke in strokes), np.sort(np.asarray(adata[:19, "CD45"].X).ravel()), rtol=1e-6
    )
    assert np.ptp(shapes(ax)[1][:, 1]) == 0
    assert texts(ax) == [f"many  ({adata.n_obs - 19:,})", "few  (19)"]


def test_ridges_by_population_take_its_colours(cohort: Cohort) -> None:
    ax = pl.ridges(cohort.adata, "CD45", by="population", names=["T cell", "unknown"], ax=new_axes())
    (curves,) = (each for each in ax.collections if isinstance(each, PolyCollection))
    shade = colours(categories(cohort.adata.obs["population"]))
    assert [tuple(face) for face in curves.get_facecolor()] == [to_rgba(shade["T cell"]), to_rgba(shade["unknown"])]


@pytest.mark.parametrize("n_markers", [1, 12])
def test_labels_of_thirty_rows_do_not_overlap(n_markers: int) -> None:
    axes = pl.ridges(Cohort(2, 30, n_events=2000).adata, MARKERS[:n_markers])
    axes[0].figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in axes[0].texts]
    assert all(above.y0 >= below.y1 - 1 for above, below in itertools.pairwise(boxes))
    assert min(box.x0 for box in boxes) >= 0


def test_ridges_errors(cohort: Cohort) -> None:
    with pytest.raises(InputError, match="'kind'"):
        pl.ridges(cohort.adata, by="kind")
    with pytest.raises(InputError, match="'99'"):
        pl.ridges(cohort.adata, names=["99"])
    with pytest.raises(InputError, match="one name"):
        pl.ridges(cohort.adata, ax=new_axes())
    with pytest.raises(InputError, match="'CD999'"):
        pl.ridges(cohort.adata, ["CD999"])
