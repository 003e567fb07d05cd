"""One gate of a sort."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytoclust.gating._convex_polygon import inside_convex

__all__ = ["SortStep"]


@dataclass(frozen=True, eq=False)
class SortStep:
    """A convex polygon on two axes: all events within go on to the next step.

    Attributes
    ----------
    name
        ``singlets`` or ``viable`` of the first ones; empty of others.
    x, y
        Indices of the axes.
    vertices
        (k, 2), at most eight.
    """

    name: str
    x: int
    y: int
    vertices: NDArray[np.float64]

    def holds(self, values: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Which events (n, d) lie within, (n,)."""
        return inside_convex(self.vertices, values[:, self.x], values[:, self.y])
