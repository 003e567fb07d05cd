"""A whole run: the files of the contract, and that they agree with each other and with the input."""

import hashlib
import json
from collections import Counter
from datetime import datetime
from importlib.metadata import version

import anndata as ad
import numpy as np
import pandas as pd
import pytest

import cytoclust as ct
from cytoclust import keys, params
from cytoclust.record import Record
from tests.pipeline.made import labels

pytestmark = pytest.mark.slow  # the run that they share takes some 15 seconds

QC = ["ok", "margin", "time", "debris", "doublet", "dead"]
SAMPLES = ["S01", "S02", "S03", "S04"]
POPULATIONS = (
    "sample_id, patient_id, group, timepoint, batch, population, parent, n_events, n_parent, n_base, fraction, "
    "per_million, ci_low, ci_high, background, lob, lod95, lod, loq, upper, status, cannot_tell"
)
CLUSTERS = "cluster, population, phenotype, n_events, fraction, n_samples, stability, novelty"
MARKERS = ["CD271", "CD31", "CD90", "CD45", "GD2", "CD34", "CD146", "CD105", "CD56", "CD73"]


def table(finished, name):
    return pd.read_csv(finished.out / "tables" / f"{name}.csv")


def test_writes_the_files_of_the_contract_and_the_counts_of_clusters(finished):
    files = [path.relative_to(finished.out) for path in finished.out.rglob("*") if path.is_file()]
    written = {str(path) for path in files if path.parts[0] != ".store"}
    tables = {
        f"tables/{name}.csv"
        for name in (
            "clusters", "cluster_counts", "cluster_medians", "backgrounds", "cluster_tree", "populations",
            "unknown_clusters", "samples", "thresholds", "acquisition", "set_aside", "contrasts", "discoveries",
            "table1", "quadrants", "drift",
        )
    }  # fmt: skip
    assert written == {"report.html", "cohort.h5ad", "run.json"} | tables | {f"labels/{s}.parquet" for s in SAMPLES}


def test_labels_have_a_row_per_event_in_file_order_with_the_types_of_the_contract(finished, cohort):
    for sample, found in labels(finished.out).items():
        assert list(found.columns) == ["event", "qc", "cluster", "population", "probability"]
        assert found["event"].tolist() == list(range(ct.io.open_fcs(cohort / "fcs" / f"{sample}.fcs").n_events))
        assert [str(kind) for kind in found.dtypes] == ["int64", "category", "int32", "category", "float32"]
        assert found["qc"].cat.categories.tolist() == QC


def test_an_event_has_a_cluster_if_and_only_if_it_is_ok(finished):
    for found in labels(finished.out).values():
        ok = found["qc"] == "ok"
        assert (found["cluster"][ok] >= 0).all()
        assert (found["cluster"][~ok] == -1).all()
        assert (found["population"][~ok] == "unassigned").all()
        assert (found["population"][ok] != "unassigned").all()
        assert found["probability"][~ok].isna().all()
        assert found["probability"][ok].between(0, 1).all()


def test_quality_agrees_with_the_truth_in_file_order(finished, cohort):
    """Were rows shifted or samples swapped, what was set aside would have nothing to do with the simulated junk."""
    for sample, found in labels(finished.out).items():
        truth = pd.read_parquet(cohort / "truth" / f"{sample}.parquet")
        debris = (truth["state"] == "debris").to_numpy()
        assert np.mean(found["qc"][debris] != "ok") > 0.7
        assert np.mean(found["qc"][(truth["state"] == "intact").to_numpy()] == "ok") > 0.9


def test_names_agree_with_the_truth_in_file_order(finished, cohort):
    for sample, found in labels(finished.out).items():
        truth = pd.read_parquet(cohort / "truth" / f"{sample}.parquet")
        called = found["population"].astype(str).str.startswith("MSC").to_numpy()
        msc = (truth["kind"].astype(str).str.startswith("MSC") & (truth["state"] == "intact")).to_numpy()
        assert np.mean(msc[called]) > 0.7
        assert np.mean(called[msc]) > 0.7


def test_clusters_are_counted_from_the_labels(finished):
    clusters = table(finished, "clusters")
    assert list(clusters.columns) == [
        *CLUSTERS.split(", "),
        *MARKERS,
        "cluster_parent",
        "leftover",
        "junk",
        "junk_why",
        "near",
        "uncertain_share",
        "overlaps_with",
        "nearest",
        "parted_by",
        "parted_size",
        "parted_depth",
        "parted_certainty",
    ]
    every = pd.concat(labels(finished.out), names=["sample", "row"]).query("cluster >= 0")
    sizes = every["cluster"].value_counts().sort_index()
    assert clusters["cluster"].tolist() == sizes.index.tolist()
    assert clusters["n_events"].tolist() == sizes.tolist()
    assert clusters["fraction"].sum() == pytest.approx(1)
    per_sample = pd.crosstab(every.index.get_level_values("sample"), every["cluster"].to_numpy())
    assert clusters["n_samples"].tolist() == (per_sample > 0).sum().tolist()
    names = every.groupby("cluster")["population"].unique().map(lambda found: found.tolist())
    assert names.tolist() == [[name] for name in clusters["population"]]


def test_medians_of_clusters_are_those_of_their_events(finished, cohort):
    adata = ct.io.read_samples(cohort / "samples.csv")
    ct.pp.compensate(adata)
    cofactors = {each["name"]: each["transform"] for each in finished.record["panel"]}
    every = pd.concat(labels(finished.out).values(), ignore_index=True)
    clusters = table(finished, "clusters").set_index("cluster")
    for marker in ("CD45", "CD271"):
        cofactor = float(cofactors[marker].removeprefix("arcsinh, cofactor "))
        signal = pd.Series(np.arcsinh(adata[:, marker].X.ravel() / cofactor))
        expected = signal.groupby(every["cluster"]).median().drop(-1)
        assert clusters[marker].to_numpy() == pytest.approx(expected.to_numpy(), abs=0.05)  # bins of a histogram


def test_populations_are_counted_from_the_labels(finished, cohort):
    populations = table(finished, "populations")
    assert list(populations.columns) == POPULATIONS.split(", ")
    assert list(dict.fromkeys(populations["sample_id"])) == SAMPLES
    parents = dict(zip(populations["population"], populations["parent"], strict=True))

    def lineage(name):
        return [] if name == "cells" else [name, *lineage(parents[name])]

    for sample, found in labels(finished.out).items():
        named = found["population"][found["qc"] == "ok"].astype(str)
        counts = Counter(above for name in named for above in lineage(name)) + Counter({"cells": len(named)})
        for row in populations[populations["sample_id"] == sample].itertuples():
            assert row.n_events == counts[row.population]
            assert row.n_parent == counts[row.parent]
            assert row.status in keys.STATUSES
            assert (row.status in keys.SHOWN) == (row.n_events > row.lob)
            if row.n_parent and pd.isna(row.fraction):
                assert isinstance(row.cannot_tell, str)
            elif row.n_parent:
                assert row.fraction == pytest.approx(row.n_events / row.n_parent)
                assert row.ci_low <= row.fraction <= row.ci_high
    assert {"MSC", "MSC CD146+CD271+", "MSC CD146+CD271-", "endothelial", "neuroblastoma"} <= set(parents)
    sheet = pd.read_csv(cohort / "samples.csv")
    merged = populations.merge(sheet, on="sample_id", suffixes=("", "_sheet"))
    for column in ("patient_id", "group", "timepoint", "batch"):
        assert (merged[column] == merged[f"{column}_sheet"]).all()


def test_four_patients_support_no_claim(finished):
    discoveries = table(finished, "discoveries")
    assert not discoveries["verdict"].isin(["supported", "suggestive"]).any()
    assert not (discoveries["q"] <= 0.05).any()
    assert (discoveries["n_in"] <= discoveries["of_in"]).all()
    assert (discoveries["of_in"] + discoveries["of_out"] <= 4).all()


def test_unknown_clusters_are_looked_for_in_each_sample(finished):
    clusters, unknown = table(finished, "clusters"), table(finished, "unknown_clusters")
    nameless = clusters["cluster"][clusters["population"] == "unknown"]
    assert set(unknown["cluster"]) == set(nameless)
    events = clusters.set_index("cluster")["n_events"]
    assert (unknown.groupby("cluster")["n_events"].sum() == events[nameless].sort_index()).all()


def test_record(finished, cohort):
    told = json.loads((finished.out / "run.json").read_text())
    assert told == json.loads(json.dumps(finished.record, allow_nan=False))
    assert Record.model_validate(told).to_json() == told
    assert told["cytoclust"] == ct.__version__
    assert told["packages"]["numpy"] == version("numpy")
    assert told["packages"]["leidenalg"] == version("leidenalg")
    assert told["seed"] == 7
    flat = {
        f"{section}.{name}": value for section, values in told["parameters"].items() for name, value in values.items()
    }
    assert set(flat) == {key for key, _, _ in params.parameters()}
    assert (flat["run.seed"], flat["embed.n_events"], flat["cluster.resolution"]) == (7, 2000, "auto")
    assert datetime.fromisoformat(told["started"]).tzinfo is not None
    for each in told["inputs"]:
        content = (cohort / "fcs" / f"{each['sample_id']}.fcs").read_bytes()
        assert each["sha256"] == hashlib.sha256(content).hexdigest()
        assert (each["n_events"], each["version"]) == (6000, "FCS3.1")
    assert told["rules"]["name"] == "msc"
    assert told["peak_memory_mb"] > 50
    assert list(told["seconds"]) == [
        "opening files", "warming up", "quality control", "normalising", "keeping controls", "transform", "stains",
        "controls", "clustering", "describing clusters", "naming", "labels", "event sample", "beginning the map",
        "acquisition", "without normalisation", "counting", "tables", "UMAP", "event table", "cohort", "record",
        "report",
    ]  # fmt: skip
    assert all(seconds >= 0 for seconds in told["seconds"].values())
    assert 0 < told["labels_after_seconds"] < sum(told["seconds"].values())


def test_record_tells_the_rules_by_the_names_of_the_panel(finished):
    told = {each["name"]: each for each in finished.record["rules"]["populations"]}
    assert set(told) == set(ct.rules.load("msc").evaluable(MARKERS))
    assert told["MSC CD146+CD271-"] == {
        "name": "MSC CD146+CD271-",
        "parent": "MSC",
        "markers": {"CD146": ["mid", "bright"], "CD271": ["negative", "dim"]},
        "optional": {},
        "unless": [],
        "primary": True,
        "malignant": False,
    }
    assert told["neuroblastoma GD2low"]["malignant"]
    assert "endothelium" in told["MSC"]["unless"]
    assert set(told["MSC"]["optional"]) < set(MARKERS)


def test_record_has_events_of_each_stage_and_the_role_of_each_channel(finished):
    told = finished.record
    for each, (sample, found) in zip(told["events"], labels(finished.out).items(), strict=True):
        counts = found["qc"].value_counts()
        assert each == {"sample_id": sample, "total": len(found), **{name: int(counts[name]) for name in QC}}
    roles = {each["name"]: each["role"] for each in told["panel"]}
    assert [name for name, role in roles.items() if role == "clustering"] == MARKERS
    assert roles["Viability"] == "viability"
    assert roles["FSC-A"] == roles["Time"] == "quality"


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")  # scanpy's, of matplotlib
def test_cohort_opens_and_scanpy_draws_it(finished):
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt
    import scanpy as sc

    adata = ad.read_h5ad(finished.out / "cohort.h5ad")
    assert adata.obsm["X_umap"].shape == (adata.n_obs, 2)
    ok = (adata.obs["qc"] == "ok").to_numpy()
    assert np.isfinite(adata.obsm["X_umap"][ok]).all()
    assert np.isnan(adata.obsm["X_umap"][~ok]).all()
    axes = sc.pl.umap(adata, color=["population", "CD146"], show=False)
    assert len(axes) == 2
    plt.close("all")
    assert {"channel", "marker", "signal_type"} <= set(adata.var)
    assert {"sample_id", "patient_id", "group", "timepoint", "batch", "event", "cluster", "population"} <= set(
        adata.obs
    )
    assert adata.uns["cluster"]["params"]["markers"].tolist() == MARKERS


def test_cohort_keeps_every_rare_event(finished):
    obs = finished.adata.obs
    every = pd.concat(labels(finished.out).values())["cluster"].value_counts().drop(-1)
    ok = obs[obs["qc"] == "ok"]
    kept = ok["cluster"].astype(int).value_counts().reindex(every.index)
    assert len(ok) <= 2000
    assert 0 < len(obs) - len(ok) <= 200  # those set aside come on top
    assert obs.loc[obs["qc"] != "ok", "cluster"].isna().all()
    share = kept.max()
    assert (kept == np.minimum(every, share)).all()
    assert (every < share).sum() >= 2  # there are rare ones: else this shows nothing


def test_cohort_agrees_with_the_labels_and_the_files(finished, cohort):
    adata = ad.read_h5ad(finished.out / "cohort.h5ad")
    assert adata.obs_names.is_unique
    whole = ct.io.read_samples(cohort / "samples.csv")
    ct.pp.compensate(whole)
    every = pd.concat(labels(finished.out), names=["sample_id", "row"])
    rows = every.loc[list(zip(adata.obs["sample_id"], adata.obs["event"], strict=True))]
    assert (rows["qc"].astype(str).to_numpy() == adata.obs["qc"].astype(str).to_numpy()).all()
    assert (rows["cluster"].to_numpy() == adata.obs["cluster"].astype(object).fillna("-1").astype(int)).all()
    assert (rows["population"].astype(str).to_numpy() == adata.obs["population"].astype(str).to_numpy()).all()
    np.testing.assert_array_equal(rows["probability"], adata.obs["probability"])
    linear = whole[adata.obs_names].X
    column = adata.var_names.get_loc("FSC-A")
    assert (linear[:, column] == adata.X[:, column]).all()
    cofactor = float(finished.record["panel"][adata.var_names.get_loc("CD45")]["transform"].split()[-1])
    assert adata.uns["transform"]["channels"]["cofactor"]["CD45"] == pytest.approx(cofactor, rel=1e-3)
    column = adata.var_names.get_loc("CD45")
    assert np.arcsinh(linear[:, column] / cofactor) == pytest.approx(adata.X[:, column], rel=1e-3, abs=1e-3)


def test_report_is_one_page_with_the_populations(finished):
    page = (finished.out / "report.html").read_text(encoding="utf-8")
    assert "MSC CD146+CD271" in page
    assert all(sample in page for sample in SAMPLES)
    assert 'src="http' not in page
    assert str(finished.out / "report.html") in repr(finished)
