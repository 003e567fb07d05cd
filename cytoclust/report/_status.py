"""Whether a sample has a population, as a sign and a word."""

from typing import Any

from cytoclust import keys
from cytoclust.report._blocks import Cell

__all__ = ["CANNOT", "STYLES", "SYMBOLS", "WHY", "status_cell"]

QUANTIFIED, DETECTED, TRACE, NOT_DETECTED, NOT_EVALUABLE = keys.STATUSES
SYMBOLS = {QUANTIFIED: "●", DETECTED: "○", TRACE: "◇", NOT_DETECTED: "▽", NOT_EVALUABLE: "×"}
STYLES = {QUANTIFIED: "detected", DETECTED: "detected", TRACE: "trace", NOT_DETECTED: "absent", NOT_EVALUABLE: "unsure"}
CANNOT = "cannot tell"
WHY = dict(
    zip(
        keys.UNTOLD,
        (
            "these data do not tell a marker that it needs",
            "its parent was not seen above background, or cannot be told itself",
            "a sibling cannot be named, and its cells are counted here",
            "it gathers others of which one cannot be named",
        ),
        strict=True,
    )
)


def status_cell(value: Any, why: Any = "") -> Cell:
    """A status with its sign; what has no name in these data cannot be told."""
    status = str(value)
    if why == keys.UNTOLD[0]:
        return Cell(f"{SYMBOLS[NOT_EVALUABLE]} {CANNOT}", CANNOT, STYLES[NOT_EVALUABLE], WHY[why])
    return Cell(f"{SYMBOLS.get(status, '')} {status}", status, STYLES.get(status, ""))
