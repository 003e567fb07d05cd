"""What is laid over all events, with its numbers."""

import anndata as ad
import numpy as np
import pandas as pd
import pytest

from cytoclust import pl
from cytoclust.errors import InputError
from tests.pl.drawn import new_axes, points


@pytest.fixture(scope="module")
def adata() -> ad.AnnData:
    """300 events: 200 common, 90 rare (of weight 2, 10 of them set aside) and 10 rarer ones."""
    rng = np.random.default_rng(0)
    names = np.repeat(["common", "rare", "rarer"], [200, 90, 10])
    X = rng.normal(0, 1, (300, 4)).astype(np.float32)
    X[200:290, 2] += 20
    X[290:, 3] += 20
    kinds = ["scatter"] * 2 + ["fluorescence"] * 2
    names_of = ["FSC-A", "SSC-A", "CD45", "CD34"]
    var = pd.DataFrame({"channel": names_of, "marker": ["", "", "CD45", "CD34"], "signal_type": kinds}, index=names_of)
    obs = pd.DataFrame(
        {"population": names, "weight": np.where(names == "rare", 2.0, 1.0), "group": np.tile(["a", "b"], 150)},
        index=map(str, range(300)),
    ).astype({"population": "category", "group": "category"})
    obs["qc"] = pd.Categorical(np.where((np.arange(300) >= 200) & (np.arange(300) < 210), "dead", "ok"))
    return ad.AnnData(X, obs=obs, var=var)


def legend(ax: object) -> list[str]:
    return [text.get_text() for text in ax.get_legend().get_texts()]  # type: ignore[attr-defined]


def test_numbers_are_of_all_events_that_passed_and_rare_ones_lie_on_top(adata: ad.AnnData) -> None:
    ax = pl.overlay(adata, ["rarer", "rare"], pairs=("CD45", "CD34"), palette={"rare": "#ff0000", "rarer": "#0000ff"})
    assert legend(ax) == ["rare  160", "rarer  10"]
    below, above = points(ax)
    np.testing.assert_allclose(below.get_offsets(), adata.X[200:290, 2:], rtol=1e-6)
    np.testing.assert_allclose(above.get_offsets(), adata.X[290:, 2:], rtol=1e-6)
    assert tuple(below.get_facecolor()[0]) == (1, 0, 0, 1)
    alone = pl.overlay(adata, "rare", pairs=("CD45", "CD34"), weights=False)
    assert legend(alone) == ["rare  80"]


def test_by_default_over_scatter_over_cd45_and_where_it_differs(adata: ad.AnnData) -> None:
    drawn = pl.overlay(adata, np.asarray(adata.obs["population"] == "rarer"))
    assert [(ax.get_xlabel(), ax.get_ylabel()) for ax in drawn] == [
        ("FSC-A", "SSC-A"), ("CD45", "SSC-A"), ("CD34", "CD45"),
    ]  # fmt: skip
    assert legend(drawn[0]) == ["selection  10"]


def test_groups_have_panels_on_one_scale(adata: ad.AnnData) -> None:
    first, second = pl.overlay(adata, "rare", pairs=("CD45", "CD34"), groupby="group")
    assert [ax.get_title(loc="left") for ax in (first, second)] == ["a", "b"]
    assert first.get_xlim() == second.get_xlim()
    assert [legend(ax) for ax in (first, second)] == [["rare  80"], ["rare  80"]]


def test_a_population_with_others_under_it_is_all_of_them(adata: ad.AnnData) -> None:
    counted = adata.copy()
    table = pd.DataFrame({"population": ["both", "rare", "rarer"], "parent": ["cells", "both", "both"]})
    counted.uns["tables"] = {"populations": table}
    assert legend(pl.overlay(counted, "both", pairs=("CD45", "CD34"))) == ["both  170"]


@pytest.mark.parametrize(
    ("chosen", "arguments", "message"),
    [
        ("none", {}, "no population 'none'"),
        ([], {}, "must name a population"),
        (np.zeros(300, dtype=bool), {}, "hold one at least"),
        (np.ones(3, dtype=bool), {}, "each of 300 events"),
        ("rare", {"pairs": [("CD45",)]}, "two markers, or a list of such pairs"),
        ("rare", {"ax": new_axes()}, "must give one panel"),
    ],
)
def test_what_cannot_be_drawn_is_refused(
    adata: ad.AnnData, chosen: object, arguments: dict[str, object], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        pl.overlay(adata, chosen, **arguments)
