"""Control files step by step, against a run on the same sheet."""

import warnings

import anndata as ad
import numpy as np
import pandas as pd
import pytest

import cytoclust as ct
from cytoclust.errors import CytoclustWarning, InputError
from cytoclust.io import open_fcs, write_fcs
from tests.pipeline.made import QUICK, labels


@pytest.fixture(scope="module")
def sheet(small, tmp_path_factory):
    """Samples of two batches, an FMO control for each, and an unstained one."""
    folder = tmp_path_factory.mktemp("controls")
    table = pd.read_csv(small / "samples.csv")
    table["path"] = [str(small / path) for path in table["path"]]
    table["batch"] = ["B1", "B1", "B2"]
    rows = []
    for sample, kind, batch in (("S01", "FMO CD271", "B1"), ("S03", "FMO CD271", "B2"), ("S02", "unstained", None)):
        file = open_fcs(small / "fcs" / f"{sample}.fcs")
        kinds = pd.read_parquet(small / "truth" / f"{sample}.parquet")["kind"].astype(str)
        path = folder / f"{kind} {sample}.fcs"
        events = file.read()[~kinds.str.contains("CD271+", regex=False)]
        if kind == "unstained":
            stained = [i for i, channel in enumerate(file.channels) if channel.signal_type == "fluorescence"]
            events[:, stained] = np.random.default_rng(0).normal(0, 60, (len(events), len(stained)))
        write_fcs(path, events, file.channels, spill=file.spill)
        rows.append({"sample_id": path.stem, "path": str(path), "batch": batch, "control": kind})
    pd.concat([table, pd.DataFrame(rows)]).to_csv(folder / "samples.csv", index=False)
    return folder / "samples.csv"


@pytest.fixture(scope="module")
def prepared(sheet):
    adata = ct.io.read_samples(sheet)
    ct.pp.compensate(adata)
    ct.pp.quality(adata)
    ct.pp.arcsinh(adata)
    return adata


@pytest.mark.slow
@pytest.mark.usefixtures("undrawn")
def test_cuts_and_names_are_those_of_a_run(sheet, prepared, tmp_path):
    result = ct.run(sheet, out=tmp_path / "OUT", rules="msc", settings=QUICK)
    adata = prepared.copy()
    assert ct.tl.controls(adata, sheet) is None
    ct.tl.cluster(adata, n_prototypes=150, n_redraws=1)
    ct.tl.annotate(adata, rules="msc")
    pd.testing.assert_frame_equal(adata.uns["controls"], result.adata.uns["controls"], check_exact=True)
    for slot in (adata.uns, result.adata.uns):
        assert set(slot["controls"]["source"]) == {
            "FMO CD271 (FMO CD271 S01.fcs)", "FMO CD271 (FMO CD271 S03.fcs)", "unstained (unstained S02.fcs)"
        }  # fmt: skip
    pd.testing.assert_frame_equal(adata.uns["thresholds"], result.adata.uns["thresholds"], check_exact=True)
    by_batch = adata.uns["population"]["thresholds"].query("marker == 'CD271'")
    assert by_batch["source"].str.startswith("FMO").all()
    pd.testing.assert_frame_equal(
        by_batch, result.adata.uns["population"]["thresholds"].query("marker == 'CD271'"), check_exact=True
    )
    found = pd.concat(labels(tmp_path / "OUT").values())
    assert (found["population"].astype(str).to_numpy() == adata.obs["population"].astype(str).to_numpy()).all()
    told = {(row["name"], marker): cut for row in result.record["controls"] for marker, cut in row["cuts"].items()}
    cuts = adata.uns["controls"]
    assert sorted(told.values()) == sorted(cuts["cut"].round(4))


def test_cuts_survive_a_file_and_are_used(sheet, prepared, tmp_path):
    adata = ct.tl.controls(prepared, sheet, copy=True)
    assert "controls" not in prepared.uns
    table = adata.uns["controls"]
    assert list(table) == ["marker", "batch", "cut", "uncertainty", "source", "bound"]
    assert table.query("not bound")[["marker", "batch"]].to_numpy().tolist() == [["CD271", "B1"], ["CD271", "B2"]]
    unstained = table.query("bound")
    assert set(unstained["batch"]) == {""}
    assert "Viability" not in set(unstained["marker"])
    fluorescent = adata.var_names[(adata.var["signal_type"] == "fluorescence").to_numpy()]
    assert set(unstained["marker"]) == set(fluorescent) - {"Viability"}
    adata.obs["cluster"] = np.where(adata[:, "CD271"].X.ravel() > table["cut"][:2].max(), "1", "0")
    adata.write_h5ad(tmp_path / "a.h5ad")
    back = ad.read_h5ad(tmp_path / "a.h5ad")
    for each in (adata, back):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", CytoclustWarning)  # two clusters by a cut are no kinds: backgrounds differ
            ct.tl.annotate(each)
    pd.testing.assert_frame_equal(
        back.uns["population"]["thresholds"], adata.uns["population"]["thresholds"], check_dtype=False
    )
    by_batch = adata.uns["population"]["thresholds"].query("marker == 'CD271'").set_index("batch")["positive"]
    assert by_batch.to_dict() == pytest.approx(dict(zip(table["batch"][:2], table["cut"][:2], strict=True)))


def test_wrong_input(small, sheet, prepared):
    with pytest.raises(InputError, match=r"samples\.csv has no row with a control"):
        ct.tl.controls(prepared, small / "samples.csv")


def test_cuts_are_on_the_scale_that_the_events_have(sheet, prepared):
    """Data that were transformed before they were exported have no transform of ours."""
    linear, scaled = ct.io.read_samples(sheet), prepared.copy()
    ct.tl.controls(linear, sheet)
    ct.tl.controls(scaled, sheet)
    one, two = (adata.uns["controls"].set_index("marker")["cut"] for adata in (linear, scaled))
    assert one.max() > 20 * two.max() > 0
