"""What in a sheet would quietly change who is compared with whom."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from cytoclust import keys
from cytoclust.findings import Finding
from cytoclust.io._types import Sample

__all__ = ["check_design"]

_NUMBER: Final = re.compile(r"\d{1,9}(?:[.,]\d{1,6})?")
_DAYS: Final = (
    (re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?: 00:00(?::00)?)?"), "ymd"),
    (re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})"), "dmy"),
)
"""Slashes may stand between day and month in either order, and are not compared."""


def check_design(sheet: str, samples: Sequence[Sample]) -> Iterator[Finding]:
    """Words that differ by case or spelling alone, some empty batches, and a patient in two groups at one time."""
    for column in keys.SHEET_COLUMNS:
        yield from _alike(sheet, column, [word for sample in samples if (word := getattr(sample, column))])
    without = sum(not sample.batch for sample in samples)
    if 0 < without < len(samples):
        yield Finding(
            "some without batch", sheet=sheet, column=keys.BATCH, without=without, samples=len(samples)
        )  # fmt: skip
    groups: dict[tuple[str, str], list[str]] = {}
    for sample in samples:
        if sample.patient_id and sample.group:
            groups.setdefault((sample.patient_id, sample.timepoint or ""), []).append(sample.group)
    for (patient, time), several in groups.items():
        names = list(dict.fromkeys(several))
        if len(names) > 1:
            yield Finding("patient in two groups", sheet=sheet, patient=patient, groups=names, timepoint=time)


def _alike(sheet: str, column: str, words: Sequence[str]) -> Iterator[Finding]:
    """They would part what is one group."""
    spelt: dict[str, str] = {}
    valued: dict[str, str] = {}
    for word in dict.fromkeys(words):
        if (first := spelt.setdefault(word.casefold(), word)) != word:
            yield Finding("words alike", sheet=sheet, column=column, first=first, second=word)
        elif (first := valued.setdefault(_value(word), word)) != word:
            yield Finding("values alike", sheet=sheet, column=column, first=first, second=word)


def _value(word: str) -> str:
    """What makes two spellings one number or one day; other words are what they are."""
    if word.isascii() and _NUMBER.fullmatch(word):
        return f"number {float(word.replace(',', '.')):g}"
    for pattern, order in _DAYS:
        if found := pattern.fullmatch(word):
            parts = dict(zip(order, map(int, found.groups()), strict=True))
            return "day {y}-{m}-{d}".format(**parts)
    return "word " + "".join(letter for letter in word.casefold() if letter.isalnum())
