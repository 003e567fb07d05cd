"""Findings about comparisons of amounts: the notes of ``contrasts.csv``."""

from collections.abc import Mapping
from typing import Any, Final

from cytoclust.findings._kind import Kind

__all__ = ["COMPARISONS"]


def _no_p(data: Mapping[str, Any]) -> str:
    where = "two batches, always in one order" if data["paired"] else "no batch that holds both sides"
    return f"no p: {where}, so that batch and effect cannot be told apart"


COMPARISONS: Final = {
    # who is compared
    "seen on one side": Kind("patients seen on one side only ({n}) are left out"),
    "seen on both sides": Kind("patients seen on both sides ({n}) are left out"),
    "too few events": Kind(
        "patients with fewer than {least} events of it ({n}) are left out",
        meaning="too few patients have events enough of it",
    ),
    "adjusted": Kind("adjusted for {columns:and}"),
    # why there is no p, or none that tells; `meaning` is of many rows together
    "too few patients": Kind(
        "too few patients: p cannot be below {least_p:.2g}",
        meaning="with so few patients no p can be small enough",
    ),
    "no p for covariate": Kind(
        "no p: {column} separates the two sides, so that it and the effect cannot be told apart",
        meaning="a covariate separates the two sides",
    ),
    "no p": Kind(_no_p, meaning="group and batch, or time and batch, cannot be told apart"),
}
