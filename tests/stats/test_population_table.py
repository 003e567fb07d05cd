"""One row a sample and population, on cases that can be worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest, poisson

from cytoclust import params
from cytoclust.stats import population_table

COLUMNS = [
    "sample_id", "patient_id", "group", "timepoint", "batch", "population", "parent", "n_events", "n_parent", "n_base",
    "fraction", "per_million", "ci_low", "ci_high", "background", "lob", "lod95", "lod", "loq", "upper", "status",
    "cannot_tell",
]  # fmt: skip
PARENTS = {"MSC": "cells", "MSC a": "MSC", "MSC b": "MSC", "leukocyte": "cells", "T cell": "leukocyte"}


def sheet(*samples):
    rows = {s: {"patient_id": f"P{s}", "group": "g", "timepoint": None, "batch": "1"} for s in samples}
    return pd.DataFrame.from_dict(rows, orient="index")


def counted(rows, columns):
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def row(table, sample, population):
    found = table[(table["sample_id"] == sample) & (table["population"] == population)]
    assert len(found) == 1
    return found.iloc[0]


def one(events, cells, names="ABCDEF", **options):
    """Status of population X, of which samples have so many events of so many cells."""
    counts = counted(
        {s: [k, n - k] for s, (k, n) in zip(names, zip(events, cells, strict=True), strict=False)}, ["X", "rest"]
    )
    table = population_table(counts, sheet(*counts.index), parents={"X": "cells", "rest": "cells"}, **options)
    return table[table["population"] == "X"]["status"].tolist()


def test_columns_are_those_of_the_contract_and_rows_are_sample_by_sample():
    counts = counted({"S2": [5, 50], "S10": [1, 1]}, ["MSC a", "T cell"])
    table = population_table(counts, sheet("S2", "S10"), parents=PARENTS)
    assert list(table.columns) == COLUMNS
    assert table["sample_id"].tolist() == ["S2"] * 5 + ["S10"] * 5
    assert table["population"].tolist() == [*PARENTS, *PARENTS]
    assert table["patient_id"].tolist() == ["PS2"] * 5 + ["PS10"] * 5
    assert table["timepoint"].isna().all()


def test_events_of_descendants_count_and_fractions_are_of_the_parent():
    counts = counted({"A": [10, 30, 60, 100, 300, 500]}, ["MSC", "MSC a", "MSC b", "leukocyte", "T cell", "unknown"])
    table = population_table(counts, sheet("A"), parents=PARENTS)
    expected = {
        "MSC": ("cells", 100, 1000), "MSC a": ("MSC", 30, 100), "MSC b": ("MSC", 60, 100),
        "leukocyte": ("cells", 400, 1000), "T cell": ("leukocyte", 300, 400), "unknown": ("cells", 500, 1000),
    }  # fmt: skip
    assert set(table["population"]) == set(expected)
    for population, (parent, n, of) in expected.items():
        found = row(table, "A", population)
        assert (found["parent"], found["n_events"], found["n_parent"]) == (parent, n, of)
        assert found["fraction"] == pytest.approx(n / of)
        limits = binomtest(n, of).proportion_ci(0.95, method="exact")
        assert (found["ci_low"], found["ci_high"]) == pytest.approx((limits.low, limits.high))
        assert (found["lod"], found["loq"]) == pytest.approx((20 / of, 50 / of))


def test_events_go_up_to_grandparents():
    counts = counted({"A": [0, 0, 7]}, ["a", "b", "c"])
    table = population_table(counts, sheet("A"), parents={"a": "cells", "b": "a", "c": "b"})
    assert table["n_events"].tolist() == [7, 7, 7]


def test_a_population_that_nobody_has_has_its_row():
    table = population_table(counted({"A": [100]}, ["T cell"]), sheet("A"), parents=PARENTS)
    found = row(table, "A", "MSC")
    assert (found["n_events"], found["n_parent"], found["fraction"]) == (0, 100, 0)
    assert found["ci_high"] == pytest.approx(1 - 0.05 ** (1 / 100))


def test_a_parent_without_events_gives_nan():
    found = row(population_table(counted({"A": [100]}, ["T cell"]), sheet("A"), parents=PARENTS), "A", "MSC a")
    assert (found["n_events"], found["n_parent"]) == (0, 0)
    assert found[["fraction", "ci_low", "ci_high", "lod", "loq"]].isna().all()


def test_a_sample_without_events_is_never_evaluable():
    assert one([0, 100], [0, 100_000]) == ["not evaluable", "quantified"]


def test_what_is_no_population_has_no_row_but_counts_as_cells():
    counts = counted({"A": [40, 60]}, ["T cell", "unassigned"])
    table = population_table(counts, sheet("A"), parents={"T cell": "cells"})
    assert table["population"].tolist() == ["T cell"]
    assert table["n_parent"].tolist() == [100]
    none = population_table(counted({"A": [60]}, ["unassigned"]), sheet("A"), parents={})
    assert list(none.columns) == COLUMNS
    assert len(none) == 0


def test_a_sheet_without_optional_columns():
    table = population_table(counted({"A": [9]}, ["X"]), pd.DataFrame(index=["A"]), parents={})
    assert list(table.columns) == COLUMNS
    assert (
        table[["patient_id", "group", "timepoint", "batch"]].isna()
        | (table[["patient_id", "group", "timepoint", "batch"]] == "")
    ).all(axis=None)


def test_five_words_by_events_and_cells():
    """Without background: one event is more than nothing, 20 are reported, 50 counted; absence needs 30,000 cells."""
    cells = [100_000] * 6 + [20_000, 29_900, 30_000]
    assert one([50, 49, 20, 19, 1, 0, 0, 0, 0], cells, names="ABCDEFGHI") == [
        "quantified", "detected", "detected", "trace", "trace", "not detected", "not evaluable", "not evaluable",
        "not detected",
    ]  # fmt: skip


def test_least_detectable_level_is_that_of_ep17():
    """The level that exceeds the limit of blank in 95 of 100 samples, by the Poisson distribution itself."""
    counts = counted({"A": [0, 130_000], "B": [0, 130_000]}, ["X", "rest"])
    background = counted({"A": [0.0, 0.0], "B": [2.5, 0.0]}, ["X", "rest"])
    table = population_table(counts, sheet("A", "B"), parents={"X": "cells"}, background=background)
    for sample, wrong in (("A", 0.0), ("B", 2.5)):
        found = row(table, sample, "X")
        assert poisson.sf(found["lob"], wrong) <= 0.01 < poisson.sf(found["lob"] - 1, wrong) + (found["lob"] == 0)
        assert poisson.sf(found["lob"], found["lod95"] * 130_000 + wrong) == pytest.approx(0.95)
        assert poisson.cdf(0, found["upper"] * 130_000) == pytest.approx(0.05)
    assert row(table, "B", "X")["lob"] == 7


def test_status_is_of_this_sample_alone():
    alone = one([0], [20_000])
    assert one([0, 500], [20_000, 100_000])[:1] == one([0, 30], [20_000, 1_000_000])[:1] == alone == ["not evaluable"]


def test_levels_are_of_cells_that_are_not_malignant():
    """Four fifths of B are tumour: what 40,000 cells do not show may be in 8,000."""
    counts = counted({"A": [20, 0, 39_980], "B": [0, 32_000, 8_000]}, ["X", "tumour", "rest"])
    common = {"parents": dict.fromkeys(["X", "tumour", "rest"], "cells")}
    plain = population_table(counts, sheet("A", "B"), **common)
    marked = population_table(counts, sheet("A", "B"), **common, malignant={"tumour"})
    assert row(plain, "B", "X")["status"] == "not detected"
    assert row(marked, "B", "X")["status"] == "not evaluable"
    assert row(marked, "B", "X")["n_base"] == 8_000
    assert row(marked, "B", "X")["n_parent"] == 40_000  # the fraction stays one of the parent
    assert row(marked, "B", "tumour")["n_base"] == 40_000
    assert row(marked, "A", "X")["per_million"] == pytest.approx(500)


def test_target_as_given_by_hand_and_by_the_rules():
    assert one([0, 0], [1_000, 10_000], detect=params.check("detect", reference=0.001)) == [
        "not evaluable", "not detected",
    ]  # fmt: skip
    assert one([0, 0], [100, 1_000], frequencies={"X": 0.01}) == ["not evaluable", "not detected"]


def test_a_child_of_what_is_not_evaluable_is_not_evaluable():
    detect = params.check("detect", reference=1e-4)
    counts = counted({"A": [0, 0, 20_000]}, ["MSC", "MSC a", "T cell"])
    table = population_table(counts, sheet("A"), parents=PARENTS, detect=detect, frequencies={"MSC a": 0.5})
    assert row(table, "A", "MSC a")["status"] == "not evaluable"


@pytest.mark.parametrize(
    ("wrong", "status"), [(0, "detected"), (26, "detected"), (27, "not detected"), (60, "not evaluable")]
)
def test_background_must_be_exceeded(wrong, status):
    """Of 40 events; P(Poisson(26) ≥ 40) = 0.007, P(Poisson(27) ≥ 40) = 0.0115."""
    assert (poisson.sf(39, wrong) <= 0.01) == (status == "detected")
    counts = counted({"A": [40, 299_960], "B": [400, 99_600]}, ["X", "rest"])
    background = counted({"A": [wrong, 0.0], "B": [1.0, 0.0]}, ["X", "rest"])
    table = population_table(counts, sheet("A", "B"), parents={"X": "cells"}, background=background)
    assert row(table, "A", "X")["status"] == status
    assert row(table, "B", "X")["status"] == "quantified"


def test_background_of_descendants_counts():
    counts = counted({"A": [0, 40, 499_960], "B": [0, 4000, 96_000]}, ["MSC", "MSC a", "T cell"])
    background = counted({"A": [26.0, 26.0, 0.0], "B": [0.0, 0.0, 0.0]}, ["MSC", "MSC a", "T cell"])
    table = population_table(counts, sheet("A", "B"), parents=PARENTS, background=background)
    assert row(table, "A", "MSC")["status"] == "not detected"  # 52 expected
    assert row(table, "A", "MSC a")["status"] == "detected"  # P(Poisson(26) ≥ 40) = 0.007


def test_what_belongs_to_a_sister_is_no_doubt_about_the_parent():
    counts = counted({"A": [40, 40, 99_920]}, ["MSC a", "MSC b", "T cell"])
    background = pd.DataFrame(
        [[30.0, 5.0, 2.0, 1.0]],
        index=["A"],
        columns=pd.MultiIndex.from_tuples(
            [
                ("MSC a", "MSC b", "spread"),
                ("MSC a", "T cell", "spread"),
                ("MSC b", "", "doublets"),
                ("MSC b", "MSC b", ""),
            ]
        ),
    )
    table = population_table(counts, sheet("A"), parents=PARENTS, background=background)
    assert {name: row(table, "A", name)["background"] for name in ("MSC a", "MSC b", "MSC", "T cell")} == {
        "MSC a": 35, "MSC b": 2, "MSC": 7, "T cell": 0,
    }  # fmt: skip


def test_limits_follow_the_parameters():
    detect = params.check("detect", lod_events=5, loq_events=8, confidence=0.8)
    counts = counted({"A": [5, 95]}, ["X", "rest"])
    found = row(population_table(counts, sheet("A"), parents={"X": "cells"}, detect=detect), "A", "X")
    limits = binomtest(5, 100).proportion_ci(0.8, method="exact")
    assert (found["lod"], found["loq"], found["ci_low"]) == pytest.approx((0.05, 0.08, limits.low))
    assert found["status"] == "detected"


def test_status_does_not_depend_on_the_order_of_samples_or_columns():
    rng = np.random.default_rng(0)
    counts = pd.DataFrame(rng.poisson(30, (6, 5)), index=list("ABCDEF"), columns=list(PARENTS))
    table = population_table(counts, sheet(*"ABCDEF"), parents=PARENTS)
    turned = population_table(counts.iloc[::-1, ::-1], sheet(*"ABCDEF"), parents=PARENTS)
    by = ["sample_id", "population"]
    pd.testing.assert_frame_equal(
        table.sort_values(by).reset_index(drop=True), turned.sort_values(by).reset_index(drop=True)
    )


@pytest.mark.parametrize("wrong", [5, 15, 40, 400])
def test_background_alone_is_seldom_a_detection(wrong):
    """At most one sample of a hundred that has nothing but the background shows a trace, or more."""
    n = 2000
    rng = np.random.default_rng(0)
    counts = pd.DataFrame({"X": rng.poisson(wrong, n), "rest": 100_000}, index=[f"S{i}" for i in range(n)])
    background = pd.DataFrame({"X": float(wrong)}, index=counts.index)
    table = population_table(counts, pd.DataFrame(index=counts.index), parents={"X": "cells"}, background=background)
    assert table.loc[table["population"] == "X", "status"].isin(["trace", "detected", "quantified"]).mean() < 0.015


def test_a_share_of_a_parent_that_is_not_above_background_is_left_open():
    """Two MSCs where background alone makes three: neither 100 % nor 0 % of them is known to be of a kind."""
    counts = counted({"A": [2, 0, 99_998], "B": [60, 40, 99_900]}, ["MSC a", "MSC b", "T cell"])
    blank = pd.DataFrame({("MSC a", ""): [3.0, 0.0]}, index=["A", "B"])
    table = population_table(counts, sheet("A", "B"), parents=PARENTS, background=blank)
    for name in ("MSC a", "MSC b"):
        found = row(table, "A", name)
        assert found[["fraction", "ci_low", "ci_high"]].isna().all()
        assert found["cannot_tell"] == "parent"
    assert row(table, "A", "MSC")["fraction"] == pytest.approx(2 / 100_000)
    assert row(table, "B", "MSC a")["fraction"] == pytest.approx(0.6)
    assert set(table["cannot_tell"][table["sample_id"] == "B"]) == {""}


def test_what_cannot_be_named_is_missing_not_none():
    counts = counted({"A": [60, 0, 99_940]}, ["MSC a", "MSC b", "T cell"])
    untold = {"MSC a": "siblings", "MSC b": "name", "T cell": "name"}
    table = population_table(counts, sheet("A"), parents=PARENTS, untold=untold)
    unnamed = row(table, "A", "MSC b")
    assert (unnamed["status"], unnamed["cannot_tell"], unnamed["n_events"]) == ("not evaluable", "name", 0)
    assert unnamed[["fraction", "ci_low", "ci_high", "per_million"]].isna().all()
    assert (unnamed["upper"], unnamed["lod95"]) == (1, 1)
    beside = row(table, "A", "MSC a")
    assert (beside["status"], beside["cannot_tell"]) == ("quantified", "siblings")
    assert beside[["fraction", "ci_low", "ci_high"]].isna().all()
    assert beside["per_million"] == pytest.approx(600)
    assert row(table, "A", "T cell")["cannot_tell"] == ""  # what has events has a name
