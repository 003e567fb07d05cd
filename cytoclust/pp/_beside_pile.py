"""What lies beside a pile of equal values."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Beside", "beside_pile"]

FEWEST = 20
"""Equal values that are a pile. Derived: of so many continuous signals as are pooled a handful are equal, at most."""
SHARE = 0.001
"""Of the events, in a pile. Chosen: see sensitivity."""
WINDOW = 0.01
"""Of the events, in the windows by which the density beside a pile is told. Chosen: see sensitivity."""
FIRST = 50
"""Events in the first of these windows; each further one holds twice as many, up to the full size. Derived: two such
counts differ by half by chance once in three thousand times."""
GAP = 0.5
"""Of the first window, without an event: what lies beyond is apart from the pile. Derived: the widest gap between so
many even events is a tenth, and a third where they begin at nothing."""
RISE = 1.25
"""Density of a mode over that beside the pile, from which on it is a mode. Chosen: see sensitivity."""
HALF_AT = 1.1774
"""Standard deviations from its middle at which a normal density is half as high. Derived: √(2 ln 2)."""


@dataclass(frozen=True)
class Beside:
    """The events on one side of a pile, up to where they are half as dense as at their densest.

    Attributes
    ----------
    density
        Events per unit next to the pile; 0 where there are none.
    mode
        How far from the pile they are densest; 0 where density does not rise from there.
    spread
        Standard deviation of a normal that falls to its half as they do.
    within
        Events up to there.
    apart
        Whether a gap parts them from the pile.
    """

    density: float = 0.0
    mode: float = 0.0
    spread: float = 0.0
    within: int = 0
    apart: bool = True


def beside_pile(
    levels: NDArray[np.float64],
    counts: NDArray[np.int64],
    pile: int,
    side: int,
    widths: NDArray[np.float64] | None = None,
) -> Beside:
    """Look at the events on one side of level number ``pile``.

    Parameters
    ----------
    levels, counts
        Ascending values and the events at each (k,).
    pile, side
        Number of the level; 1 for above it, -1 for below.
    widths
        Of the step of each level (k,), where values are steps.
    """
    rows = slice(pile + 1, None) if side > 0 else slice(pile - 1 if pile else -len(levels) - 1, None, -1)
    away, events = np.abs(levels[rows] - levels[pile]), counts[rows]
    if not len(away):
        return Beside()
    if widths is not None:
        away = away + (widths[rows] - widths[pile]) / 2
    inside = np.cumsum(events)
    ends = _ends(inside, max(FIRST, WINDOW * counts.sum()))
    edges = np.concatenate([[0.0], away[ends]])
    height = np.diff(np.concatenate([[0], inside[ends]])) / np.maximum(np.diff(edges), 1e-300)
    highest = np.maximum.accumulate(height)
    low = np.flatnonzero(height < highest / 2)
    last = int(low[0]) if len(low) else len(height) - 1
    width = min(edges[last + 1] - edges[last], edges[last] - edges[max(last - 1, 0)] or np.inf)
    half = (
        float(edges[last] + width / 2) if len(low) else float(edges[-1])
    )  # a wide empty window falls off at its start
    top = int(np.argmax(height[: last + 1]))
    rises = height[top] > RISE * height[0]
    mode = float((edges[top] + edges[top + 1]) / 2) if rises else 0.0
    first = np.diff(np.concatenate([[0.0], away[: ends[0] + 1]]))
    return Beside(
        density=float(height[0]), mode=mode, spread=(half - mode) / HALF_AT,
        within=int(inside[ends[last]]), apart=bool(first.max() > GAP * first.sum() and len(first) > 2),
    )  # fmt: skip


def _ends(inside: NDArray[np.int64], size: float) -> NDArray[np.int64]:
    """Last level of each window, by the events up to each level (k,)."""
    total, wanted, width = int(inside[-1]), [], float(FIRST)
    at = 0.0
    while at + width < total:
        at += width
        wanted.append(at)
        width = min(2 * width if at > FIRST else width, size)
    return np.unique(np.append(np.searchsorted(inside, wanted), len(inside) - 1)).astype(np.int64)
