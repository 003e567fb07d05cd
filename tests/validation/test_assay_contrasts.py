"""The patient is the unit, and the test is that of every contrast."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_ind

from cytoclust.findings import from_cell
from cytoclust.validation import (
    assay_contrasts,
    clonogenic_table,
    colony_table,
    differentiation_table,
)

GROUPS = ["a"] * 5 + ["b"] * 5
SHEET = pd.DataFrame({
    "patient_id": [f"P{i}" for i in range(10)], "group": GROUPS, "timepoint": None, "batch": None,
}, index=pd.Index([f"S{i}" for i in range(10)], name="sample_id"))  # fmt: skip


def read_outs(effects: np.ndarray, n_wells: int = 2, unit: str = "") -> pd.DataFrame:
    rows = [
        {"sample_id": sample, "population": "", "lineage": "bone", "readout": "ALP", "plate": "1", "induced": side,
         "value": 2.0 ** (effect if side else 0.0), "unit": unit, "blank": np.nan, "per": np.nan}
        for sample, effect in zip(SHEET.index, effects, strict=True) for side in (True, False) for _ in range(n_wells)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_read_outs_are_the_t_test_of_patients_under_all_arrangements() -> None:
    effects = np.array([1.0, 1.4, 0.8, 1.9, 1.2, 2.4, 2.2, 2.9, 1.8, 2.6])
    table = differentiation_table(read_outs(effects), SHEET)
    assert table["log2_ratio"].to_numpy() == pytest.approx(effects)
    row = assay_contrasts({"differentiation": table}, SHEET).iloc[0]
    assert row["ratio"] == pytest.approx(2 ** (effects[:5].mean() - effects[5:].mean()))
    interval = ttest_ind(effects[:5], effects[5:]).confidence_interval()
    assert (row["ratio_low"], row["ratio_high"]) == pytest.approx((2**interval.low, 2**interval.high), rel=1e-6)
    assert row["p"] * 252 == pytest.approx(round(row["p"] * 252))  # of the 252 arrangements of ten patients
    assert (row["n_a"], row["n_b"], row["denominator"], row["assay"]) == (5, 5, "assay", "bone: ALP")


def test_more_wells_are_no_more_patients() -> None:
    effects = np.array([1.0, 1.4, 0.8, 1.9, 1.2, 2.4, 2.2, 2.9, 1.8, 2.6])
    few, many = (
        assay_contrasts({"differentiation": differentiation_table(read_outs(effects, n), SHEET)}, SHEET).iloc[0]
        for n in (2, 20)
    )
    assert (few["p"], few["ratio_high"]) == pytest.approx((many["p"], many["ratio_high"]))


def test_scores_are_compared_and_have_no_ratio() -> None:
    scores = read_outs(np.linspace(1, 2, 10), unit="score")
    row = assay_contrasts({"differentiation": differentiation_table(scores, SHEET)}, SHEET).iloc[0]
    assert np.isnan(row["ratio"])
    assert row["p"] < 0.05


def test_colonies_and_dilution() -> None:
    rng = np.random.default_rng(0)
    wells = pd.DataFrame([
        {"sample_id": sample, "population": "", "of": "", "passage": "", "cells_seeded": 10**6,
         "colonies": float(rng.poisson(60 if group == "a" else 20)), "colonies_at_least": False}
        for sample, group in zip(SHEET.index, GROUPS, strict=True) for _ in range(3)
    ])  # fmt: skip
    cfu = colony_table(wells, SHEET, frequencies={("S0", "MSC"): 200.0}, of="MSC")
    assert cfu["per_million"][0] == pytest.approx(wells["colonies"][:3].sum() / 3)
    assert cfu["per_msc"][0] == pytest.approx(cfu["per_million"][0] / 200)
    assert cfu["per_msc"][1:].isna().all()
    doses = pd.DataFrame([
        {"sample_id": sample, "population": "X", "dose": dose, "tested": 24,
         "positive": int(24 * -np.expm1(-dose / (50 if group == "a" else 150)))}
        for sample, group in zip(SHEET.index, GROUPS, strict=True) for dose in (20, 60, 180)
    ])  # fmt: skip
    clonogenic = clonogenic_table(doses, SHEET)
    found = assay_contrasts({"cfu": cfu, "clonogenic": clonogenic}, SHEET).set_index("assay")
    assert found.loc["colonies", "ratio"] == pytest.approx(3, rel=0.25)
    assert found.loc["clonogenic cells", "ratio"] == pytest.approx(3, rel=0.2)
    assert (found["p"] <= 2 / 252 + 1e-9).all()
    assert (found["q"] >= found["p"]).all()


def test_a_plate_at_its_blank_has_no_ratio_and_is_named() -> None:
    wells = read_outs(np.ones(10))
    wells.loc[(wells["sample_id"] == "S0") & ~wells["induced"], "value"] = 0.05
    wells["blank"] = 0.05
    table = differentiation_table(wells, SHEET)
    assert np.isnan(table["log2_ratio"][0])
    assert from_cell(table["note"][0])[0].code == "plate at its blank"


@pytest.mark.slow
def test_the_null_is_kept() -> None:
    rng = np.random.default_rng(3)
    wrong = 0
    for _ in range(200):
        table = differentiation_table(read_outs(rng.normal(1, 0.5, 10), 2), SHEET)
        wrong += assay_contrasts({"differentiation": table}, SHEET)["q"].iloc[0] <= 0.05
    assert wrong / 200 <= 0.09
