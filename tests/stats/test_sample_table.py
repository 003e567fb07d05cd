"""One row a sample, and marrow that blood diluted."""

import numpy as np
import pandas as pd
import pytest

from cytoclust.stats import sample_table

MARROW, BLOOD = ("progenitor", "erythroblast", "plasma cell"), ("T cell", "NK cell", "mature neutrophil")
COMPARTMENTS = dict.fromkeys(MARROW, "marrow") | dict.fromkeys(BLOOD, "blood")
SHARES = pd.Series(
    {"progenitor": 0.01, "erythroblast": 0.1, "plasma cell": 0.005, "T cell": 0.1, "NK cell": 0.02,
     "mature neutrophil": 0.3, "other": 0.465},
)  # fmt: skip
IN_BLOOD = (
    pd.Series({"T cell": 0.25, "NK cell": 0.05, "mature neutrophil": 0.65, "other": 0.05})
    .reindex(SHARES.index)
    .fillna(0)
)


def cohort(admixture, *, cells=50_000, seed=0):
    """Counts of samples of which so much is blood; patients vary by a third (sd of the logarithm)."""
    rng = np.random.default_rng(seed)
    rows = []
    for part in admixture:
        marrow = SHARES * np.exp(rng.normal(0, 0.33, len(SHARES)))
        rows.append(rng.multinomial(cells, (1 - part) * marrow / marrow.sum() + part * IN_BLOOD))
    return pd.DataFrame(rows, index=[f"S{i}" for i in range(len(admixture))], columns=SHARES.index)


def told(counts, compartments=COMPARTMENTS, **options):
    quality = pd.DataFrame({"ok": counts.sum(axis=1), "doublet": 10})
    parents = dict.fromkeys(counts.columns, "cells") | options.pop("parents", {})
    sheet = pd.DataFrame({"group": "g"}, index=counts.index)
    return sample_table(counts, sheet, quality=quality, parents=parents, compartments=compartments, **options)


def test_columns_and_counts():
    counts = cohort([0.0, 0.0])
    table = told(counts.assign(tumour=[0, 500]), malignant={"tumour"})
    assert list(table.columns) == [
        "sample_id", "patient_id", "group", "timepoint", "batch", "n_events", "n_ok", "n_malignant", "marrow_index",
        "hemodilution",
    ]  # fmt: skip
    assert table["sample_id"].tolist() == ["S0", "S1"]
    assert table["n_events"].tolist() == [50_010, 50_510]
    assert table["n_ok"].tolist() == [50_000, 50_500]
    assert table["n_malignant"].tolist() == [0, 500]
    assert table["group"].tolist() == ["g", "g"]
    assert table["hemodilution"].tolist() == ["not evaluable"] * 2  # nothing to compare with


def test_the_index_is_a_mean_of_logarithms():
    counts = cohort([0.0])
    expected = np.log2(counts[list(MARROW)] + 0.5).mean(axis=1) - np.log2(counts[list(BLOOD)] + 0.5).mean(axis=1)
    assert told(counts)["marrow_index"].tolist() == pytest.approx(expected.tolist())


@pytest.mark.parametrize("seed", range(5))
def test_diluted_samples_are_told(seed):
    found = told(cohort([0.0] * 10 + [0.95], seed=seed))["hemodilution"].tolist()
    assert found[-1] == "yes"
    assert found.count("yes") <= 2


def test_few_healthy_samples_are_called_diluted():
    calls = [told(cohort([0.0] * 12, seed=seed))["hemodilution"].eq("yes").mean() for seed in range(40)]
    assert np.mean(calls) < 0.03


def test_one_population_alone_is_no_dilution():
    counts = cohort([0.0] * 12)
    counts.loc["S3", "erythroblast"] = 10
    assert told(counts).loc[3, "marrow_index"] < told(counts)["marrow_index"].drop(3).min() - 2
    assert told(counts).loc[3, "hemodilution"] == "no"


def test_tumour_does_not_matter():
    counts = cohort([0.0] * 12)
    assert told(counts.assign(tumour=[10**6] + [0] * 11), malignant={"tumour"})["hemodilution"].eq("no").all()


def test_what_cannot_be_told():
    counts = cohort([0.0] * 10 + [0.95])
    one_side = {name: place for name, place in COMPARTMENTS.items() if place == "marrow"}
    assert told(counts, one_side)["marrow_index"].isna().all()
    assert told(counts, one_side)["hemodilution"].eq("not evaluable").all()
    assert told(counts, one_side | {"T cell": "blood"})["hemodilution"].eq("not evaluable").all()  # one alone
    assert told(counts, one_side | {"T cell": "blood"})["marrow_index"].notna().all()
    assert told(counts, {})["hemodilution"].eq("not evaluable").all()
    shallow = counts.copy()
    shallow.loc["S4"] = (shallow.loc["S4"] / 5000).round().astype(int)
    assert told(shallow).loc[4, "hemodilution"] == "not evaluable"


def test_populations_of_one_branch_have_one_say():
    counts = cohort([0.0] * 3)
    parts = counts.assign(**{"CD4 T": counts["T cell"] // 2}).assign(
        **{"T cell": counts["T cell"] - counts["T cell"] // 2}
    )
    compartments = COMPARTMENTS | {"CD4 T": "blood"}
    whole, split = told(counts), told(parts, compartments, parents={"CD4 T": "T cell"})
    assert split["marrow_index"].tolist() == pytest.approx(whole["marrow_index"].tolist())
