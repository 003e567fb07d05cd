"""Many notes in few lines."""

from cytoclust.terminal import group_notes


def test_notes_that_differ_in_names_and_numbers_are_one() -> None:
    notes = [f"left out: /data/S{i}.fcs has {i} events." for i in range(40)] + ["CD3 was left out."]
    assert group_notes(notes) == ["left out: /data/S0.fcs has 0 events. (and 39 more like it)", "CD3 was left out."]


def test_of_many_kinds_the_rest_is_counted() -> None:
    notes = [f"{letter} is odd" for letter in "abcdefghijkl"] + ["l is odd"]
    told = group_notes(notes)
    assert len(told) == 9
    assert told[-1] == "5 more notes are in run.json"
    assert group_notes([]) == []


def test_thresholds_that_part_nothing_are_each_shown_first() -> None:
    asked = [f"The threshold given for CD{i}, 1000, parts nothing: no cluster reaches it." for i in range(10)]
    told = group_notes([f"{letter} is odd" for letter in "abcdefghijkl"] + asked)
    assert told[:10] == asked
    assert told[-1] == "4 more notes are in run.json"
