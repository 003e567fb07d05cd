"""Convex polygons that hold ever less of a population, and ever less of what surrounds it."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import label

from cytoclust.gating._convex_polygon import clip_to_box, convex_hull, inside_convex, simplify
from cytoclust.gating._pair_density import CELLS, PairDensity

__all__ = ["KEPT", "MOST_VERTICES", "NestedPolygon", "nested_polygons"]

KEPT: Final = (0.999, 0.997, 0.995, 0.99, 0.985, 0.98, 0.97, 0.96, 0.94, 0.92, 0.9, 0.85, 0.8, 0.75, 0.7, 0.6, 0.5)
"""Shares of the smoothed population in the region that a polygon is drawn around. Chosen: what a gate may lose."""
MOST_VERTICES: Final = 8
"""Of a polygon. Convention: what a sorter's operator draws by hand."""
SPECK: Final = 0.01
"""Share of the population in a region apart from the others, below which no polygon is stretched over to it. Chosen."""


@dataclass(frozen=True, eq=False)
class NestedPolygon:
    """One of them.

    Attributes
    ----------
    vertices
        (k, 2) on the two axes, k at most 8.
    kept
        Share of the smoothed population within.
    others
        Smoothed events within that are not of it.
    """

    vertices: NDArray[np.float64]
    kept: float
    others: float


def nested_polygons(
    density: PairDensity, low: NDArray[np.float64], high: NDArray[np.float64], *, least: float
) -> list[NestedPolygon]:  # fmt: skip
    """A polygon for each of ``KEPT`` from ``least`` on, around the cells of greatest likelihood ratio with so much.

    By Neyman and Pearson no other region holds as much of the population and less of the others; the polygon is its
    convex hull.

    Parameters
    ----------
    density
        Over two axes.
    low, high
        (2,): a sorter can draw between these.
    least
        Share of the population that is kept at least.
    """
    total = density.target.sum()
    if total <= 0:
        return []
    order = np.argsort(-density.ratio, axis=None, kind="stable")
    mass = np.cumsum(density.target.ravel()[order]) / total
    centres = np.indices((CELLS, CELLS)).reshape(2, -1) + 0.5
    found = []
    for share in (each for each in KEPT if each >= least):
        region = np.zeros(CELLS * CELLS, dtype=bool)
        region[order[: int(np.searchsorted(mass, share)) + 1]] = True
        corners = _corners(_without_specks(region.reshape(CELLS, CELLS), density.target))
        on_grid = simplify(convex_hull(corners), MOST_VERTICES)
        vertices = clip_to_box(density.to_axes(on_grid), low, high)
        if len(vertices) < 3 or np.ptp(vertices, axis=0).min() <= 0:
            continue
        within = inside_convex(on_grid, *centres)
        found.append(
            NestedPolygon(
                simplify(vertices, MOST_VERTICES),
                float(density.target.ravel()[within].sum() / total),
                float(density.others.ravel()[within].sum()),
            )
        )
    return found


def _without_specks(region: NDArray[np.bool_], target: NDArray[np.float64]) -> NDArray[np.bool_]:
    """The region without parts that hold hardly anything."""
    parts, number = label(region)
    mass = np.bincount(parts.ravel(), target.ravel(), minlength=number + 1)
    mass[0] = 0
    return np.asarray((mass >= SPECK * mass.sum())[parts] & region)


def _corners(region: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Corners of the first and last cell of each row: their hull is that of the region."""
    rows = np.flatnonzero(region.any(axis=1))
    first = region[rows].argmax(axis=1)
    last = CELLS - region[rows, ::-1].argmax(axis=1)
    ends = [np.column_stack([rows + step, column]) for step in (0, 1) for column in (first, last)]
    return np.concatenate(ends).astype(np.float64)
