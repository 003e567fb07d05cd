"""Doublets among cells that grow, are granular, or were gated before; the truth is known."""

import numpy as np
import pandas as pd
import pytest

import cytoclust as ct
from cytoclust.findings import Finding
from tests.pp.lymphoid import KINDS, lymphoid
from tests.pp.marrow import PANEL, judge, marrow, only


@pytest.mark.parametrize("seed", [1, 2])
def test_growing_and_granular_cells_are_no_doublets(seed: int) -> None:
    sample = lymphoid(seed=seed)
    _, qc = judge(sample.events, sample.panel)
    for kind in KINDS:
        assert (qc != "ok")[(sample.truth == "ok") & (sample.kind == kind)].mean() < 0.03, kind
    assert (qc != "ok")[sample.truth == "doublet"].mean() > 0.7


@pytest.mark.parametrize("seed", [3, 4])
def test_gated_cells_have_no_doublets(seed: int) -> None:
    sample = lymphoid(seed=seed, doublets=0.0, debris=0.0)
    _, qc = judge(sample.events, sample.panel)
    for kind in KINDS:
        assert (qc != "ok")[sample.kind == kind].mean() < 0.01, kind


def test_a_rare_kind_does_not_take_the_place_of_doublets() -> None:
    sample = marrow(n=40_000, seed=3, doublets=0.0, debris=0.0, dead=0.0, clogs=0, msc=0.02)
    model, qc = judge(sample.events)
    assert (qc == "doublet")[sample.kind == "msc"].mean() < 0.01
    assert Finding("no doublets") in model.notes
    assert "doublet" not in model.models


def test_a_pulse_that_errs_to_both_sides_tells_nothing() -> None:
    rng = np.random.default_rng(5)
    sample = marrow(n=20_000, seed=5, doublets=0.0, debris=0.0, clogs=0)
    noise = rng.normal(0, 0.25, (20_000, 2))
    sample.events[:, 2] *= np.exp(noise[:, 0])
    sample.events[:, 5] *= np.exp(noise[:, 1])
    _, qc = judge(sample.events)
    assert (qc == "doublet").mean() < 0.01


def test_unit_of_a_detector_bears_on_nothing() -> None:
    sample = marrow(n=20_000, seed=6)
    _, qc = judge(sample.events)
    for column, factor in ((1, 0.01), (2, 7.0), (5, 30.0)):
        events = sample.events.copy()
        events[:, column] *= np.float32(factor)
        assert (judge(events, time=False)[1] != judge(sample.events, time=False)[1]).mean() < 0.002
    assert (qc == "doublet").any()


def test_width_and_area_tell_what_area_and_height_tell() -> None:
    sample = marrow(n=30_000, seed=7)
    of = {}
    for name, columns in (("height", (0, 1, 2, 4, 6, 7, 8, 9)), ("width", (0, 1, 3, 4, 6, 7, 8, 9))):
        of[name] = judge(np.ascontiguousarray(sample.events[:, columns]), only(PANEL, *columns))[1] == "doublet"
    assert (of["height"] != of["width"]).mean() < 0.005


@pytest.mark.parametrize("number", [1, 16])
def test_beside_manual_gates_of_spleen(shared_data, number: int) -> None:
    path = shared_data / "labelled" / f"Activation_{number}.fcs"
    if not path.is_file():
        pytest.skip("the labelled files are absent")
    adata = ct.io.read_fcs(path)
    ct.pp.compensate(adata)
    ct.pp.quality(adata, viability="Alexa Fluor 405-A")
    labels = pd.read_csv(path.with_suffix(".labels.csv"))["label"]
    aside = (adata.obs["qc"] != "ok").groupby(labels.to_numpy()).agg(["mean", "size"])
    for kind in ("CD4", "CD8", "CD4_CD69", "CD8_CD69", "DC", "T_other"):
        assert aside.loc[kind, "mean"] < 0.03 or aside.loc[kind, "size"] < 100, kind
    assert aside.loc["doublet", "mean"] > 0.7
    assert aside.loc["dead", "mean"] > 0.9
