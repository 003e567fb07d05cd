"""Comparisons of simulated tables: p, effects and intervals against the truth they were drawn from."""

import numpy as np
import pandas as pd
import pytest

from cytoclust.findings import from_cell
from cytoclust.params import check
from cytoclust.stats import contrast_table

FRACTIONS = {"T": 0.3, "B": 0.1, "NK": 0.05, "mono": 0.1, "gran": 0.4, "stem": 0.01, "MSC": 6e-4, "MSC b": 2e-4}
COLUMNS = [
    "population", "contrast", "timepoint", "denominator", "test", "n_a", "n_b", "effect", "ci_low", "ci_high", "p", "q",
    "family", "note", "question", "side_a", "side_b",
]  # fmt: skip
FEW = check("contrasts", permutations=499)


def _cohort(rng, *, n_a=6, n_b=5, effect=0.0, load=False, confounded=False) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Group a is three times as deep; batches are uneven and shift every population; patients differ by 0.3 (log)."""
    n = n_a + n_b
    in_a = np.arange(n) < n_a
    batch = in_a.astype(int) if confounded else np.r_[np.arange(n_a) % 3 == 0, np.arange(n_b) % 2 == 0].astype(int)
    logs = np.log(list(FRACTIONS.values())) + 0.3 * rng.normal(size=(n, len(FRACTIONS)))
    logs += 0.4 * rng.normal(size=(2, len(FRACTIONS)))[batch]
    logs[:, list(FRACTIONS).index("MSC")] += effect * np.log(2) * in_a
    share = np.exp(logs) / np.exp(logs).sum(axis=1, keepdims=True)
    tumour = np.where(in_a & load, rng.uniform(0.4, 0.8, n), rng.uniform(0, 0.1, n))[:, None]
    depth = np.where(in_a, 150_000, 50_000)[:, None]
    events = rng.poisson(depth * np.hstack([(1 - tumour) * share, tumour]))
    samples = [f"S{i}" for i in range(n)]
    sheet = pd.DataFrame({"group": np.where(in_a, "a", "b"), "batch": [f"B{i}" for i in batch]}, index=samples)
    return pd.DataFrame(events, index=samples, columns=[*FRACTIONS, "tumour"]), sheet


def _codes(note: str) -> list[str]:
    return [each.code for each in from_cell(note)]


def _many(n: int, seed: int, **options) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    tables = [
        contrast_table(*_cohort(rng, **options), parents={"MSC b": "MSC"}, malignant={"tumour"}, contrasts=FEW)
        for _ in range(n)
    ]
    return pd.concat(tables)


def test_the_columns_are_the_contracts_then_a_note():
    counts, sheet = _cohort(np.random.default_rng(0))
    assert list(contrast_table(counts, sheet, parents={}).columns) == COLUMNS
    empty = contrast_table(counts, sheet[[]], parents={})
    assert list(empty.columns) == COLUMNS
    assert len(empty) == 0
    assert len(contrast_table(counts[[]], sheet, parents={})) == 0


@pytest.mark.slow
def test_p_is_uniform_where_groups_differ_in_depth_and_batches_only():
    table = _many(80, 1)
    for kind, rows in table[table["p"].notna()].groupby("denominator"):
        for alpha in (0.05, 0.2, 0.5):
            spread = 4 * np.sqrt(alpha * (1 - alpha) / len(rows))
            assert abs((rows["p"] <= alpha).mean() - alpha) < spread + 0.01, kind
        rare = rows[rows["population"] == "MSC b"]
        assert abs(rare["effect"].mean()) < 0.2


def test_a_tumour_load_that_differs_makes_no_effect_but_on_fractions_of_cells():
    table = _many(40, 2, load=True).set_index(["denominator", "population"])
    others = [name for name in FRACTIONS if name != "MSC b"]
    assert (table.loc["cells"].loc[others, "effect"] < -0.5).mean() > 0.9
    for kind in ("non-malignant cells", "log-ratio"):
        rows = table.loc[kind].loc[others]
        assert abs(rows["effect"].mean()) < 0.05
        assert (rows["p"] <= 0.05).mean() < 0.1
    assert set(table.xs("tumour", level="population").index) == {"cells"}


@pytest.mark.slow
@pytest.mark.parametrize("load", [False, True])
def test_intervals_hold_the_truth(load):
    table = _many(60, 3, load=load, effect=1.5)
    table = table[table["denominator"].isin(["non-malignant cells", "log-ratio"]) & table["p"].notna()]
    truth = np.where(table["population"] == "MSC", 1.5, 0.0)
    truth = np.where(table["population"] == "MSC b", np.nan, truth)  # part of MSC: with it, but diluted
    inside = (table["ci_low"] <= truth) & (truth <= table["ci_high"])
    assert 0.93 <= inside[~np.isnan(truth)].mean() <= 0.99


def test_primary_populations_are_a_family_of_the_best_denominator():
    counts, sheet = _cohort(np.random.default_rng(4), effect=3.0)
    table = contrast_table(counts, sheet, parents={}, malignant={"tumour"}, primary=["MSC", "MSC b"])
    first = table[table["family"] == "primary"]
    assert list(first["population"]) == ["MSC", "MSC b"]
    assert set(first["denominator"]) == {"non-malignant cells"}
    assert first["q"].iloc[0] <= 0.05
    assert (first["q"] >= first["p"]).all()
    assert (first["q"] <= 2 * first["p"] + 1e-12).all()
    rest = table[table["family"] == "exploratory"].dropna(subset=["p"]).sort_values("p")
    expected = np.minimum.accumulate((rest["p"] * len(rest) / np.arange(1, len(rest) + 1)).to_numpy()[::-1])[::-1]
    np.testing.assert_allclose(rest["q"].to_numpy(), expected)
    none = contrast_table(counts, sheet, parents={}, primary=["MSC"])
    assert set(none.loc[none["family"] == "primary", "denominator"]) == {"cells"}


def test_a_group_wholly_confounded_with_batch_gets_no_p():
    counts, sheet = _cohort(np.random.default_rng(5), confounded=True)
    table = contrast_table(counts, sheet, parents={})
    assert table[["p", "q", "ci_low", "ci_high"]].isna().all(axis=None)
    codes = table["note"].map(_codes)
    tested = table[~codes.map(lambda found: "not tested" in found)]
    assert tested["effect"].notna().all()
    assert codes[tested.index].map(lambda found: "no p" in found).all()


def test_what_is_rare_is_not_tested_on_amounts_and_too_few_patients_are_said():
    counts, sheet = _cohort(np.random.default_rng(6), n_a=3, n_b=3)
    counts["MSC b"] = 3
    table = contrast_table(counts, sheet.drop(columns="batch"), parents={"unseen": "cells"}).set_index("population")
    assert table.loc[["MSC b", "unseen"], "p"].isna().all()
    for cell in table.loc["MSC b", "note"]:
        (rare,) = from_cell(cell)
        assert (rare.code, rare.data) == ("not tested", {"patients": 2, "events": 20, "at_equal_depth": 5.0})
        assert rare.sentence == "not tested: fewer than 2 patients with 20 events, or 5 at equal depth"
    assert (table.loc["T", "p"] >= 0.1 - 1e-9).all()
    assert (table.loc["T", "q"] == 1).all()
    for cell in table.loc["T", "note"]:
        (few,) = (each for each in from_cell(cell) if each.code == "too few patients")
        assert few.data["least_p"] == pytest.approx(0.1)


def test_samples_of_a_patient_are_one_and_unknown_events_are_cells():
    counts, sheet = _cohort(np.random.default_rng(7))
    counts["unknown"] = 1_000
    whole = contrast_table(counts, sheet, parents={})
    assert "unknown" not in set(whole["population"])
    halves = pd.concat([counts // 2, (counts - counts // 2).rename(index=lambda name: f"{name} again")])
    patients = sheet.assign(patient_id=sheet.index)
    again = pd.concat([patients, patients.rename(index=lambda name: f"{name} again")])
    pd.testing.assert_frame_equal(contrast_table(halves, again, parents={}), whole)


def test_the_table_is_the_same_each_time_and_whatever_the_order_of_samples():
    counts, sheet = _cohort(np.random.default_rng(8), n_a=9, n_b=9)
    once = contrast_table(counts, sheet, parents={}, contrasts=FEW)
    pd.testing.assert_frame_equal(contrast_table(counts, sheet, parents={}, contrasts=FEW), once)
    pd.testing.assert_frame_equal(contrast_table(counts.iloc[::-1], sheet, parents={}, contrasts=FEW), once)
