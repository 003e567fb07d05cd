import timeit

import anndata as ad
import numpy as np
import pandas as pd
import pytest

from cytoclust import pl
from cytoclust.errors import InputError
from cytoclust.io.gates import Axis, Gate
from cytoclust.pl._density_image import grid_counts, highest_density_levels, smooth_counts, span
from cytoclust.pl._gate_outlines import outlines
from tests.pl.drawn import points, texts
from tests.report.cohort import Cohort


def two_columns(values: np.ndarray, **obs: list[str]) -> ad.AnnData:
    names = pd.Index([str(i) for i in range(len(values))])
    adata = ad.AnnData(values.astype(np.float32), obs=pd.DataFrame(obs, index=names))
    adata.var_names = ["a", "b"]
    return adata


def test_the_image_is_the_two_dimensional_histogram(cohort: Cohort) -> None:
    ax = pl.biplot(cohort.adata, "CD146", "CD271")
    (image,) = ax.get_images()
    left, right, bottom, top = image.get_extent()
    shape = image.get_array().shape
    values = np.asarray(cohort.adata[:, ["CD146", "CD271"]].X)
    expected, *_ = np.histogram2d(values[:, 0], values[:, 1], bins=shape, range=[(left, right), (bottom, top)])
    np.testing.assert_array_equal(image.get_array().filled(0), expected.T)
    assert expected.sum() == pytest.approx(cohort.adata.n_obs, abs=4)  # 0.02 % of each marker may lie outside


def test_counting_in_blocks_is_counting_and_leaves_out_what_is_not_a_number() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 600_000)).astype(np.float32)
    x[::1000], y[5::1000] = np.nan, np.inf
    spans = ((-2.0, 2.5), (-1.0, 3.0))
    known = np.isfinite(x) & np.isfinite(y)
    expected, *_ = np.histogram2d(x[known], y[known], bins=50, range=spans)
    np.testing.assert_array_equal(grid_counts(x, y, spans, 50), expected)


def test_limits_hold_what_their_quantiles_say() -> None:
    values = np.random.default_rng(1).uniform(0, 1, 2_000_000)
    low, high = span(values, 1.0)
    assert low == pytest.approx(0.01 - 0.04 * 0.98, abs=0.003)
    assert high == pytest.approx(0.99 + 0.04 * 0.98, abs=0.003)


def test_lines_of_density_hold_their_share_of_a_normal_population() -> None:
    """Of a normal density f in two dimensions, the share 1 - p of events lies where f exceeds p times its peak."""
    x = np.linspace(-5, 5, 401)
    density = np.exp(-(x[:, None] ** 2 + x[None] ** 2) / 2)
    np.testing.assert_allclose(highest_density_levels(density, [0.9, 0.5, 0.25]), [0.1, 0.5, 0.75], rtol=0.01)


def test_few_events_of_a_population_are_points_and_many_are_lines() -> None:
    rng = np.random.default_rng(2)
    values = rng.normal(size=(4000, 2))
    names = ["rare"] * 3 + ["common"] * 2000 + ["other"] * 1997
    values[0] = [30.0, -20.0]  # rare and far out: seen all the same
    adata = two_columns(values, population=names)
    rare = pl.biplot(adata, "a", "b", population="rare")
    np.testing.assert_allclose(points(rare)[0].get_offsets(), values[:3], rtol=1e-6)
    assert rare.get_xlim()[1] > 30
    assert rare.get_ylim()[0] < -20
    assert rare.get_title(loc="left") == "rare  (3)"
    common = pl.biplot(adata, "a", "b", population="common")
    assert points(common) == []
    assert len(common.collections) == 2  # lines and their white seam


def test_quadrants_hold_the_shares_of_the_population_or_of_all() -> None:
    values = np.array([[0, 0], [0, 2], [2, 0], [2, 2], [2, 2], [1, 1], [2, 2], [0, 2]])
    adata = two_columns(values, population=["p"] * 4 + ["q"] * 4)
    adata.uns["thresholds"] = pd.DataFrame({"marker": ["a", "b"], "positive": [1.0, 1.0]})
    lines = [line.get_xydata() for line in pl.biplot(adata, "a", "b").lines]
    assert lines[0][:, 0].tolist() == lines[1][:, 1].tolist() == [1, 1]
    assert not any("%" in text for text in texts(pl.biplot(adata, "a", "b")))
    of_all = texts(pl.biplot(adata, "a", "b", quadrants=True))
    assert [text.replace("\u00a0", " ") for text in of_all] == ["12.5 %", "25 %", "12.5 %", "50 %", "% of 8 events"]
    of_p = texts(pl.biplot(adata, "a", "b", population="p", quadrants=True))
    assert [text.replace("\u00a0", " ") for text in of_p] == ["25 %"] * 4 + ["% of 4 events"]


def test_smoothing_keeps_the_number_of_events_and_the_place_of_the_peak() -> None:
    values = np.random.default_rng(3).normal(1.0, 0.5, 5000)
    middles, curve = smooth_counts(values, (-3.0, 5.0))
    assert curve.sum() == pytest.approx(5000, rel=1e-3)
    assert middles[curve.argmax()] == pytest.approx(1.0, abs=0.1)
    assert (middles[0], len(middles)) == (pytest.approx(-3 + 8 / 512), 256)


def test_labels_of_numbers_and_views_are_found(cohort: Cohort) -> None:
    adata = cohort.adata.copy()
    adata.obs["number"] = adata.obs["cluster"].astype(int)
    by_number = pl.biplot(adata[:1000], "CD146", "CD271", population="3", population_key="number")
    by_name = pl.biplot(cohort.adata[:1000], "CD146", "CD271", population="3", population_key="cluster")
    assert by_number.get_title(loc="left") == by_name.get_title(loc="left") != ""


def test_the_whole_figure_takes_no_longer_than_twice_numpys_histogram_alone() -> None:
    values = np.random.default_rng(4).normal(size=(1_000_000, 2)).astype(np.float32)
    adata = two_columns(values)

    def figure() -> None:
        pl.biplot(adata, "a", "b").figure.draw_without_rendering()

    def histogram() -> None:
        np.histogram2d(values[:, 0], values[:, 1], bins=256)

    assert min(timeit.repeat(figure, number=1, repeat=3)) < 2 * min(timeit.repeat(histogram, number=1, repeat=3))


def test_biplot_errors(cohort: Cohort) -> None:
    with pytest.raises(InputError, match="'nobody'"):
        pl.biplot(cohort.adata, "CD146", "CD271", population="nobody")
    with pytest.raises(InputError, match="'nothing'"):
        pl.biplot(cohort.adata, "CD146", "CD271", population="T cell", population_key="nothing")
    with pytest.raises(InputError, match="'CD999'"):
        pl.biplot(cohort.adata, "CD146", "CD999")


@pytest.mark.parametrize("kind", ["contour", "zebra"])
def test_lines_leave_a_twentieth_of_the_events_outside_as_dots(kind: str) -> None:
    values = np.random.default_rng(5).normal(size=(20_000, 2))
    outside = points(pl.biplot(two_columns(values), "a", "b", kind=kind))[0]
    assert len(outside.get_offsets()) == pytest.approx(1000, rel=0.15)


def test_dots_are_the_events_and_few_events_have_no_lines() -> None:
    values = np.random.default_rng(6).normal(size=(150, 2))
    for kind in ("dot", "contour"):
        drawn = points(pl.biplot(two_columns(values), "a", "b", kind=kind))
        np.testing.assert_allclose(drawn[0].get_offsets(), values, rtol=1e-6)
    with pytest.raises(InputError, match="'cloud'"):
        pl.biplot(two_columns(values), "a", "b", kind="cloud")


def test_gates_lie_where_they_were_drawn_and_say_how_many_are_inside() -> None:
    """Corners are in units of the file, the figure in arcsinh; a gate keeps the scale that it was drawn on."""
    signals = np.random.default_rng(7).uniform(0, 1000, size=(4000, 2))
    adata = two_columns(np.arcsinh(signals / 100))
    channels = pd.DataFrame({"cofactor": [100.0, 100.0]}, index=["a", "b"])
    adata.uns["transform"] = {"params": {"method": "arcsinh"}, "channels": channels}
    box = [(200, 300), (600, 300), (600, 900), (200, 900)]
    inside = ((signals > (200, 300)) & (signals < (600, 900))).all(axis=1).mean()
    (said,) = [t.get_text() for t in pl.biplot(adata, "a", "b", gates={"box": box}).texts if t.get_gid() == "gate"]
    assert float(said.split()[1]) == pytest.approx(100 * inside, rel=0.01)
    line = Gate("below", None, (Axis("b"), Axis("a")), vertices=np.array([(0, 0), (0, 1000), (1000, 1000)]))
    (outline,) = outlines(adata, line, ("a", "b"), ((0.0, 5.0), (0.0, 5.0)))
    below = outline.holds(*adata.X.T)
    np.testing.assert_array_equal(below, signals[:, 1] < signals[:, 0])  # straight on a linear scale only
    low = Gate("low", None, (Axis("a"),), bounds=((-np.inf, 300.0),))
    assert outlines(adata, low, ("a", "b"), ((0, 5), (0, 5)))[0].holds(*adata.X.T).mean() == (signals < 300).mean(0)[0]
    with pytest.raises(InputError, match="'CD9'"):
        pl.biplot(adata, "a", "b", gates=Gate("c", None, (Axis("CD9"),), bounds=((0, 1),)))
    with pytest.raises(InputError, match="three corners"):
        pl.biplot(adata, "a", "b", gates={"two": [(1, 2), (3, 4)]})


def test_groups_have_panels_on_one_scale() -> None:
    values = np.random.default_rng(8).normal(size=(400, 2))
    adata = two_columns(values, group=["a"] * 100 + ["b"] * 300)
    drawn = pl.biplot(adata, "a", "b", groupby="group", kind="dot")
    assert [len(points(ax)[0].get_offsets()) for ax in drawn] == [100, 300]
    assert drawn[0].get_xlim() == drawn[1].get_xlim()


def test_shares_leave_out_what_quality_control_set_aside() -> None:
    values = np.array([[0, 0], [0, 2], [2, 2], [2, 2]])
    adata = two_columns(values, qc=["ok", "ok", "ok", "doublet"])
    adata.uns["thresholds"] = pd.DataFrame({"marker": ["a", "b"], "positive": [1.0, 1.0]})
    square = {"all": [(-1, -1), (3, -1), (3, 3), (-1, 3)], "high": [(1, 1), (3, 1), (3, 3), (1, 3)]}
    ax = pl.biplot(adata, "a", "b", quadrants=True, gates=square)
    assert [text.split()[0] for text in texts(ax)[:4]] == ["33.3", "33.3", "0", "33.3"]
    assert [t.get_text().split()[1] for t in ax.texts if t.get_gid() == "gate"] == ["100", "33.3"]
