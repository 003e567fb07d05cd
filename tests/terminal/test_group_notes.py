"""Many notes in few lines."""

from cytoclust.findings import KINDS, Finding
from cytoclust.record import notes_of
from cytoclust.terminal import group_notes

KINDS_OF_FILES = [
    Finding("no channel name", keyword="$P1N", name="P1"),
    Finding("channels renamed", names=["A (2)"]),
    Finding("no channel range", keyword="$P1R", found="'0'"),
    Finding("zero of decades"),
    Finding("no mode"),
    Finding("text not utf-8", encoding="Windows-1252"),
    Finding("empty values", keywords=["$OP"]),
    Finding("no event count", events=3),
    Finding("further data sets", read=1),
    Finding("bytes after events", bytes=2),
]


def left_out(i: int) -> Finding:
    return Finding("sample left out", why=f"/data/S{i}.fcs has {i} events.")


def test_notes_of_one_kind_are_one_line() -> None:
    notes = [left_out(i) for i in range(40)] + [Finding("channel left out", name="CD3", having=1, files=3)]
    lines = ["left out: /data/S0.fcs has 0 events. (and 39 more like it)", "CD3 was left out: 1 of 3 files have it."]
    assert group_notes(notes) == group_notes(notes_of(notes)) == lines


def test_of_many_kinds_the_rest_is_counted() -> None:
    told = group_notes([*KINDS_OF_FILES, KINDS_OF_FILES[-1]])
    assert told == [*map(str, KINDS_OF_FILES[:8]), "3 more notes are in run.json"]
    assert group_notes([]) == []


def test_thresholds_that_part_nothing_are_each_shown_first() -> None:
    asked = [Finding("threshold beyond clusters", marker=f"CD{i}", threshold=1e3, low=0, high=5) for i in range(10)]
    told = group_notes([*KINDS_OF_FILES, *asked])
    assert told[:10] == [str(each) for each in asked]
    assert told[-1] == "2 more notes are in run.json"


def test_what_is_alike_does_not_depend_on_words(monkeypatch) -> None:
    notes = [left_out(0), Finding("no mode"), left_out(1)]
    monkeypatch.setitem(KINDS, "sample left out", KINDS["no mode"])
    assert group_notes(notes) == [f"{Finding('no mode')} (and 1 more like it)", str(Finding("no mode"))]
