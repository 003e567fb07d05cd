"""What to do about files that differ, that cannot be read, or that nothing is known of."""

from collections.abc import Iterator, Sequence
from typing import Any

from cytoclust import keys

__all__ = ["cohort_advice"]


def cohort_advice(
    files: Sequence[dict[str, Any]],
    unread: Sequence[dict[str, str]],
    faults: Sequence[str],
    differences: Sequence[str],
    *,
    sheet: bool,
) -> list[dict[str, str]]:
    """What was ``found`` and what to ``do``; ``faults`` stop a run, ``sheet`` is whether one was given."""
    steps = [
        *_about_files(unread, faults, sheet=sheet),
        *_about_settings(differences),
        *_about_design(files, sheet=sheet),
    ]
    return [{"found": found, "do": do} for found, do in steps]


def _about_files(unread: Sequence[dict[str, str]], faults: Sequence[str], *, sheet: bool) -> Iterator[tuple[str, str]]:
    if unread:
        number = "1 file" if len(unread) == 1 else f"{len(unread)} files"
        out = "leave them out with --on-error skip" if sheet else "take them out of the folder, or list the others"
        yield f"{number} cannot be read", f"export again, or {out}"
    for fault in faults:
        yield fault, "a run would stop here; --on-error skip leaves such files out"


def _about_settings(differences: Sequence[str]) -> Iterator[tuple[str, str]]:
    if any(text.startswith("spillover matrix") for text in differences):
        yield (
            "some files have a spillover matrix and some have none",
            "give one for all with --set compensate.matrix=FILE.csv, unless they are known to be compensated",
        )
    if any(text.startswith(("detector", "instrument")) for text in differences):
        yield (
            "instruments or detector settings differ between files",
            "give each setting a name of its own in the column batch of the sheet: thresholds are then taken by batch, "
            "and differences between batches are not mistaken for differences between groups",
        )


def _about_design(files: Sequence[dict[str, Any]], *, sheet: bool) -> Iterator[tuple[str, str]]:
    if not sheet:
        yield (
            "nothing is known of patients, groups and time points",
            "to compare them, write a sheet: a CSV file with the columns sample_id, path, patient_id, group, timepoint "
            "and batch, as far as you have them, and a row for each file",
        )
    elif not any(file[key] for file in files for key in (keys.GROUP, keys.TIMEPOINT)):
        yield (
            "the sheet has no groups or time points",
            "nothing is compared without them: add the column group or timepoint",
        )
