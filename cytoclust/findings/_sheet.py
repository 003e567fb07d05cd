"""Findings about a sample sheet, tables of events, and files beside each other."""

from collections.abc import Mapping
from typing import Any, Final

from cytoclust.findings._kind import Kind
from cytoclust.words import listed, plural, some

__all__ = ["SHEET"]


def _missing_values(data: Mapping[str, Any]) -> str:
    told = []
    for column, words in data["columns"].items():
        spelt = ", ".join(f"{n} {'empty' if not word else repr(word)}" for word, n in words.items())
        told.append(f"{column} {sum(words.values())} ({spelt})")
    own = "; a sample without a patient_id counts as a patient of its own" if "patient_id" in data["columns"] else ""
    return f"{data['sheet']}: values missing among {plural(data['samples'], 'sample')}: {listed(told)}{own}."


def _other_names(data: Mapping[str, Any]) -> str:
    told = [f"{cell!r} as {column}" for column, cell in data["columns"].items()]
    return f"{data['sheet']}: columns were read by other names: {listed(told)}."


def _set_aside(data: Mapping[str, Any]) -> str:
    why = {"words": "hold words", "index": "number the rows", "empty": "are empty"}
    told = [f"{some(data[kind], 6)} ({text})" for kind, text in why.items() if data[kind]]
    return f"Columns that are no channels were set aside: {'; '.join(told)}."


def _values_missing(data: Mapping[str, Any]) -> str:
    told = [f"{column} ({n:,})" for column, n in data["columns"].items()]
    return f"Values are missing in {some(told, 6)}: such events are set aside where the column is a signal."


def _two_groups(data: Mapping[str, Any]) -> str:
    when = f" at {data['timepoint']}" if data["timepoint"] else ""
    return (
        f"{data['sheet']}: patient {data['patient']!r} is in the groups {listed([*map(repr, data['groups'])])}{when} "
        "and counts on one side of a comparison only; if these are two patients, give them two names; if it is "
        "one, before and after something, say that in timepoint."
    )


def _without_signal(data: Mapping[str, Any]) -> str:
    how = "the same value in every event" if data["constant"] else "values far below those of the other samples"
    return f"{data['marker']} has {how} in {some(data['samples'], 4)}: it looks dead there, or was not stained."


SHEET: Final = {
    "unknown column": Kind("{sheet}: the column {column!r} is carried through and not used. Did you mean {near}?"),
    "columns by other names": Kind(_other_names),
    "missing values": Kind(_missing_values),
    "sheet not utf-8": Kind("{sheet} is not UTF-8 and was read as Windows-1252: look at its accents and umlauts."),
    "one worksheet": Kind("{sheet}: the worksheet {name!r} was read, of {of:all}."),
    "same events": Kind(
        "{first} and {second} hold the same events ({events:plural event}): one is a copy, and would count twice.",
        advice="leave one of them out, unless that is meant",
    ),
    "marker without signal": Kind(
        _without_signal, advice="look at its stain, detector and compensation, or leave the file out"
    ),
    "tables beside events": Kind(
        "{folder}: {files:some 4} may be tables of events and were passed over beside FCS files; name them to "
        "have them read."
    ),
    "sheet in folder": Kind(
        "{folder} holds a sheet, {files:some 4}, which was not read: give it in place of the folder."
    ),
    "data set not read": Kind("{file}: data set {number} cannot be read and was left out: {why}"),
    "data sets without events": Kind("{file}: data sets without events were left out: {numbers:all}."),
    "events twice in a file": Kind(
        "{file} holds the same events twice; data set {read}, which has them finer, was read, and {left} was left out."
    ),
    "several data sets": Kind("{file} holds several data sets; each is a sample of its own ({numbers:all})."),
    "columns set aside": Kind(_set_aside),
    "decimal commas": Kind("Numbers are written with decimal commas."),
    "values missing": Kind(_values_missing),
    "panel file read": Kind("{file} names the markers of {channels:plural channel}."),
    "panel file names others": Kind("{file} names channels that are not there: {names:some 6}."),
    "file listed twice": Kind(
        "{sheet}, row {row}: the file {file} is listed twice; leave one out unless that is meant."
    ),
    "words alike": Kind(
        "{sheet}, column {column}: {first!r} and {second!r} differ by case alone and are taken for two; spell them "
        "alike if they are one."
    ),
    "values alike": Kind(
        "{sheet}, column {column}: {first!r} and {second!r} may be one and are taken for two; spell them alike if so."
    ),
    "some without batch": Kind(
        "{sheet}, column {column}: it is empty in {without} of {samples} samples, which are taken as one batch; name "
        "their batches if they were not measured together."
    ),
    "patient in two groups": Kind(_two_groups),
}
