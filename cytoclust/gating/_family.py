"""What a step of a sort could be: nested polygons on one pair of axes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytoclust.gating._convex_polygon import inside_convex
from cytoclust.gating._gate_events import GateEvents
from cytoclust.gating._nested_polygons import NestedPolygon
from cytoclust.gating._sort_step import SortStep

__all__ = ["Family", "gate_score"]

UNSEEN = 1.0
"""Events of others that may be in a gate beside those seen there. Chosen: few events prove no gate pure."""
YIELD_WEIGHT = 0.5
"""Of the logarithm of the yield beside that of the purity. Chosen: a cell lost is half as bad as a wrong one."""


@dataclass(frozen=True, eq=False)
class Family:
    """Polygons of one step, from wide to narrow, and the one chosen."""

    name: str
    pair: tuple[int, int]
    polygons: Sequence[NestedPolygon]
    chosen: int

    @property
    def kept(self) -> float:
        """Share of the population in the chosen one."""
        return self.polygons[self.chosen].kept

    def step(self) -> SortStep:
        """The step with the chosen polygon."""
        return SortStep(self.name, *self.pair, self.polygons[self.chosen].vertices)

    def within(self, events: GateEvents, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
        """(polygons, n): which of some events lie in each."""
        x, y = (events.values[rows, axis] for axis in self.pair)
        return np.array([inside_convex(each.vertices, x, y) for each in self.polygons])


def gate_score(
    target: NDArray[np.float64], others: NDArray[np.float64], kept: NDArray[np.float64], *, min_yield: float
) -> NDArray[np.float64]:
    """Log purity + ½ log yield of gates; −inf where less is kept than ``min_yield``.

    Parameters
    ----------
    target, others
        Events of the population, and other ones, in each gate.
    kept
        Share of the population in it.
    min_yield
        Least of it.
    """
    good = (target > 0) & (kept >= min_yield) & (kept > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.log(target / (target + others + UNSEEN)) + YIELD_WEIGHT * np.log(kept)
    return np.where(good, score, -np.inf)
