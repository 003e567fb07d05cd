"""Covariates: what divides the strata, what enters the regression, what leaves nothing to compare."""

import numpy as np
import pandas as pd
import pytest

from cytoclust.errors import InputError
from cytoclust.findings import from_cell
from cytoclust.params import Contrasts
from cytoclust.stats import contrast_table, questions, with_covariates
from tests.stats.test_discovery_table import asked, claims, cohort, counted


def of(names: list[str], groups: str = "aaaabbbb", **columns):
    sheet = cohort(groups, batch="1", **columns)
    (question, *_) = questions(sheet)
    return with_covariates(question, sheet, names)


def test_words_divide_the_strata_as_long_as_each_holds_both_sides() -> None:
    found = of(["sex"], sex=list("mmffmmff"))
    assert found.strata.tolist() == [1, 1, 0, 0, 1, 1, 0, 0]
    assert found.covariates.shape == (8, 0)
    assert found.adjusted == ("sex",)
    two = of(["sex", "site"], sex=list("mmffmmff"), site=list("xyxyxyxy"))
    assert len(np.unique(two.strata)) == 4


def test_else_they_enter_the_regression() -> None:
    found = of(["site"], site=list("xxyzxxyy"))  # z holds one side alone
    assert np.unique(found.strata).tolist() == [0]
    assert found.covariates.tolist() == [[0, 0], [0, 0], [1, 0], [0, 1], [0, 0], [0, 0], [1, 0], [1, 0]]
    assert not found.separated


def test_numbers_enter_the_regression() -> None:
    age = [1, 2, 3, 40, 2, 5, 30, "6.5"]
    found = of(["age"], age=age)
    assert found.covariates[:, 0].tolist() == [float(each) for each in age]


@pytest.mark.parametrize(
    ("columns", "separated"),
    [
        ({"sex": list("mmmmffff")}, "sex"),
        ({"age": [1, 2, 3, 4, 10, 20, 30, 40]}, "age"),
        ({"age": [10, 20, 30, 40, 1, 2, 3, 4]}, "age"),
        ({"sex": list("mfffmmmf"), "site": list("xyyyyyyx")}, ""),
    ],
)
def test_what_separates_the_sides_is_told(columns: dict, separated: str) -> None:
    assert of(list(columns), **columns).separated == separated


def test_so_many_columns_that_no_patient_is_left_over_separate_the_sides() -> None:
    columns = {name: list(np.random.default_rng(i).normal(size=4)) for i, name in enumerate("uvw")}
    sheet = cohort("aabb", batch="1", **columns)
    (question, *_) = questions(sheet)
    assert with_covariates(question, sheet, ["u", "v", "w"]).separated


def test_visits_of_the_same_patients_need_none() -> None:
    sheet = cohort("aaaaaa", timepoint=list("121212"), age=range(6)).assign(patient_id=list("112233"))
    (question, *_) = questions(sheet)
    assert question.paired
    assert with_covariates(question, sheet, ["age"]) is question


def test_a_column_that_is_not_there_or_has_gaps_among_numbers_is_refused() -> None:
    with pytest.raises(InputError, match=r"covariates parameter: the sheet has no further column 'size'.*are age"):
        of(["size"], age=range(8))
    with pytest.raises(InputError, match="no further column 'batch'"):
        of(["batch"])
    with pytest.raises(InputError, match="none for sample 'S02'"):
        of(["age"], age=[1, 2, None, 4, 5, 6, 7, 8])


def test_a_claim_and_a_contrast_tell_what_was_adjusted_for_and_what_separates() -> None:
    sheet = cohort("a" * 6 + "b" * 8, batch=list("123123" + "12312312"), sex=list("mfmfmf" + "mfmfmfmf"))
    counts = counted([44, 26, 37, 64, 31, 52] + [0] * 8, sheet)
    adjusted = Contrasts(covariates=["sex"])
    claim = claims(counts, sheet=sheet, contrasts=adjusted).iloc[0]
    assert claim["verdict"] == "supported"
    assert "adjusted for sex)" in claim["sentence"]
    apart = sheet.assign(sex=list("m" * 6 + "f" * 8))
    claim = claims(counts, sheet=apart, contrasts=adjusted).iloc[0]
    assert (claim["verdict"], np.isnan(claim["p"])) == ("not supported", True)
    assert [flag.code for flag in from_cell(claim["flags"])] == ["confounded with covariate"]
    subjects, of_all, _, _ = asked(counts, sheet=apart)
    table = contrast_table(subjects, of_all, apart, denominators=["cells"] * len(subjects), contrasts=adjusted)
    assert table["p"].isna().all()
    assert [note.code for note in from_cell(table["note"].iloc[0])] == ["adjusted", "no p for covariate"]


def test_age_that_moves_the_rates_makes_no_claim() -> None:
    """Two groups of 10 differ by two standard deviations of age, and each doubles the rates of half the clusters."""
    wrong = {"age": 0, "": 0}
    for seed in range(30):
        rng = np.random.default_rng(seed)
        age = rng.normal(np.repeat([0.0, 2.0], 10))
        sheet = cohort("a" * 10 + "b" * 10, batch="1", age=age)
        level = 10 ** rng.uniform(-4, -2, 6) * np.exp(rng.normal(0, 0.4, (20, 6)))
        level[:, :3] *= 2.0 ** age[:, None]
        counts = pd.DataFrame(rng.poisson(1e5 * level), index=sheet.index).rename(columns=str)
        counts["rest"] = 200_000 - counts.sum(axis=1)
        for name in wrong:
            given = Contrasts(covariates=[name] if name else [], permutations=499)
            wrong[name] += bool((claims(counts, sheet=sheet, contrasts=given)["verdict"] == "supported").any())
    assert wrong["age"] <= 5  # of 30 at 5 %, with 99 %
    assert wrong[""] >= 15
