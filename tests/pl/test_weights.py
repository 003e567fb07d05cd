"""Figures of an event sample tell of all events."""

import re
from collections.abc import Callable
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from cytoclust import keys, pl, tl
from cytoclust.errors import InputError
from cytoclust.pl._kinds import sort_events
from cytoclust.pl._separation import separation
from cytoclust.pl._weights import WEIGHTED, weights_of
from cytoclust.pl.medians import cluster_table, population_table
from tests.pl.drawn import new_axes, texts

HUGE, MIDDLE, RARE, ASIDE = 36_000, 3_600, 400, 4_000  # events
MARKERS = ["CD45", "CD34", "CD90"]
NAMES = {"0": "granulocyte", "1": "T cell", "2": "MSC"}


@pytest.fixture(scope="module")
def whole() -> ad.AnnData:
    """Two samples with a huge, a middling and a rare cluster, of which a tenth was set aside."""
    rng = np.random.default_rng(0)
    code = rng.permutation(np.repeat([0, 1, 2, -1], [HUGE, MIDDLE, RARE, ASIDE]))
    middle = np.array([[4.0, 0.5, 0.5], [4.0, 0.5, 3.5], [0.5, 3.5, 4.0], [2.0, 2.0, 2.0]])
    values = (middle[code] + rng.normal(0, 0.8, (len(code), 3))).astype(np.float32)
    sample = np.where(rng.random(len(code)) < np.where(code == -1, 0.8, 0.4), "S1", "S2")
    obs = pd.DataFrame(index=[str(i) for i in range(len(code))])
    obs[keys.SAMPLE] = pd.Categorical(sample)
    obs[keys.CLUSTER] = pd.Categorical.from_codes(code, categories=["0", "1", "2"])
    obs[keys.POPULATION] = pd.Categorical([NAMES.get(str(each), keys.UNASSIGNED) for each in code])
    obs[keys.QC_COLUMN] = pd.Categorical(np.where(code == -1, "debris", "ok"), categories=list(keys.QC))
    adata = ad.AnnData(values, obs=obs, var=pd.DataFrame(index=MARKERS))
    adata.uns[keys.THRESHOLDS] = pd.DataFrame({"marker": MARKERS, "positive": [2.0, 2.0, 2.0]})
    adata.obsm["X_umap"] = np.where((code == -1)[:, None], np.nan, values[:, :2])
    return adata


@pytest.fixture(scope="module")
def some(whole: ad.AnnData) -> ad.AnnData:
    """An event sample: the rare cluster whole, of the huge one a fortieth."""
    return tl.sample(whole, n_events=2_400, rng=0)


def quadrants(adata: ad.AnnData, **options: Any) -> np.ndarray:
    """Per cent of events in each."""
    shown = texts(pl.biplot(adata, "CD45", "CD90", quadrants=True, **options))
    return np.array([float(text.split("\u00a0")[0]) for text in shown if re.fullmatch(r"[\d.e-]+\u00a0%", text)])


def percents(ax: Axes) -> np.ndarray:
    return np.array([float(text.split("\u00a0")[0]) for text in texts(ax) if text.endswith("%")])


def labels(ax: Axes) -> list[str]:
    """Of a figure's legends, whether they are its own or of its axes."""
    legends = [*ax.figure.canvas.figure.legends, *[ax.get_legend()] * (ax.get_legend() is not None)]
    return [text.get_text() for legend in legends for text in [*legend.get_texts(), legend.get_title()]]


def test_shares_of_quadrants_are_those_of_all_events(whole: ad.AnnData, some: ad.AnnData) -> None:
    """Binomial error of 800 events of a cluster is below 2 per cent of them."""
    true = quadrants(whole)
    np.testing.assert_allclose(quadrants(some), true, atol=2.5)
    assert np.abs(quadrants(some, weights=False) - true).max() > 15
    of_one = {"population": "T cell"}
    np.testing.assert_allclose(quadrants(some, **of_one), quadrants(whole, **of_one), atol=4)


def test_numbers_of_events_are_those_of_all(whole: ad.AnnData, some: ad.AnnData) -> None:
    total = whole.n_obs
    passed = int((some.obs[keys.QC_COLUMN] == "ok").sum())  # those set aside are in no share
    assert f"% of {total - ASIDE:,} events" in texts(pl.biplot(some, "CD45", "CD90", quadrants=True))
    assert f"% of {passed:,} events" in texts(pl.biplot(some, "CD45", "CD90", quadrants=True, weights=False))
    assert pl.biplot(some, "CD45", "CD90", population="granulocyte").get_title(loc="left") == "granulocyte  (36,000)"
    shown = labels(pl.histograms(some, population="T cell")[0])
    assert shown[:2] == ["T cell  (3,600)", f"other events  ({total - MIDDLE:,})"]
    assert {"granulocyte  (36,000)", "T cell  (3,600)", "MSC  (400)"} <= set(labels(pl.umap(some)))
    assert {"36,000", "3,600", "400"} <= {
        text.get_text() for each in pl.heatmap(some).child_axes for text in each.texts
    }
    assert [text for text in texts(pl.ridges(some)[0]) if "36,000" in text] == ["0  granulocyte  (36,000)"]
    shown = labels(pl.evidence(some, "T cell")[0])
    assert shown[:2] == ["T cell: 3,600 events", f"all {total - MIDDLE:,} others, to the same height"]


def test_density_of_a_biplot_holds_all_events(whole: ad.AnnData, some: ad.AnnData) -> None:
    image = pl.biplot(some, "CD45", "CD90").get_images()[0]
    assert image.get_array().sum() == pytest.approx(whole.n_obs, rel=0.01)
    values, weight = np.asarray(some[:, ["CD45", "CD90"]].X), some.obs["weight"].to_numpy()
    left, right, bottom, top = image.get_extent()
    edges = {"bins": image.get_array().shape, "range": [(left, right), (bottom, top)]}
    expected, *_ = np.histogram2d(values[:, 0], values[:, 1], weights=weight, **edges)
    np.testing.assert_allclose(image.get_array().filled(0), expected.T, rtol=1e-6)


def test_shares_above_a_threshold_are_those_of_all_events(whole: ad.AnnData, some: ad.AnnData) -> None:
    def shares(adata: ad.AnnData, **options: Any) -> np.ndarray:
        return np.array([percents(ax) for ax in pl.histograms(adata, population="T cell", **options)])

    true = shares(whole)
    np.testing.assert_allclose(shares(some), true, atol=4)
    assert np.abs(shares(some, weights=False) - true).max() > 15


def test_curves_have_the_means_of_all_events(whole: ad.AnnData, some: ad.AnnData) -> None:
    def mean(ax: Axes, line: int = 0) -> float:
        middles, curve = ax.lines[line].get_data()
        return float(np.average(middles, weights=curve))

    true = np.asarray(whole[:, "CD90"].X).mean()
    assert mean(pl.histograms(some, markers="CD90", ax=new_axes())) == pytest.approx(true, abs=0.1)
    assert abs(mean(pl.histograms(some, markers="CD90", weights=False, ax=new_axes())) - true) > 0.5
    rest = np.asarray(whole[whole.obs["population"] != "MSC", "CD90"].X).mean()
    others = {ax.get_title(loc="left"): ax for ax in pl.evidence(some, "MSC")[:3]}["CD90"]
    assert mean(others) == pytest.approx(rest, abs=0.1)


def test_tables_of_clusters_and_samples_are_those_of_all_events(whole: ad.AnnData, some: ad.AnnData) -> None:
    true, mine, unweighted = cluster_table(whole), cluster_table(some), cluster_table(some, weights=False)
    assert mine["cluster"].tolist() == ["0", "1", "2"]
    assert mine["n_events"].tolist() == true["n_events"].tolist() == [HUGE, MIDDLE, RARE]
    np.testing.assert_allclose(mine["fraction"], true["fraction"])
    assert unweighted["fraction"].max() < 0.5 < true["fraction"].max()
    np.testing.assert_allclose(mine[MARKERS], true[MARKERS], atol=0.15)
    gathered = population_table(mine).set_index("population")["n_events"]
    assert gathered.to_dict() == {"granulocyte": HUGE, "MSC": RARE, "T cell": MIDDLE}
    true, mine, unweighted = (
        cluster_table(adata, key=keys.SAMPLE, weights=weights).set_index("cluster")
        for adata, weights in ((whole, True), (some, True), (some, False))
    )
    np.testing.assert_allclose(mine["n_events"], true["n_events"], rtol=0.02)
    np.testing.assert_allclose(mine[MARKERS], true[MARKERS], atol=0.15)
    assert np.abs(unweighted[MARKERS] - true[MARKERS]).to_numpy().max() > 0.5
    assert mine["population"].tolist() == ["granulocyte"] * 2


def test_events_set_aside_have_their_share_of_each_sample(whole: ad.AnnData, some: ad.AnnData) -> None:
    def shares(adata: ad.AnnData, **options: Any) -> dict[str, list[float]]:
        bars = pl.events(adata, **options).containers
        return {each.get_label(): [bar.get_width() for bar in each] for each in bars}

    aside = pd.crosstab(whole.obs[keys.SAMPLE], whole.obs[keys.QC_COLUMN], normalize="index")
    true = {name: aside.loc[["S1", "S2"], name] for name in ("ok", "debris")}
    order = list(dict.fromkeys(some.obs[keys.SAMPLE]))
    for adata in (whole, some):
        for name, found in shares(adata).items():
            np.testing.assert_allclose(found, true[name].loc[list(dict.fromkeys(adata.obs[keys.SAMPLE]))], rtol=0.02)
    unweighted = shares(some, weights=False)["debris"]
    assert np.abs(np.array(unweighted) / true["debris"].loc[order] - 1).max() > 0.2
    assert pl.events(some).get_xlabel() == WEIGHTED
    assert pl.events(some, weights=False).get_xlabel() == pl.events(whole).get_xlabel() == ""
    with pytest.raises(InputError, match="'qc'"):
        pl.events(ad.AnnData(np.zeros((2, 1))))


def test_distance_of_kinds_is_that_of_all_events(whole: ad.AnnData, some: ad.AnnData) -> None:
    def separations(adata: ad.AnnData, *, weights: bool = True) -> np.ndarray:
        kinds = sort_events(
            adata, "MSC", None, (), used=MARKERS, columns=("population", "cluster"), weights=weights_of(adata, weights)
        )
        return kinds.separations(~kinds.here)

    np.testing.assert_allclose(separations(some), separations(whole), rtol=0.1)
    assert (np.abs(separations(some, weights=False) / separations(whole) - 1) > 0.3).any()
    a, b = np.random.default_rng(1).normal(size=(2, 500, 2)) + np.array([[[0.0]], [[2.0]]])
    times = np.random.default_rng(2).integers(1, 5, (2, 500))
    ranges = np.full(2, 9.0)
    repeated = separation(np.repeat(a, times[0], axis=0), np.repeat(b, times[1], axis=0), ranges)
    weighed = separation(a, b, ranges, (times[0].astype(float), times[1].astype(float)))
    np.testing.assert_allclose(weighed, repeated, rtol=0.02)


FIGURES: dict[str, Callable[..., Any]] = {
    "biplot": lambda adata, **o: pl.biplot(adata, "CD45", "CD90", population="T cell", quadrants=True, **o),
    "events": pl.events,
    "evidence": lambda adata, **o: pl.evidence(adata, "MSC", **o),
    "evidence of a cluster": lambda adata, **o: pl.evidence(adata, cluster="2", **o),
    "heatmap": pl.heatmap,
    "heatmap of populations": lambda adata, **o: pl.heatmap(adata, by="population", **o),
    "histograms": lambda adata, **o: pl.histograms(adata, population="MSC", **o),
    "ridges": pl.ridges,
    "umap": pl.umap,
    "umap of clusters": lambda adata, **o: pl.umap(adata, "cluster", **o),
}


def drawn(adata: ad.AnnData, name: str, **options: Any) -> tuple[bytes, list[str]]:
    """The picture, and all that is written on it."""
    axes = FIGURES[name](adata, show=False, **options)
    figure = (axes[0] if isinstance(axes, list) else axes).figure.canvas.figure
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return bytes(canvas.buffer_rgba()), [" ".join(each.get_text().split()) for each in figure.findobj(Text)]


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_says_that_it_is_weighted_and_weights_of_one_change_nothing(
    whole: ad.AnnData, some: ad.AnnData, name: str
) -> None:
    ones, none = some.copy(), some.copy()
    ones.obs[keys.WEIGHT] = 1.0
    del none.obs[keys.WEIGHT]
    picture, told = drawn(none, name)
    assert picture == drawn(ones, name)[0] == drawn(some, name, weights=False)[0]
    assert not any(WEIGHTED in text for text in told)
    if name != "umap of clusters":  # which tells no numbers
        assert any(WEIGHTED in text for text in drawn(some, name)[1])


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("kind", ["category", "object"])
def test_events_set_aside_are_no_cluster(some: ad.AnnData, name: str, kind: str) -> None:
    adata = some.copy()
    adata.obs["cluster"] = adata.obs["cluster"].astype(kind)
    _, told = drawn(adata, name)
    assert not any(re.search(r"\bnan\b", text, re.IGNORECASE) for text in told)


def test_nothing_is_called_nan(some: ad.AnnData) -> None:
    adata = some.copy()
    adata.obs["cluster"] = adata.obs["cluster"].astype(object)
    for draw in (
        lambda: pl.evidence(adata, cluster="nan"),
        lambda: pl.evidence(adata, cluster="2", beside=["nan"]),
        lambda: pl.biplot(adata, "CD45", "CD90", population="nan", population_key="cluster"),
    ):
        with pytest.raises(InputError, match="'nan'"):
            draw()


@pytest.mark.parametrize("value", [np.nan, np.inf, -1.0, 0.0, "much"])
def test_weights_that_are_none(some: ad.AnnData, value: float | str) -> None:
    adata = some.copy()
    adata.obs[keys.WEIGHT] = value
    for name in FIGURES:
        if name == "umap of clusters":
            continue
        with pytest.raises(InputError, match="weight"):
            FIGURES[name](adata)
        FIGURES[name](adata, weights=False)


def test_weights_below_one_are_seen(some: ad.AnnData) -> None:
    adata = some.copy()
    adata.obs[keys.WEIGHT] = 0.25
    image = pl.biplot(adata, "CD45", "CD90").get_images()[0]
    full = pl.biplot(adata, "CD45", "CD90", weights=False).get_images()[0]
    np.testing.assert_array_equal(image.get_array().mask, full.get_array().mask)
    assert image.norm.vmin == 0.25


def test_what_a_sample_cannot_tell_comes_from_its_tables(some: ad.AnnData) -> None:
    with pytest.raises(InputError, match="'acquisition'"):
        pl.acquisition(some)
    with pytest.raises(InputError, match="'cluster_tree'"):
        pl.cluster_tree(some)
    adata = some.copy()
    tree = pd.DataFrame({"cluster": list("012"), "joins": [None, "0", "0"], "depth": [np.nan, 0.5, 0.2]})
    adata.uns[keys.TABLES] = {"cluster_tree": tree, "clusters": cluster_table(adata)}
    shown, given = (texts(ax) for ax in (pl.cluster_tree(adata), pl.cluster_tree(tree, cluster_table(adata))))
    assert shown == given
    columns = {"sample_id": "S1", "n_events": 100, "start": [0.0, 1.0, 2.0], "stop": [1.0, 2.0, 3.0]}
    bins = pd.DataFrame(columns | {name: 90 if name == "ok" else 2 for name in keys.QC})
    adata.uns[keys.TABLES]["acquisition"] = bins
    for ax, other in zip(pl.acquisition(adata), pl.acquisition(bins), strict=True):
        assert ax.get_ylim() == other.get_ylim()
