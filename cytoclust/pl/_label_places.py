"""Where names stand on a map: near what they name, beside each other, and not on small things."""

import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from numpy.typing import NDArray

from cytoclust.pl.style import GREY, INK, safe_text

__all__ = ["place_labels", "write_labels"]

DIRECTIONS, DISTANCES = 16, (0.0, 0.3, 0.8, 1.4, 2.2, 3.2, 4.5, 6.0, 8.0)  # distances in heights of a label
GRID = 160  # cells a side, of what is hidden by a label
FEW = 12  # events, which the number of a cluster would hide
HIDDEN, OWN, AWAY, CLASH = 2.0, 3.0, 0.05, 100.0  # what hides events, hides all of its own, is far, is on a label


def write_labels(ax: Axes, points: np.ndarray, rows: dict[str, NDArray[np.int64]]) -> None:
    """The name of each category (its rows of ``points``) on the map, with a line to its densest part where it is away.

    Numbers, as of clusters, stand on their category; longer names beside small ones, so as not to hide them.
    """
    if not rows:
        return
    short = max(map(len, rows)) <= 3
    size = 7.0 if len(rows) <= 60 else 6.0
    pixel = ax.figure.dpi / 72
    texts = [safe_text(name, 24) for name in rows]
    ax.margins(0.04)
    ax.autoscale_view()
    boxes = np.array([[(len(text) * 0.62 + 0.3) * size, 1.25 * size] for text in texts]) * pixel
    on_screen = ax.transData.transform(points)
    centres = np.array([_centre(points[own]) for own in rows.values()])
    anchors = ax.transData.transform(centres)
    parts = [np.empty((0, 2)) if short and len(own) > FEW else on_screen[own] for own in rows.values()]
    places = place_labels(anchors, boxes, parts, frame=np.asarray(ax.get_window_extent().extents))
    drawn = ax.transData.inverted().transform(places)
    halo = [patheffects.withStroke(linewidth=2.4, foreground="white")]
    for text, centre, place, away in zip(texts, centres, drawn, _away(anchors, places, boxes), strict=True):
        line = {"arrowstyle": "-", "color": GREY, "linewidth": 0.6, "shrinkA": 3, "shrinkB": 0}
        ax.annotate(
            text, tuple(centre), xytext=tuple(place), ha="center", va="center", fontsize=size, color=INK,
            fontweight="bold" if short else "normal", path_effects=halo, zorder=4, annotation_clip=False,
            arrowprops=line if away > 4 * pixel else None,
        )  # fmt: skip


def place_labels(
    anchors: np.ndarray, boxes: np.ndarray, parts: list[np.ndarray], *, frame: np.ndarray
) -> NDArray[np.float64]:
    """Centres of boxes (n, 2: width, height) near the anchors (n, 2), no two on each other if there is any room.

    One after the other, those of few events first, each where it costs least: hidden events, those of its own
    more, and distance. ``parts`` are the events of each, ``frame`` is left, bottom, right, top; all in one unit.
    """
    hidden = _Hidden(parts, frame)
    angle = np.arange(DIRECTIONS) * (2 * np.pi / DIRECTIONS)
    around = np.column_stack([np.cos(angle), np.sin(angle)])
    places, taken = np.array(anchors, dtype=float), np.zeros(len(anchors), dtype=bool)
    for i in np.argsort([len(part) for part in parts], kind="stable"):
        box = boxes[i]
        rings = [around * (box / 2 + distance * box[1]) for distance in DISTANCES]
        tried = anchors[i] + np.concatenate([np.zeros((1, 2)), *rings])
        cost = AWAY * np.abs((tried - anchors[i]) / [box.sum(), box[1]]).sum(axis=1)
        cost += hidden.cost(tried, box, i)
        gap = np.abs(tried[:, None] - places[taken][None])
        cost += CLASH * (gap < (box + boxes[taken]) / 2).all(axis=2).sum(axis=1)
        outside = (
            (tried[:, 0] < frame[0]) | (tried[:, 0] > frame[2]) | (tried[:, 1] < frame[1]) | (tried[:, 1] > frame[3])
        )
        places[i] = tried[np.argmin(cost + CLASH * outside)]
        taken[i] = True
    return places


class _Hidden:
    """What a box would hide, from summed-area tables."""

    def __init__(self, parts: list[np.ndarray], frame: np.ndarray) -> None:
        self.low = frame[:2]
        self.step = (frame[2:] - frame[:2]) / GRID
        grids = [self._count(part) for part in parts]
        whole = np.sum([grid > 0 for grid in grids], axis=0) > 0 if grids else np.zeros((GRID, GRID), bool)
        self.all = self._summed(whole)
        self.own = [self._summed(grid) for grid in grids]
        self.number = [len(part) for part in parts]

    def cost(self, centres: np.ndarray, box: np.ndarray, which: int) -> np.ndarray:
        if not self.number[which]:
            return np.zeros(len(centres))
        first, last = (
            np.clip(np.round((centres + side * box / 2 - self.low) / self.step), 0, GRID).astype(int)
            for side in (-1, 1)
        )
        cells = max((box / self.step).prod(), 1)
        hidden = _within(self.all, first, last) / cells
        return HIDDEN * hidden + OWN * _within(self.own[which], first, last) / self.number[which]

    def _count(self, part: np.ndarray) -> np.ndarray:
        cells = np.floor((part - self.low) / self.step).astype(int)
        cells = cells[((cells >= 0) & (cells < GRID)).all(axis=1)]
        return np.bincount(cells[:, 0] * GRID + cells[:, 1], minlength=GRID * GRID).reshape(GRID, GRID)

    @staticmethod
    def _summed(grid: np.ndarray) -> np.ndarray:
        return np.pad(grid.astype(np.int64).cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))


def _within(table: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    (a, b), (c, d) = first.T, last.T
    return table[c, d] - table[a, d] - table[c, b] + table[a, b]


def _away(anchors: np.ndarray, places: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Distance from the edge of each box to its anchor."""
    return np.hypot(*np.maximum(np.abs(anchors - places) - boxes / 2, 0).T)


def _centre(points: np.ndarray) -> np.ndarray:
    """An event in the densest part of a category: a label always stands on events, also of scattered categories."""
    counts, x, y = np.histogram2d(points[:, 0], points[:, 1], bins=12)
    column, row = np.unravel_index(counts.argmax(), counts.shape)
    inside = (np.searchsorted(x[1:-1], points[:, 0], "right") == column) & (
        np.searchsorted(y[1:-1], points[:, 1], "right") == row
    )
    middle = np.median(points[inside], axis=0)
    return points[np.argmin(((points - middle) ** 2).sum(axis=1))]
