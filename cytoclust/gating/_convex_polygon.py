"""Convex polygons of few vertices."""

import numba
import numpy as np
import scipy
from numpy.typing import NDArray

__all__ = ["clip_to_box", "convex_hull", "inside_convex", "simplify"]

Vertices = NDArray[np.float64]
"""(k, 2), against the clock."""


def convex_hull(points: Vertices) -> Vertices:
    """The smallest convex polygon around points (n, 2) that are not on one line."""
    return np.asarray(points[scipy.spatial.ConvexHull(points).vertices], dtype=np.float64)


def simplify(polygon: Vertices, most: int) -> Vertices:
    """A convex polygon of at most ``most`` vertices: that which cuts least off is left out, again and again."""
    polygon = polygon.copy()
    while len(polygon) > most:
        before, after = np.roll(polygon, 1, axis=0), np.roll(polygon, -1, axis=0)
        polygon = np.delete(polygon, int(np.argmin(_twice_area(before, polygon, after))), axis=0)
    return polygon


def _twice_area(a: Vertices, b: Vertices, c: Vertices) -> NDArray[np.float64]:
    return np.abs((b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0]))


def inside_convex(polygon: Vertices, x: NDArray[np.floating], y: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Whether points, two of (n,), lie in a convex polygon or on its edge; one that is not a number does not."""
    found = np.empty(len(x), dtype=np.bool_)
    _fill_inside(polygon if _signed_area(polygon) >= 0 else polygon[::-1].copy(), x, y, found)
    return found


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _fill_inside(polygon: np.ndarray, x: np.ndarray, y: np.ndarray, found: np.ndarray) -> None:
    k = len(polygon)
    for i in range(len(x)):
        px, py = float(x[i]), float(y[i])
        within = True
        for j in range(k):
            x0, y0 = polygon[j, 0], polygon[j, 1]
            x1, y1 = polygon[(j + 1) % k, 0], polygon[(j + 1) % k, 1]
            if not (x1 - x0) * (py - y0) - (y1 - y0) * (px - x0) >= 0:
                within = False
                break
        found[i] = within


def _signed_area(polygon: Vertices) -> float:
    x, y = polygon.T
    return float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))) / 2


def clip_to_box(polygon: Vertices, low: NDArray[np.float64], high: NDArray[np.float64]) -> Vertices:
    """The part of a convex polygon within a box of corners ``low`` and ``high``, (2,) (Sutherland & Hodgman 1974)."""
    for axis in (0, 1):
        for sign, limit in ((1.0, low[axis]), (-1.0, high[axis])):
            polygon = _cut(polygon, axis, sign, float(limit))
    return polygon


def _cut(polygon: Vertices, axis: int, sign: float, limit: float) -> Vertices:
    """What lies on one side of a line parallel to an axis."""
    kept: list[NDArray[np.float64]] = []
    for first, second in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        far, near = sign * (first[axis] - limit), sign * (second[axis] - limit)
        if far >= 0:
            kept.append(first)
        if (far > 0 > near) or (far < 0 < near):
            kept.append(first + (second - first) * far / (far - near))
    return np.array(kept).reshape(-1, 2)
