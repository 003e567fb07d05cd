"""Findings about a sample sheet."""

from collections.abc import Mapping
from typing import Any, Final

from cytoclust.findings._kind import Kind
from cytoclust.words import listed

__all__ = ["SHEET"]


def _unknown_column(data: Mapping[str, Any]) -> str:
    hint = f"Did you mean {data['near']}?" if data["near"] else f"Known are {', '.join(data['known'])}."
    return f"{data['sheet']}: the column {data['column']!r} is not used. {hint}"


def _two_groups(data: Mapping[str, Any]) -> str:
    when = f" at {data['timepoint']}" if data["timepoint"] else ""
    return (
        f"{data['sheet']}: patient {data['patient']!r} is in the groups {listed([*map(repr, data['groups'])])}{when} "
        "and counts on one side of a comparison only; if these are two patients, give them two names."
    )


SHEET: Final = {
    "unknown column": Kind(_unknown_column),
    "file listed twice": Kind(
        "{sheet}, row {row}: the file {file} is listed twice; leave one out unless that is meant."
    ),
    "words alike": Kind(
        "{sheet}, column {column}: {first!r} and {second!r} differ by case alone and are taken for two; spell them "
        "alike if they are one."
    ),
    "some without batch": Kind(
        "{sheet}, column {column}: it is empty in {without} of {samples} samples, which are taken as one batch; name "
        "their batches if they were not measured together."
    ),
    "patient in two groups": Kind(_two_groups),
}
