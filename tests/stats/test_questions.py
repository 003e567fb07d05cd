"""Who is compared with whom: the patient is the unit."""

import numpy as np
import pandas as pd
import pytest

from cytoclust.errors import InputError
from cytoclust.params import check
from cytoclust.stats import Question, pairs_of, questions


def _sheet(*rows: str) -> pd.DataFrame:
    """``patient group timepoint batch``, a dash where the sheet gives none."""
    cells = [[None if cell == "-" else cell for cell in row.split()] for row in rows]
    columns = ["patient_id", "group", "timepoint", "batch"]
    return pd.DataFrame(cells, columns=columns, index=[f"S{i + 1}" for i in range(len(rows))])


def _asked(sheet: pd.DataFrame) -> dict[tuple[str, str, str], Question]:
    return {(each.kind, each.group, each.timepoint): each for each in questions(sheet)}


def _pairs(sheet: pd.DataFrame) -> dict[tuple[str, str], Question]:
    return {(each.contrast, each.timepoint): each for each in pairs_of(sheet)}


def test_each_group_against_the_others_at_its_time() -> None:
    found = _asked(_sheet("P1 a t -", "P2 b t -", "P3 a t -", "P4 b t -", "P5 c t -"))
    assert set(found) == {("group", "a", "t"), ("group", "b", "t")}  # one patient is no group
    question = found["group", "a", "t"]
    assert question.units == ((0,), (2,), (1,), (3,), (4,))
    assert question.inside.tolist() == [True, True, False, False, False]
    assert (question.against, question.where) == ("other groups at t", "a at t")
    assert not question.confounded


def test_samples_of_one_visit_are_one_unit() -> None:
    found = _asked(_sheet("P1 a - -", "P1 a - -", "P2 a - -", "P3 b - -", "P4 b - -"))
    assert found["group", "a", ""].units == ((0, 1), (2,), (3,), (4,))


def test_a_time_that_no_other_group_has_is_not_compared_with_other_times_of_others() -> None:
    rows = ["M1 m dx -", "M2 m dx -", "C1 c dx -", "C2 c dx -", "M1 m relapse -", "M2 m relapse -"]
    assert set(_asked(_sheet(*rows))) == {("group", "m", "dx"), ("group", "c", "dx")}


def test_a_group_without_times_stands_beside_each() -> None:
    rows = ["M1 m dx -", "M2 m dx -", "M3 m relapse -", "M4 m relapse -", "C1 c - -", "C2 c - -"]
    found = _asked(_sheet(*rows))
    assert {("group", "m", "dx"), ("group", "m", "relapse"), ("group", "c", "dx")} <= set(found)
    assert found["group", "m", "relapse"].units == ((2,), (3,), (4,), (5,))


def test_groups_that_share_no_time_are_compared_by_first_samples() -> None:
    sheet = _sheet("P1 met dia -", "P1 met rel -", "P2 met dia -", "P3 loc op -", "P4 loc op -")
    assert _pairs(sheet)["met vs loc", "first sample"].units == ((0,), (2,), (3,), (4,))
    assert _asked(sheet)["group", "met", ""].units == ((0,), (2,), (3,), (4,))


def test_a_patient_of_two_groups_is_of_neither() -> None:
    question = _asked(_sheet("P1 a - -", "P2 a - -", "P3 a - -", "P3 b - -", "P4 b - -", "P5 b - -"))["group", "a", ""]
    assert question.patients == ("P1", "P2", "P4", "P5")
    assert question.left_out == 1


def test_times_are_compared_within_patients_and_who_was_seen_once_is_left_out() -> None:
    rows = [f"P{i} m {time} 1" for i in range(3) for time in ("dx", "relapse")]
    question = _asked(_sheet(*rows, "P9 m dx 1"))["time", "m", "relapse"]
    assert question.paired
    assert (len(question.units), question.left_out, question.against) == (6, 1, "dx")
    assert [len(set(question.inside[question.strata == s])) for s in np.unique(question.strata)] == [2, 2, 2]
    assert question.contrast == "m: relapse vs dx"


def test_all_other_times_of_a_patient_are_compared_with_one() -> None:
    rows = [f"P{i} m {time} 1" for i in range(3) for time in ("dx", "therapy", "relapse")]
    question = _asked(_sheet(*rows))["time", "m", "therapy"]
    assert question.inside.sum() == 3
    assert (len(question.units), question.against) == (9, "dx and relapse")


def test_two_patients_seen_twice_count_on_neither_side() -> None:
    rows = ["P1 m dx 1", "P1 m relapse 1", "P2 m dx 1", "P3 m relapse 1"]
    assert not _asked(_sheet(*rows))
    more = _asked(_sheet(*rows, "P4 m dx 1", "P5 m relapse 1"))["time", "m", "relapse"]
    assert (more.patients, more.left_out, more.paired) == (("P3", "P5", "P2", "P4"), 1, False)


def test_batches_of_one_patient_alone_are_one_stratum() -> None:
    rows = ["P1 a - 1", "P2 a - 2", "P3 a - 3", "P4 b - 1", "P5 b - 4", "P6 b - 5"]
    question = _asked(_sheet(*rows))["group", "a", ""]
    strata = question.strata
    assert strata[0] == strata[3] != strata[1]
    assert len({strata[1], strata[2], strata[4], strata[5]}) == 1
    assert not question.confounded


def test_group_that_is_its_batch_is_confounded() -> None:
    rows = [f"P{i} {'ab'[i // 3]} - {'xy'[i // 3]}" for i in range(6)]
    assert all(question.confounded for question in questions(_sheet(*rows)))
    rows[0] = "P0 a - y"
    assert not any(question.confounded for question in questions(_sheet(*rows)))


def test_times_that_come_in_one_order_of_batches_are_confounded_and_a_crossover_is_not() -> None:
    def visits(*orders: str) -> Question:
        rows = [f"P{i} m {time} {batch}" for i, order in enumerate(orders)
                for time, batch in zip(("dx", "relapse"), order, strict=True)]  # fmt: skip
        return _asked(_sheet(*rows))["time", "m", "relapse"]

    assert visits("12", "12", "12").confounded
    assert not visits("12", "21", "12").confounded
    assert not visits("11", "12", "12").confounded
    assert visits("11", "11", "22").covariates.shape == (6, 1)


def test_groups_are_compared_where_both_have_two_patients_and_times_within_groups() -> None:
    sheet = _sheet(
        "P1 met dia -", "P2 met dia -", "P3 met dia -", "P4 loc dia -", "P5 loc dia -", "P6 loc rel -",
        "P1 met rel -", "P2 met rel -", "P3 met rel -",
    )  # fmt: skip
    assert list(_pairs(sheet)) == [("met vs loc", "dia"), ("met: rel vs dia", "rel")]


def test_a_sheet_of_nothing_gives_nothing() -> None:
    sheet = _sheet("- sick - -", "- sick - -", "- well - -", "- well - -")
    assert len(questions(sheet)) == 2  # a sample without a patient is its own
    assert questions(sheet[[]]) == pairs_of(sheet[[]]) == []
    assert questions(sheet[:2]) == []


SICK = _sheet("P1 sick - B1", "P2 sick - B2", "P3 well - B1", "P4 well - B2")


def test_contrasts_by_hand() -> None:
    (found,) = pairs_of(SICK, check("contrasts", groups=["well vs sick"]))
    assert (found.contrast, found.sides) == ("well vs sick", ("well", "sick"))


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"groups": ["sick"]}, "items such as 'A vs B', of two groups. Got 'sick' instead"),
        ({"groups": ["sick vs sick"]}, "of two groups"),
        ({"groups": ["sick vs ill"]}, "the sheet has no group 'ill'; it has sick, well"),
        ({"timepoints": ["rel vs dia"]}, "the sheet has no timepoint 'rel'; it has none"),
    ],
)
def test_a_contrast_that_cannot_be_is_refused(asked: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        pairs_of(SICK, check("contrasts", **asked))


def test_a_contrast_by_hand_with_too_few_patients_is_refused() -> None:
    with pytest.raises(InputError, match="needs 2 patients on each side"):
        pairs_of(SICK[:3], check("contrasts", groups=["sick vs well"]))
