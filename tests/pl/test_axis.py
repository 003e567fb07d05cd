"""Axes in the units of the file."""

import anndata as ad
import numpy as np
import pandas as pd
import pytest

import cytoclust as ct
from cytoclust import pl
from cytoclust.pl._axis import ticks
from tests.report.cohort import Cohort


def events(method: str) -> ad.AnnData:
    rng = np.random.default_rng(0)
    signal = np.concatenate([rng.normal(0, 100, (500, 2)), rng.lognormal(9, 1, (500, 2))]).astype(np.float32)
    var = pd.DataFrame({"channel": ["B", "Y"], "marker": ["CD3", "CD4"]}, index=["CD3", "CD4"])
    var["signal_type"] = pd.Categorical(["fluorescence"] * 2)
    adata = ad.AnnData(signal, var=var, obs=pd.DataFrame(index=[str(i) for i in range(1000)]))
    ct.pp.arcsinh(adata, cofactor={"CD3": 100.0, "CD4": 300.0}) if method == "arcsinh" else ct.pp.logicle(adata)
    return adata


def test_a_tick_stands_where_the_arcsinh_puts_its_label() -> None:
    ax = pl.biplot(events("arcsinh"), "CD3", "CD4")
    for axis, cofactor in ((ax.xaxis, 100.0), (ax.yaxis, 300.0)):
        found = dict(zip((t.get_text() for t in axis.get_ticklabels()), axis.get_ticklocs(), strict=True))
        assert {"0", "$10^{3}$", "$10^{4}$"} <= set(found)
        for text, place in found.items():
            signal = float(text.replace("$", "").replace("10^{", "1e").replace("}", ""))
            assert np.sinh(place) * cofactor == pytest.approx(signal, abs=1e-9)
        small = np.sinh(axis.get_ticklocs(minor=True)) * cofactor
        leading = np.abs(small) / 10.0 ** np.floor(np.log10(np.abs(small)) + 1e-9)
        np.testing.assert_allclose(leading, np.round(leading), atol=1e-6)
        assert set(np.round(leading)) <= set(range(1, 10))
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("CD3", "CD4")


def test_a_tick_stands_where_the_logicle_scale_puts_its_label() -> None:
    adata = events("logicle")
    ax = pl.histograms(adata, markers=["CD3"])[0]
    found = dict(zip((t.get_text() for t in ax.get_xticklabels()), ax.get_xticks(), strict=True))
    parameters = adata.uns["transform"]["channels"].loc[["CD3"], ["T", "W"]].to_numpy()
    expected = ct.pp.logicle_transform(np.array([[10_000.0]]), parameters)[0, 0]
    assert found["$10^{4}$"] == pytest.approx(expected, abs=1e-6)


def test_labels_keep_their_distance_and_small_ticks_do_not_run_together() -> None:
    for inches in (0.7, 1.4, 3.4):
        places, texts, small = ticks(lambda s: np.arcsinh(s / 150), -1.5, 8.0, inches)
        assert texts.index("0") >= 0
        assert np.diff(places).min() >= 0.26 * 9.5 / inches
        assert set(small).isdisjoint(places)
        assert len(small) == 0 or np.diff(small).min() > 0


def test_scale_of_unknown_cofactor_is_named_and_linear_signals_are_numbers(cohort: Cohort) -> None:
    adata = cohort.adata.copy()
    assert pl.biplot(adata, "CD146", "FSC-A").get_xlabel() == "CD146"
    adata.uns["transform"] = {"params": {"method": "arcsinh", "cofactor": "auto"}}
    ax = pl.biplot(adata, "CD146", "FSC-A")
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("CD146 (arcsinh)", "FSC-A")
    ax.figure.draw_without_rendering()
    assert "100K" in [text.get_text() for text in ax.get_yticklabels()]
