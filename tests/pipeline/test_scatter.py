"""Scatter clustered on: granulocytes that differ in side scatter alone, by a run and step by step."""

import numpy as np
import pandas as pd
import pytest

import cytoclust as ct
from cytoclust.errors import CytoclustWarning, InputError
from cytoclust.io import Channel, write_fcs
from cytoclust.params import D, update

KINDS = {  # side scatter and its share of spread, CD3, CD16, CD45
    "T": (18_000, 0.12, 9_000, 0, 20_000),
    "other lymphocyte": (18_000, 0.12, 0, 0, 20_000),
    "neutrophil": (95_000, 0.14, 0, 4_000, 8_000),
    "eosinophil": (190_000, 0.10, 0, 4_000, 8_000),
}
SIZES = (1_200, 800, 2_400, 300)
MARKERS = ["CD3", "CD16", "CD45"]


@pytest.fixture(scope="module")
def blood(tmp_path_factory):
    """A file, and the kind of each event."""
    rng = np.random.default_rng(5)
    kind = rng.permutation(np.repeat(list(KINDS), SIZES))
    means = np.array([KINDS[each] for each in kind])
    side = means[:, 0] * rng.lognormal(0, means[:, 1])
    signals = means[:, 2:] * rng.lognormal(0, 0.25, (len(kind), 3)) + rng.normal(0, 60, (len(kind), 3))
    forward = 60_000 * rng.lognormal(0, 0.1, len(kind))
    events = np.column_stack([forward, side, signals, np.arange(len(kind))]).astype(np.float32)
    names = ["FSC-A", "SSC-A", "FITC-A", "PE-A", "APC-A", "Time"]
    labels = ["", "", *MARKERS, ""]
    types = ["scatter", "scatter", *["fluorescence"] * 3, "time"]
    path = tmp_path_factory.mktemp("blood") / "blood.fcs"
    write_fcs(
        path, events,
        [Channel(n, label=label, signal_type=t) for n, label, t in zip(names, labels, types, strict=True)],
    )  # fmt: skip
    return path, kind


def best_f1(kind: np.ndarray, clusters: np.ndarray, name: str) -> float:
    mine = kind == name
    found = [clusters == each for each in np.unique(clusters[clusters >= 0])]
    return max(2 * float((mine & each).sum()) / float(mine.sum() + each.sum()) for each in found)


def settings(**more):
    plain = {"quality.enabled": False, "embed.enabled": False, "compensate.enabled": False, "run.seed": 3}
    return update(D, plain | {name.replace("__", "."): value for name, value in more.items()})


def stepwise(path, **scatter):
    adata = ct.io.read_fcs(path)
    adata.uns["compensate"] = {"params": {"enabled": False}}
    ct.pp.arcsinh(adata, **scatter)
    return adata


@pytest.mark.slow
@pytest.mark.usefixtures("sketched")
def test_a_run_and_the_steps_find_what_scatter_alone_tells(blood, tmp_path):
    path, kind = blood
    markers = [*MARKERS, "SSC-A"]
    result = ct.run([path], out=tmp_path / "out", config=settings(cluster__markers=markers, cluster__n_redraws=0))
    labels = pd.read_parquet(next((tmp_path / "out" / "labels").glob("*.parquet")))["cluster"].to_numpy()
    assert best_f1(kind, labels, "eosinophil") > 0.95
    assert best_f1(kind, labels, "T") > 0.95

    clusters, thresholds = result.tables["clusters"], result.tables["thresholds"]
    eosinophils = clusters.loc[clusters["SSC-A"].idxmax()]
    assert 270 < eosinophils["n_events"] < 330
    assert not clusters["phenotype"].str.contains("SSC").any()
    assert thresholds["marker"].tolist() == MARKERS
    told = {each["name"]: each for each in result.record["panel"]}
    assert told["SSC-A"]["role"] == "clustering"
    assert told["SSC-A"]["transform"].startswith("arcsinh, cofactor")
    assert told["SSC-A"]["threshold"] is None
    assert told["FSC-A"]["transform"] == "none"

    adata = stepwise(path, scatter=["SSC-A"])
    ct.tl.cluster(adata, markers=markers, rng=3, n_redraws=0)
    assert adata.obs["cluster"].astype(int).tolist() == labels.tolist()
    ct.tl.annotate(adata)
    assert "SSC-A" not in set(adata.uns["thresholds"]["marker"])
    kept = result.adata
    assert kept.uns["transform"]["channels"].equals(adata.uns["transform"]["channels"])
    rows = kept.obs["event"].to_numpy()
    assert np.array_equal(kept.X, adata.X[rows])
    assert np.array_equal(kept.layers["compensated"], adata.layers["compensated"][rows])
    assert "SSC-A" in ct.pl.medians.stained(kept)


def test_without_it_they_are_one(blood):
    path, kind = blood
    adata = stepwise(path)
    assert adata.uns["transform"]["channels"].index.tolist() == MARKERS
    ct.tl.cluster(adata, rng=3)
    assert best_f1(kind, adata.obs["cluster"].astype(int).to_numpy(), "eosinophil") < 0.5


def test_linear_scatter_beside_markers_is_refused(blood):
    adata = stepwise(blood[0])
    with pytest.raises(InputError, match=r"SSC-A ranges far wider .* ct\.pp\.arcsinh\(adata, scatter=\['SSC-A'\]\)"):
        ct.tl.cluster(adata, markers=[*MARKERS, "SSC-A"])


def test_scatter_names_and_cofactors(blood):
    given = stepwise(blood[0], cofactor={"SSC-A": 20_000.0})
    linear = given.layers["compensated"][:, 1]
    assert np.allclose(given.X[:, 1], np.arcsinh(linear / 20_000), rtol=1e-6)
    assert stepwise(blood[0], scatter=["SSC-A"], cofactor=150.0).uns["transform"]["channels"].loc[
        "SSC-A", "cofactor"
    ] == pytest.approx(np.median(linear) / 3)
    with pytest.raises(InputError, match=r"scatter must name scatter channels \(FSC-A, SSC-A\). Got 'SSC'"):
        stepwise(blood[0], scatter=["SSC"])
    adata = ct.io.read_fcs(blood[0])
    adata.uns["compensate"] = {"params": {"enabled": False}}
    ct.pp.logicle(adata, scatter=["SSC-A"])
    assert 0 < adata.X[:, 1].min() < adata.X[:, 1].max() <= 1


def test_of_transformed_data_scatter_keeps_its_scale_unless_it_is_linear(blood):
    adata = stepwise(blood[0])
    panel, linear = ct.pp.panel_of(adata), adata.layers["compensated"]
    chosen = D.transform.model_copy(update={"method": "none"})
    beside = ct.pp.fit_transform(chosen, adata.X, panel, scatter=[1])(adata.X)
    assert np.array_equal(beside[:, [0, 2, 3, 4, 5]], adata.X[:, [0, 2, 3, 4, 5]])
    assert np.ptp(beside[:, 1]) < 10
    assert (np.argsort(beside[:, 1]) == np.argsort(linear[:, 1])).mean() > 0.99
    alike = adata.X.copy()
    alike[:, 1] = linear[:, 1] / 40_000
    assert ct.pp.fit_transform(chosen, alike, panel, scatter=[1]).parameters is None
    with pytest.warns(CytoclustWarning, match="linear scale"):
        ct.tl.cluster(ct.io.read_fcs(blood[0]), rng=0)
