import anndata as ad
import numpy as np
import pandas as pd
import pytest

from cytoclust import pl
from cytoclust.errors import InputError
from tests.pl.drawn import new_axes, texts
from tests.report.cohort import MARKERS, Cohort


def weighed(adata: ad.AnnData, weight: np.ndarray | float | str) -> ad.AnnData:
    return ad.AnnData(adata.X, obs=adata.obs.assign(weight=weight), var=adata.var, uns=dict(adata.uns))


def test_histograms_mark_the_thresholds_there_are(cohort: Cohort) -> None:
    axes = pl.histograms(cohort.adata)
    assert [ax.get_title(loc="left") for ax in axes] == MARKERS
    lines = [[line.get_xdata()[0] for line in ax.lines if len(line.get_xdata()) == 2] for ax in axes]
    assert lines == [[2.0]] * (len(MARKERS) - 1) + [[]]


def test_a_population_and_the_others_have_a_curve_each_and_its_share_above_the_threshold(cohort: Cohort) -> None:
    axes = pl.histograms(cohort.adata, markers=["CD45", "CD34"], population="T cell")
    inside = (cohort.adata.obs["population"] == "T cell").to_numpy()
    for ax, name in zip(axes, ("CD45", "CD34"), strict=True):
        others, own = (line for line in ax.lines if len(line.get_xdata()) > 2)
        values = np.asarray(cohort.adata[:, name].X).ravel()
        for line, part in ((others, values[~inside]), (own, values[inside])):
            assert line.get_ydata().max() == pytest.approx(1)
            middles, curve = line.get_data()
            assert np.average(middles, weights=curve) == pytest.approx(part.mean(), abs=0.05)
        shares = [f"{100 * np.mean(part >= 2):.0f}\u00a0%" for part in (values[inside], values[~inside])]
        assert texts(ax) == shares
    (legend,) = axes[0].figure.legends
    told = [text.get_text() for text in legend.get_texts()]
    assert told[:2] == [f"T cell  ({inside.sum():,})", f"other events  ({(~inside).sum():,})"]


def test_a_share_is_never_rounded_to_none_or_all(cohort: Cohort) -> None:
    adata = cohort.adata.copy()
    adata.obs["population"] = pd.Categorical(np.repeat(["p", "q"], [1000, adata.n_obs - 1000]))
    adata.X[:, list(adata.var_names).index("CD45")] = np.r_[9.0, np.zeros(1999), np.full(adata.n_obs - 2000, 9.0)]
    adata.X[1000, list(adata.var_names).index("CD45")] = 0
    ax = pl.histograms(adata, markers=["CD45"], population="p", ax=new_axes())
    assert texts(ax)[0] == "<1\u00a0%"


def test_weights_are_events_that_stand_for_as_many(cohort: Cohort) -> None:
    """Shares are those of the events repeated, and the curve has their mean."""
    adata, rng = cohort.adata, np.random.default_rng(0)
    times = rng.integers(0, 5, adata.n_obs)
    rows = np.repeat(np.arange(adata.n_obs), times)
    obs = adata.obs.iloc[rows].set_index(np.arange(len(rows)).astype(str))
    repeated = ad.AnnData(np.asarray(adata.X)[rows], obs=obs, var=adata.var, uns=dict(adata.uns))
    given = {"markers": ["CD45", "CD34"], "population": "T cell"}
    inside = (adata.obs["population"] == "T cell").to_numpy()
    pairs = zip(pl.histograms(weighed(adata, times), **given), pl.histograms(repeated, **given), strict=True)
    for (ax, true), name in zip(pairs, given["markers"], strict=True):
        assert texts(ax) == texts(true)
        values = np.asarray(adata[:, name].X).ravel()
        for line, part in zip(ax.lines[:2], (~inside, inside), strict=True):
            middles, curve = line.get_data()
            mean = np.average(values[part], weights=times[part])
            assert np.average(middles, weights=curve) == pytest.approx(mean, abs=0.05)
    plain, once = (pl.histograms(each, **given) for each in (adata, weighed(adata, np.full(adata.n_obs, 3.0))))
    np.testing.assert_allclose(plain[0].lines[0].get_ydata(), once[0].lines[0].get_ydata(), atol=0.01)


@pytest.mark.parametrize("weight", [np.nan, -1.0, 0.0, "much"])
def test_weights_that_do_not_fit(cohort: Cohort, weight: float | str) -> None:
    adata = weighed(cohort.adata, weight)
    with pytest.raises(InputError, match="'weight'] must"):
        pl.histograms(adata)
    pl.histograms(adata, weights=False)


def test_histograms_errors(cohort: Cohort) -> None:
    with pytest.raises(InputError, match="'CD999'"):
        pl.histograms(cohort.adata, markers=["CD999"])
    with pytest.raises(InputError, match="markers"):
        pl.histograms(cohort.adata, markers=[])
    with pytest.raises(InputError, match="one name"):
        pl.histograms(cohort.adata, ax=new_axes())
    with pytest.raises(InputError, match="'nobody'"):
        pl.histograms(cohort.adata, population="nobody")
