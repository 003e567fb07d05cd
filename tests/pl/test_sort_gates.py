import anndata as ad
import numpy as np
import pandas as pd
import pytest

from cytoclust import pl
from cytoclust.errors import InputError

COFACTOR = 150.0


@pytest.fixture(scope="module")
def events() -> ad.AnnData:
    """Two populations, and doublets of which a sorter sees as much."""
    rng = np.random.default_rng(0)
    n = 600
    X = np.column_stack([rng.uniform(2e4, 2e5, n), rng.uniform(2e4, 2e5, n), rng.normal(3, 1, n), rng.normal(3, 1, n)])
    var = pd.DataFrame(
        {"channel": ["FSC-A", "SSC-A", "B1-A", "B2-A"], "signal_type": ["scatter"] * 2 + ["fluorescence"] * 2},
        index=["FSC-A", "SSC-A", "CD3", "CD19"],
    )
    obs = pd.DataFrame(
        {
            "population": pd.Categorical(np.where(np.arange(n) < 60, "B cell", "T cell")),
            "cluster": pd.Categorical(np.where(np.arange(n) < 60, "1", "0")),
            "qc": pd.Categorical(np.where(np.arange(n) % 10 == 9, "time", "ok")),
            "weight": np.where(np.arange(n) < 60, 1.0, 5.0),
        },
        index=[str(i) for i in range(n)],
    )
    adata = ad.AnnData(X.astype(np.float32), obs=obs, var=var)
    adata.uns["transform"] = {
        "params": {"method": "arcsinh"}, "channels": pd.DataFrame({"cofactor": [COFACTOR] * 2}, index=["CD3", "CD19"])
    }  # fmt: skip
    return adata


def gates(**changed: object) -> pd.DataFrame:
    row = {
        "population": "B cell", "step": 1, "name": "singlets", "x": "FSC-A", "y": "SSC-A", "x_scale": "linear",
        "y_scale": "linear", "vertices": "30000 30000; 150000 30000; 150000 150000; 30000 150000", "yield_step": 0.9,
        "yield": 0.9, "yield_low": 0.8, "yield_high": 0.95, "purity": 0.2, "purity_low": 0.1, "purity_high": 0.3,
        "measured_on": "held out", "n_targets": 60, "n_samples": 1, "worst_sample": "S1", "worst_purity": 0.1,
        "share_of_parent": 0.4321,
    }  # fmt: skip
    second = row | {
        "step": 2, "name": "B cell", "x": "CD3", "y": "CD19", "x_scale": "arcsinh 150 1", "y_scale": "arcsinh 150 1",
        "vertices": "300 300; 3000 300; 3000 3000.5", "purity": 0.987,
    }  # fmt: skip
    return pd.DataFrame([row | changed, second | changed])


def texts(ax: object) -> str:
    return "\n".join(each.get_text() for each in ax.texts)  # type: ignore[attr-defined]


def test_a_panel_a_step_with_corners_in_the_unit_of_the_file(events: ad.AnnData) -> None:
    first, second = pl.sort_gates(events, gates(), "B cell")
    assert first.get_title(loc="left") == "1  singlets"
    assert second.get_title(loc="left") == "2  B cell"
    assert "43.2\u00a0% of the events shown" in texts(first)
    assert "3,000" in texts(second)
    assert second.get_xlabel() == "CD3  (B1-A, arcsinh)"
    (polygon,) = second.patches
    np.testing.assert_allclose(polygon.get_xy()[:3, 0], np.arcsinh(np.array([300, 3000, 3000]) / COFACTOR), rtol=1e-5)


def test_the_whole_polygon_is_in_sight(events: ad.AnnData) -> None:
    for ax in pl.sort_gates(events, gates(), "B cell"):
        (polygon,) = ax.patches
        (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
        x, y = polygon.get_xy().T
        assert left < x.min()
        assert x.max() < right
        assert low < y.min()
        assert y.max() < high


def test_only_what_passed_is_shown_next_and_no_stretch_that_was_set_aside(events: ad.AnnData) -> None:
    first, second = pl.sort_gates(events, gates(), "B cell")
    fsc, ssc = events.X[:, 0], events.X[:, 1]
    mine = (events.obs["population"] == "B cell").to_numpy() & (events.obs["qc"] == "ok").to_numpy()
    passed = mine & (fsc > 3e4) & (fsc < 1.5e5) & (ssc > 3e4) & (ssc < 1.5e5)
    assert [len(ax.collections[0].get_offsets()) for ax in (first, second)] == [mine.sum(), passed.sum()]


def test_it_says_what_yield_and_purity_were_measured_on(events: ad.AnnData) -> None:
    held_out = texts(pl.sort_gates(events, gates(), "B cell")[0]).replace("\n", " ")
    assert "yield 90.0\u00a0% (80.0\u00a0% to 95.0\u00a0%), purity 98.7\u00a0%" in held_out
    assert "patients that they were not drawn around" in held_out
    nothing = dict.fromkeys(("yield_low", "yield_high", "purity_low", "purity_high", "worst_purity"), np.nan)
    trained = texts(pl.sort_gates(events, gates(measured_on="trained", worst_sample=None, **nothing), "B cell")[0])
    assert "the events that they were drawn around" in trained.replace("\n", " ")
    assert "nan" not in trained


def test_a_cluster_has_its_own_events(events: ad.AnnData) -> None:
    first, _ = pl.sort_gates(events, gates(population="cluster 1"), "cluster 1")
    assert len(first.collections[0].get_offsets()) == 54


@pytest.mark.parametrize(
    ("changed", "population", "message"),
    [
        ({}, "NK cell", "has those of 'B cell'"),
        ({"vertices": "1 2; 3"}, "B cell", "must be 'x y; x y"),
        ({"x": "CD99"}, "B cell", "no marker 'CD99'"),
    ],
)
def test_tables_that_do_not_fit(events: ad.AnnData, changed: dict, population: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        pl.sort_gates(events, gates(**changed), population)
