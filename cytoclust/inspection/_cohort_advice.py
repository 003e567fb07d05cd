"""What to do about files that differ, that cannot be read, or that nothing is known of."""

from collections.abc import Iterator, Sequence
from typing import Any

from cytoclust import keys
from cytoclust.findings import Finding

__all__ = ["cohort_advice"]


def cohort_advice(
    files: Sequence[dict[str, Any]],
    unread: Sequence[dict[str, str]],
    faults: Sequence[Finding],
    differences: Sequence[Finding],
    *,
    sheet: bool,
) -> list[Finding]:
    """What has to be done about; ``faults`` stop a run, ``sheet`` is whether one was given."""
    return [
        *([Finding("files not read", files=len(unread), sheet=sheet)] if unread else []),
        *faults,
        *_about_settings({each.code for each in differences}),
        *_about_design(files, sheet=sheet),
    ]


def _about_settings(differ: set[str]) -> Iterator[Finding]:
    if "matrices differ" in differ:
        yield Finding("matrix in some files")
    if differ & {"detectors differ", "instruments differ"}:
        yield Finding("settings differ")


def _about_design(files: Sequence[dict[str, Any]], *, sheet: bool) -> Iterator[Finding]:
    if not sheet:
        yield Finding("no sheet")
    elif not any(file[key] for file in files for key in (keys.GROUP, keys.TIMEPOINT)):
        yield Finding("no groups")
