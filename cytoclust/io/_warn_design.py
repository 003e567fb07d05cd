"""What in a sheet would quietly change who is compared with whom."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cytoclust import keys
from cytoclust.errors import warn
from cytoclust.io._types import Sample

__all__ = ["warn_design"]

_BY: Final = "cytoclust.io.read_sheet"


def warn_design(sheet: Path, samples: Sequence[Sample]) -> None:
    """Warn of words that differ by case alone, of some empty batches, and of a patient in two groups at one time."""
    for column in keys.SHEET_COLUMNS:
        _warn_alike(sheet, column, [word for sample in samples if (word := getattr(sample, column))])
    empty = sum(not sample.batch for sample in samples)
    if 0 < empty < len(samples):
        warn(
            f"{sheet}, column {keys.BATCH}: it is empty in {empty} of {len(samples)} samples, which are taken as one "
            "batch; name their batches if they were not measured together.",
            by=_BY,
        )
    groups: dict[tuple[str, str], list[str]] = {}
    for sample in samples:
        if sample.patient_id and sample.group:
            groups.setdefault((sample.patient_id, sample.timepoint or ""), []).append(sample.group)
    for (patient, time), several in groups.items():
        names = list(dict.fromkeys(several))
        if len(names) > 1:
            when = f" at {time}" if time else ""
            warn(
                f"{sheet}: patient {patient!r} is in the groups {' and '.join(map(repr, names))}{when} and counts on "
                "one side of a comparison only; if these are two patients, give them two names.",
                by=_BY,
            )


def _warn_alike(sheet: Path, column: str, words: Sequence[str]) -> None:
    """They would part what is one group."""
    spelt: dict[str, str] = {}
    for word in dict.fromkeys(words):
        if (first := spelt.setdefault(word.casefold(), word)) != word:
            warn(
                f"{sheet}, column {column}: {first!r} and {word!r} differ by case alone and are taken for two; "
                "spell them alike if they are one.",
                by=_BY,
            )
