"""Who is compared with whom: the patient is the unit."""

import pandas as pd
import pytest

from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.params import check
from cytoclust.stats._comparisons import Comparison, comparisons


def _sheet(*rows: str) -> pd.DataFrame:
    """``patient group timepoint batch``, a dash where the sheet gives none."""
    cells = [[None if cell == "-" else cell for cell in row.split()] for row in rows]
    columns = ["patient_id", "group", "timepoint", "batch"]
    return pd.DataFrame(cells, columns=columns, index=[f"S{i + 1}" for i in range(len(rows))])


def _named(found: list[Comparison]) -> dict[tuple[str, str], Comparison]:
    return {(each.contrast, each.timepoint): each for each in found}


GROUPS = _sheet("P1 sick - B1", "P2 sick - B2", "P3 well - B1", "P4 well - B2", "P4 well - B1", "P5 sick - B1")


def test_without_time_points_each_two_groups_are_compared_once_and_samples_of_a_patient_are_one():
    (found,) = comparisons(GROUPS)
    assert (found.contrast, found.timepoint, found.paired) == ("sick vs well", "", False)
    assert found.a == (("S1",), ("S2",), ("S6",))
    assert found.b == (("S3",), ("S4", "S5"))
    assert found.batch_b == ("B1", "B2+B1")
    assert list(found.strata) == [1, 0, 1, 1, 0]  # P2 and P4 share their batch with nobody


def test_groups_are_compared_where_both_have_two_patients_and_times_within_groups():
    sheet = _sheet(
        "P1 met dia -", "P2 met dia -", "P3 met dia -", "P4 loc dia -", "P5 loc dia -", "P6 loc rel -",
        "P1 met rel -", "P2 met rel -", "P3 met rel -",
    )  # fmt: skip
    found = _named(comparisons(sheet))
    assert list(found) == [("met vs loc", "dia"), ("met: rel vs dia", "rel vs dia")]
    paired = found["met: rel vs dia", "rel vs dia"]
    assert paired.paired
    assert paired.a == (("S7",), ("S8",), ("S9",))
    assert paired.b == (("S1",), ("S2",), ("S3",))
    assert list(paired.strata) == [0, 0, 0]


def test_pairs_in_two_batches_are_a_stratum_of_these():
    rows = [f"P{i} - dia {x}" for i, x in enumerate(["A", "A", "B", "A", "C"])]
    rows += [f"P{i} - rel {x}" for i, x in enumerate(["A", "B", "A", "B", "D"])]
    (found,) = comparisons(_sheet(*rows))
    assert (found.contrast, found.timepoint) == ("rel vs dia", "rel vs dia")
    assert list(found.strata) == [0, 1, 1, 1, 0]  # C and D hold nobody else
    assert list(found.turned[1:4]) == [True, False, True]


def test_a_group_without_time_points_stands_beside_each():
    sheet = _sheet("P1 met dia -", "P2 met dia -", "P3 met rel -", "P4 met rel -", "C1 well - -", "C2 well - -")
    found = _named(comparisons(sheet))
    assert {("met vs well", "dia"), ("met vs well", "rel")} <= set(found)
    assert found["met vs well", "rel"].notes == (Finding("no time points", group="well"),)


def test_groups_that_share_no_time_are_compared_by_first_samples():
    sheet = _sheet("P1 met dia -", "P1 met rel -", "P2 met dia -", "P3 loc op -", "P4 loc op -")
    found = _named(comparisons(sheet))["met vs loc", "first sample"]
    assert found.a == (("S1",), ("S3",))
    assert found.notes == (Finding("first samples"),)


def test_few_patients_seen_twice_count_once():
    sheet = _sheet("P1 - dia -", "P2 - dia -", "P3 - dia -", "P1 - rel -", "P4 - rel -", "P5 - rel -")
    (found,) = comparisons(sheet)
    assert not found.paired
    assert found.a == (("S5",), ("S6",))
    assert found.b == (("S1",), ("S2",), ("S3",))
    assert found.notes == (Finding("seen on both sides", n=1),)


def test_a_sample_without_a_patient_is_its_own_and_a_sheet_of_nothing_gives_nothing():
    sheet = _sheet("- sick - -", "- sick - -", "- well - -", "- well - -")
    assert len(comparisons(sheet)[0].a) == 2
    assert comparisons(sheet[[]]) == []
    assert comparisons(sheet[:2]) == []


def test_contrasts_by_hand():
    (found,) = comparisons(GROUPS, check("contrasts", groups=["well vs sick"]))
    assert found.contrast == "well vs sick"
    assert len(found.a) == 2


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"groups": ["sick"]}, "items such as 'A vs B', of two groups. Got 'sick' instead"),
        ({"groups": ["sick vs sick"]}, "of two groups"),
        ({"groups": ["sick vs ill"]}, "the sheet has no group 'ill'; it has sick, well"),
        ({"timepoints": ["rel vs dia"]}, "the sheet has no timepoint 'rel'; it has none"),
    ],
)
def test_a_contrast_that_cannot_be_is_refused(asked, message):
    with pytest.raises(InputError, match=message):
        comparisons(GROUPS, check("contrasts", **asked))


def test_a_contrast_by_hand_with_too_few_patients_is_refused():
    sheet = _sheet("P1 sick - -", "P2 sick - -", "P3 well - -")
    with pytest.raises(InputError, match="needs 2 patients on each side"):
        comparisons(sheet, check("contrasts", groups=["sick vs well"]))
