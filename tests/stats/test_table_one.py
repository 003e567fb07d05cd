import pandas as pd
import pytest

from cytoclust.stats import table_one

SHEET = pd.DataFrame(
    [
        ("S1", "P1", "a", "diagnosis", "10,5", "4", "yes"),
        ("S2", "P1", "a", "relapse", "30", "4", "yes"),
        ("S3", "P2", "a", "diagnosis", "20", "3", "no"),
        ("S4", "P3", "b", "diagnosis", "NA", "4S", None),
        ("S5", None, "b", "diagnosis", "7", "4", "no"),
    ],
    columns=["sample_id", "patient_id", "group", "timepoint", "age", "stage", "MYCN"],
).set_index("sample_id")


def cell(table: pd.DataFrame, characteristic: str, level: str, group: str) -> pd.Series:
    rows = table[(table["characteristic"] == characteristic) & (table["level"] == level) & (table["group"] == group)]
    assert len(rows) == 1
    return rows.iloc[0]


def test_a_patient_counts_once_and_a_sample_without_one_is_its_own() -> None:
    table = table_one(SHEET)
    assert [cell(table, "patients", "", name)["n"] for name in ("a", "b", "all")] == [2, 2, 4]


def test_words_have_shares_of_those_for_whom_they_are_told() -> None:
    table = table_one(SHEET)
    assert cell(table, "MYCN", "no", "b")[["n", "of", "percent"]].tolist() == [1, 2, 100]
    assert cell(table, "MYCN", "yes", "all")["percent"] == pytest.approx(100 / 3)
    assert cell(table, "MYCN", "missing", "all")["n"] == 1
    assert cell(table, "stage", "4S", "b")["percent"] == 50


def test_numbers_have_a_median_and_a_range() -> None:
    """With a decimal comma; the first sample of a patient tells it, and NA is missing."""
    row = cell(table_one(SHEET), "age", "median (range)", "all")
    assert row[["n", "median", "low", "high"]].tolist() == [3, 10.5, 7, 20]
    assert cell(table_one(SHEET), "age", "missing", "b")["n"] == 1


def test_whole_numbers_that_are_few_are_levels() -> None:
    sheet = SHEET.assign(stage=["1", "1", "2", "4", "2"])
    assert set(table_one(sheet).query("characteristic == 'stage'")["level"]) == {"1", "2", "4"}


def test_without_further_columns_there_are_patients_alone() -> None:
    assert set(table_one(SHEET[["patient_id", "group", "timepoint"]])["characteristic"]) == {"patients"}
