"""Markers that made no cluster are compared alike by a run, step by step and after the run is opened again."""

import anndata as ad
import pandas as pd
import pytest

import cytoclust as ct
from tests.pipeline.made import QUICK

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("sketched")]

LEFT_OUT = ("CD146", "CD271")


def test_markers_left_out_of_the_clustering_are_compared_and_no_others(tmp_path):
    ct.datasets.simulate(tmp_path / "four", n_samples=4, n_events=1500, seed=3, enrich=40)
    path = tmp_path / "four" / "samples.csv"
    sheet = pd.read_csv(path)
    sheet.assign(group=["a", "b"] * 2, timepoint="", batch="1", patient_id=sheet["sample_id"]).to_csv(path, index=False)
    adata = ct.io.read_samples(path)
    used = [name for name, stained in zip(adata.var_names, adata.var["marker"] != "", strict=True) if stained]
    used = [name for name in used if name not in LEFT_OUT and adata.var.loc[name, "signal_type"] == "fluorescence"]
    settings = QUICK | {"cluster.markers": used}
    out = tmp_path / "OUT"
    result = ct.run(path, out=out, rules="msc", settings=settings, seed=7)
    found = result.tables["marker_levels"]
    assert set(found["marker"].astype(str)) == set(LEFT_OUT)
    assert (found["n_a"] <= 2).all()
    assert found["p"].notna().any()
    assert len(pd.read_csv(out / "tables" / "marker_levels.csv")) == len(found)
    assert "Brighter or dimmer for other markers" in (out / "report.html").read_text()

    ct.pp.compensate(adata)
    ct.pp.quality(adata)
    ct.pp.arcsinh(adata)
    ct.tl.cluster(adata, rng=7, markers=used, n_prototypes=QUICK["cluster.n_prototypes"], n_redraws=1)
    ct.tl.annotate(adata, rules="msc")
    ct.tl.count(adata, rng=7)
    mine = adata.uns["tables"]["marker_levels"].reset_index(drop=True)
    pd.testing.assert_frame_equal(
        mine.astype(object).where(mine.notna(), None), found.astype(object).where(found.notna(), None),
        check_dtype=False, check_exact=True,
    )  # fmt: skip
    again = ad.read_h5ad(out / "cohort.h5ad").uns["tables"]["marker_levels"]
    assert again["p"].to_numpy() == pytest.approx(found["p"].to_numpy(), nan_ok=True)
