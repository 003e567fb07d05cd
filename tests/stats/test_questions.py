import numpy as np
import pandas as pd

from cytoclust.stats._questions import questions


def sheet(*rows):
    columns = ["patient_id", "group", "timepoint", "batch"]
    return pd.DataFrame(rows, columns=columns, index=[f"S{i}" for i in range(len(rows))])


def asked(table):
    return {(q.kind, q.group, q.timepoint): q for q in questions(table)}


def test_each_group_against_the_others_at_its_time():
    rows = [(f"P{i}", "ab"[i % 2], "t0", None) for i in range(4)]
    found = asked(sheet(*rows))
    assert set(found) == {("group", "a", "t0"), ("group", "b", "t0")}
    question = found["group", "a", "t0"]
    assert question.units == (((0,),), ((2,),), ((1,),), ((3,),))
    assert question.inside.tolist() == [True, True, False, False]
    assert question.against == "other groups at t0"
    assert not question.confounded
    assert question.rows(inside=False) == [1, 3]


def test_samples_of_one_visit_are_one_unit():
    table = sheet(
        ("P1", "a", "", None),
        ("P1", "a", "", None),
        ("P2", "a", "", None),
        ("P3", "b", "", None),
        ("P4", "b", "", None),
    )
    assert asked(table)["group", "a", ""].units == (((0, 1),), ((2,),), ((3,),), ((4,),))


def test_a_time_that_no_other_group_has_is_compared_with_all_other_patients():
    rows = [("M1", "m", "dx", "1"), ("M2", "m", "dx", "2"), ("M3", "m", "dx", "1"), ("C1", "c", "dx", "2")]
    rows += [("C2", "c", "dx", "1"), ("M1", "m", "relapse", "1"), ("M2", "m", "relapse", "2")]
    question = asked(sheet(*rows))["group", "m", "relapse"]
    assert question.against == "all other patients"
    assert question.units == (((5,),), ((6,),), ((2,),), ((3,),), ((4,),))  # without M1 and M2 at diagnosis
    assert question.own == ((0,), (1,))


def test_times_are_compared_within_patients():
    rows = [(f"P{i}", "m", time, "1") for i in range(3) for time in ("dx", "relapse")] + [("P9", "m", "dx", "1")]
    question = asked(sheet(*rows))["time", "m", "relapse"]
    assert len(question.units) == 6  # P9 was seen once: it says nothing
    assert [len(set(question.inside[question.strata == s])) for s in np.unique(question.strata)] == [2, 2, 2]


def test_times_within_patients_and_batches():
    rows = [(f"P{i}", "m", time, batch) for i in range(3) for time, batch in (("dx", "1"), ("relapse", "12"[i > 0]))]
    question = asked(sheet(*rows))["time", "m", "relapse"]
    assert question.strata.tolist() == question.patients.tolist() == [0, 0, 1, 1, 2, 2]
    assert [len(set(question.inside[question.within == s])) for s in question.within] == [2, 2, 1, 1, 1, 1]


def test_two_patients_seen_twice_among_others_are_not_compared():
    rows = [("P1", "m", "dx", "1"), ("P1", "m", "relapse", "1"), ("P2", "m", "dx", "1"), ("P3", "m", "relapse", "1")]
    assert not [q for q in questions(sheet(*rows)) if q.kind == "time"]


def test_group_that_is_its_batch_is_confounded():
    rows = [(f"P{i}", "ab"[i // 3], "", "xy"[i // 3]) for i in range(6)]
    assert all(question.confounded for question in questions(sheet(*rows)))
    rows[0] = ("P0", "a", "", "y")
    assert not any(question.confounded for question in questions(sheet(*rows)))


def test_a_patient_of_two_batches_is_of_neither():
    rows = [(f"P{i}", "a", "", "2") for i in range(3)]
    rows += [(f"Q{i}", "b", time, batch) for i in range(3) for time, batch in (("x", "2"), ("y", "1"))]
    question = asked(sheet(*rows))["group", "a", ""]
    assert set(question.strata[question.inside]).isdisjoint(question.strata[~question.inside])
    assert question.confounded


def test_visits_of_a_patient_who_changed_groups_are_her_own():
    rows = [("P1", "a", "", None), ("P2", "a", "", None), ("P1", "b", "", None), ("P3", "b", "", None)]
    question = asked(sheet(*rows, ("P4", "b", "", None)))["group", "a", ""]
    assert question.rows(inside=False) == [3, 4]
    assert question.own == ((2,),)


def test_a_batch_a_patient_is_no_batch():
    rows = [(f"P{i}", "ab"[i // 3], "", f"day {i}") for i in range(6)]
    question = questions(sheet(*rows))[0]
    assert not question.confounded
    assert set(question.strata) == {0}


def test_one_patient_a_side_is_no_question():
    assert questions(sheet(("P1", "a", "", None), ("P2", "b", "", None))) == []


def test_one_group_or_none_is_no_question():
    assert questions(sheet(*[(f"P{i}", "a", "", None) for i in range(4)])) == []
    assert questions(pd.DataFrame(index=["S1", "S2", "S3"])) == []
