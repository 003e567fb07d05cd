"""Each gate drawn as wide as is best beside the others."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cytoclust.gating._family import Family, gate_score
from cytoclust.gating._gate_events import GateEvents

__all__ = ["settle"]

SWEEPS: Final = 4
"""Times that every gate is drawn wider or narrower beside the others, at most. Chosen: it settles after two."""


def settle(
    events: GateEvents, families: Sequence[Family], *, min_yield: float
) -> tuple[tuple[Family, ...], float]:  # fmt: skip
    """The families with the best polygon of each beside the others', and the score of all together.

    Others are counted as they fall into the gates; the population's yield is the product of what each polygon keeps of
    its smoothed density, which foretells that of new events better than the share of those that it was drawn around.
    """
    rows = np.arange(len(events), dtype=np.intp)
    for family in families:
        rows = rows[family.within(events, rows).any(axis=0)]
    within = [family.within(events, rows) for family in families]
    target, weight = events.target[rows], events.weight[rows]
    chosen, best = [family.chosen for family in families], -np.inf
    for _ in range(SWEEPS):
        before = list(chosen)
        for number, family in enumerate(families):
            rest = _all_but(within, chosen, number, len(rows))
            others_kept = np.prod([each.polygons[chosen[at]].kept for at, each in enumerate(families) if at != number])
            mine = within[number] & rest
            scores = gate_score(
                (mine & target) @ weight,
                (mine & ~target) @ weight,
                np.array([each.kept for each in family.polygons]) * others_kept,
                min_yield=min_yield,
            )
            chosen[number], best = int(np.argmax(scores)), float(scores.max())
        if chosen == before:
            break
    return tuple(replace(each, chosen=level) for each, level in zip(families, chosen, strict=True)), best


def _all_but(
    within: Sequence[NDArray[np.bool_]], chosen: Sequence[int], number: int, size: int
) -> NDArray[np.bool_]:  # fmt: skip
    """Events in the chosen polygon of every other step."""
    rest = np.ones(size, dtype=bool)
    for other, level in enumerate(chosen):
        if other != number:
            rest &= within[other][level]
    return rest
