"""What is asked of comparisons, and of which cohorts."""

from dataclasses import dataclass
from typing import Final, Literal

from benchmarks.validity.counts import Design

__all__ = ["CASES", "Case"]

Asked = Literal["false", "supported", "suggestive", "never", "nothing", "never only"]


@dataclass(frozen=True)
class Case:
    """One kind of cohort.

    Attributes
    ----------
    criterion
        Number of what is asked, as on the page.
    design
        The cohort.
    asked
        ``false``: a false claim at most, ``supported`` or ``suggestive``: what was planted at least, in this share of
        cohorts (``limit``); ``never`` supported; ``nothing``: no claim and no p; ``never only``: never said of it.
    """

    criterion: str
    design: Design
    asked: Asked
    limit: float = 0.0


NULL: Final = 0.05

CASES: Final[dict[str, Case]] = {
    "6/4/4, three batches": Case("1", Design((6, 4, 4), 3), "false", NULL),
    "8 v 8, uneven batches, 3-fold depth": Case("1", Design((8, 8), 2, depth=3, uneven=True), "false", NULL),
    "6 v 8, 10 times deeper": Case("1", Design((6, 8), depth=10), "false", NULL),
    "6 v 8, 10 times shallower": Case("1", Design((6, 8), depth=0.1), "false", NULL),
    "6/4/4, half lack each rare one": Case("1", Design((6, 4, 4), lacking=0.5), "false", NULL),
    "6 v 8, unnamed tumour of 0–60 %": Case("1", Design((6, 8), tumour=0.6), "false", NULL),
    "4 v 4": Case("1", Design((4, 4)), "false", NULL),
    "4 v 4, two batches": Case("1", Design((4, 4), 2), "false", NULL),
    "4 v 4, two batches far apart": Case("1+", Design((4, 4), 2, steps=1.0), "false", NULL),
    "15 v 15": Case("1", Design((15, 15)), "false", NULL),
    "6 v 8, half lack each rare one, 10 times deeper": Case("1+", Design((6, 8), depth=10, lacking=0.5), "false", NULL),
    "15 v 15, half lack each rare one, 10 times deeper": Case(
        "1+", Design((15, 15), depth=10, lacking=0.5), "false", NULL
    ),
    "8 pairs": Case("5", Design((8,), visits=True), "false", NULL),
    "8 pairs, 10-fold depth": Case("5", Design((8,), visits=True, depth=0.1), "false", NULL),
    "6 v 8, only, 40 events": Case("2", Design((6, 8), only=40), "supported", 0.95),
    "6/4/4, only, 40 events": Case("2", Design((6, 4, 4), only=40), "supported", 0.95),
    "6/4/4, three batches, only, 40 events": Case("2", Design((6, 4, 4), 3, only=40), "supported", 0.95),
    "6 v 8, only, 10 events": Case("2", Design((6, 8), only=10), "supported", 0.85),
    "6 v 8, only, 40 events, 10 times shallower": Case("2", Design((6, 8), only=40, depth=0.1), "supported", 0.90),
    "6 v 8, only, 400 events (40 at the others' depth), 10 times deeper": Case(
        "2", Design((6, 8), only=400, depth=10), "supported", 0.90
    ),
    "6 v 8, only, 40 events (4 at the others' depth), 10 times deeper": Case(
        "2", Design((6, 8), only=40, depth=10), "supported", 0.90
    ),
    "6 v 8, only, 40 events, tumour 0–60 %": Case("2", Design((6, 8), only=40, tumour=0.6), "supported", 0.90),
    "6 v 8, only, 40 events, 150 clusters": Case("2", Design((6, 8), only=40, subjects=150), "supported", 0.90),
    "4 v 4, only, 40 events": Case("3", Design((4, 4), only=40), "supported", 0.80),
    "4 v 4, two batches, only, 40 events": Case("3", Design((4, 4), 2, only=40), "supported", 0.80),
    "8 v 8, tenfold": Case("3", Design((8, 8), times=10), "supported", 0.85),
    "15 v 15, fourfold": Case("3", Design((15, 15), times=4), "supported", 0.75),
    "3 v 3, only, 40 events": Case("4", Design((3, 3), only=40), "suggestive", 0.70),
    "2 v 2, only, 40 events": Case("4", Design((2, 2), only=40), "never"),
    "6 v 8, group = batch, only, 40 events": Case("4", Design((6, 8), 2, only=40, confounded=True), "nothing"),
    "6 pairs, only, 40 events": Case("5", Design((6,), visits=True, only=40), "supported", 0.90),
    "10 pairs, only, 40 events": Case("5", Design((10,), visits=True, only=40), "supported", 0.90),
    "8 v 8, tenfold, others 2 events": Case("7", Design((8, 8), times=10, base=2), "never only"),
    "8 v 8, fortyfold, others 2 events": Case("7", Design((8, 8), times=40, base=2), "never only"),
    "4 v 4, one lineage 14 to 38 %, patients alike": Case(
        "8", Design((4, 4), lineage=True, spread=0.3), "supported", 0.80
    ),
}
"""Criteria 1 to 5, 7 and 8 by name of the cohort. ``1+`` is beyond what the study asked."""
