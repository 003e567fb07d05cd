"""A run of mass cytometry whose counts are whole numbers, and the same step by step."""

from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import pytest

import cytoclust as ct
from cytoclust.io import Channel, write_fcs
from tests.pp.ions import BEADS, ISOTOPES, MARKERS, ions

NAMES = ["Time", "Event_length", *ISOTOPES, *BEADS, "Pt195Di", "Ir191Di", "Ir193Di", "Offset", "Width", "Residual"]
LABELS = ["", "", *MARKERS, *[""] * 5, "Cisplatin", "DNA1", "DNA2", "", "", ""]

SETTINGS = {"embed.enabled": False, "cluster.n_redraws": 0}


@pytest.mark.usefixtures("sketched")
def test_counts_are_spread_alike_and_kinds_found(tmp_path: Path) -> None:
    samples = {f"S{i}": ions(2500, seed=i, counts="whole") for i in (1, 2)}
    for name, sample in samples.items():
        channels = [Channel(name, label=label) for name, label in zip(NAMES, LABELS, strict=True)]
        write_fcs(tmp_path / f"{name}.fcs", sample.events, channels)
    table = [f"{name},{name}.fcs" for name in samples]
    (tmp_path / "samples.csv").write_text("\n".join(["sample_id,path", *table]))
    ct.run(tmp_path / "samples.csv", out=tmp_path / "out", settings=SETTINGS, seed=7)

    adata = ct.io.read_samples(tmp_path / "samples.csv")
    ct.pp.quality(adata)
    ct.pp.arcsinh(adata)
    ct.tl.cluster(adata, rng=7, n_redraws=0)
    np.testing.assert_array_equal(adata.layers["compensated"][:, 2:8] % 1, 0)

    run = ad.read_h5ad(tmp_path / "out" / "cohort.h5ad")
    step = adata[run.obs_names]
    np.testing.assert_array_equal(run.X, step.X)
    assert (run.obs["cluster"].astype(str) == step.obs["cluster"].astype(str)).all()
    assert (run.obs["qc"].astype(str) == step.obs["qc"].astype(str)).all()
    pd.testing.assert_frame_equal(run.uns["transform"]["channels"], step.uns["transform"]["channels"])

    kind = np.concatenate([sample.kind for sample in samples.values()])
    cell = (adata.obs["qc"] == "ok").to_numpy() & np.isin(kind, ["CD4 T", "CD8 T", "NK", "B", "monocyte"])
    found = pd.crosstab(kind[cell], adata.obs["cluster"].to_numpy()[cell])
    assert found.max(axis=1).sum() / cell.sum() > 0.97
    assert found.shape[1] <= 8
