"""Patients in two halves."""

from cytoclust.comparison._halves import halves


def test_every_group_is_in_both_halves_and_nobody_twice() -> None:
    groups = {f"P{i}": "a" if i < 4 else "b" for i in range(1, 11)}
    first, second = halves(groups)
    assert first | second == set(groups)
    assert not first & second
    for half in (first, second):
        assert {groups[patient] for patient in half} == {"a", "b"}
        assert len(half) == 5


def test_the_order_in_which_patients_are_named_changes_nothing() -> None:
    groups = {f"P{i}": "" for i in range(12)}
    assert halves(groups) == halves(dict(reversed(groups.items())))
    assert halves({"P1": ""}) == (frozenset({"P1"}), frozenset())
