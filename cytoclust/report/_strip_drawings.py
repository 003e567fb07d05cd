"""The gates of a sample and where its populations lie, small, as places for the templates."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.pl.scales import axis_ticks
from cytoclust.report._gather import Inputs
from cytoclust.report._grid_image import dots, grid_image
from cytoclust.report._patient_drawings import DOTS, population_colours
from cytoclust.words import count, percent

__all__ = ["BACK", "Gate", "Strips"]

SIDE: Final = 132.0  # CSS pixels of a picture
PIXELS_PER_INCH: Final = 96.0
ROOM: Final = 22.0  # CSS pixels between ticks, at least
ASIDE: Final = "#d55e00"
BACK: Final = ("scatter", "CD45")  # views of populations, not of checks
TITLES: Final = {"time": "Time", "debris": "Debris", "dead": "Live", "doublet": "Singlets"}
RAISED: Final = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


@dataclass(frozen=True)
class Gate:
    """A picture; places are in a square of ``side`` with y from above.

    ``title`` says which gate, ``lost`` what it sets aside, or ``none``; ``layers`` are populations: name, colour,
    events, dots.
    """

    view: str
    title: str
    lost: str
    x: str
    y: str
    image: str
    lines: list[str]
    layers: list[tuple[str, str, int, str]]
    x_ticks: list[tuple[float, str]]
    y_ticks: list[tuple[float, str]]
    told: str
    side: float = SIDE


class Strips:
    """``uns["densities"]["strips"]``, as drawn."""

    def __init__(self, inputs: Inputs):
        slot = inputs.densities.get("strips", {})
        self.known = isinstance(slot, Mapping) and bool(slot)
        if not self.known:
            return
        self._adata, self._colours, self._bins = inputs.adata, population_colours(inputs), int(slot["bins"])
        axes = slot["axes"]
        self._axes = {(str(row["view"]), str(row["axis"])): row for row in axes.to_dict("records")}
        self.views = list(dict.fromkeys(axes["view"].astype(str)))
        self._totals = {str(row[keys.SAMPLE]): max(int(row["total"]), 1) for row in inputs.run.events}
        self._grids = _grids(slot["cells"])
        lines = slot["lines"]
        by = [lines[name].astype(str) for name in (keys.SAMPLE, "view")]
        self._lines: dict[Any, pd.DataFrame] = dict(iter(lines.groupby(by))) if len(lines) else {}
        self._ticks = {key: self._axis_ticks(row) for key, row in self._axes.items()}

    def draw(self, sample: str) -> list[Gate]:
        """The gates of a sample in the order in which they are taken, then its populations over scatter and CD45."""
        if not self.known:
            return []
        found = [self._draw(sample, view) for view in self.views]
        return [gate for gate in found if gate]

    def _draw(self, sample: str, view: str) -> Gate | None:
        if (sample, view, "all") not in self._grids:
            return None
        whole = self._grid(sample, view, "all")
        layers = [name for s, v, name in self._grids if (s, v) == (sample, view) and name not in ("all", "aside")]
        above, drawn = [], []
        if view not in BACK:
            aside = self._grid(sample, view, "aside")
            above = [(aside, ASIDE)]
            lost = int(aside.sum())
            told = f"−{count(lost)} ({percent(lost / self._totals.get(sample, max(int(whole.sum()), 1)))})"
            told = told if lost else "none"
            title = TITLES.get(view, view.capitalize())
            alt = f"{sample}, {title}: {count(whole.sum())} events, {count(lost)} set aside."
        else:
            for name in layers:
                grid, hue = self._grid(sample, view, name), self._colours.get(name, ASIDE)
                many = int((grid > 0).sum()) > DOTS
                above += [(grid, hue)] if many else []
                drawn.append((name, hue, int(grid.sum()), "" if many else dots(grid, SIDE)))
            told, title = "", f"Over {'scatter' if view == BACK[0] else view}"
            alt = (
                f"{sample}, {title}: {count(whole.sum())} cells; {', '.join(f'{n} {name}' for name, _, n, _ in drawn)}."
            )
        return Gate(
            view, title, told, str(self._axes[view, "x"]["label"]), str(self._axes[view, "y"]["label"]),
            grid_image(whole, above), self._paths(sample, view), drawn, self._ticks[view, "x"], self._ticks[view, "y"],
            alt,
        )  # fmt: skip

    def _grid(self, sample: str, view: str, layer: str) -> NDArray[np.int64]:
        grid = np.zeros(self._bins**2, dtype=np.int64)
        if (sample, view, layer) in self._grids:
            bins, n = self._grids[sample, view, layer]
            grid[bins] = n
        return grid.reshape(self._bins, self._bins)

    def _across(self, view: str, axis: str, place: Any) -> Any:
        """Pixels from the left, or from above."""
        low, high = (float(self._axes[view, axis][end]) for end in ("low", "high"))
        share = (np.asarray(place, dtype=np.float64) - low) / (high - low)
        return SIDE * (share if axis == "x" else 1 - share)

    def _paths(self, sample: str, view: str) -> list[str]:
        known = self._lines.get((sample, view))
        if known is None:
            return []
        paths = []
        for _, part in known.groupby("line", sort=False):
            x, y = (self._across(view, axis, part[axis].to_numpy()) for axis in ("x", "y"))
            paths.append("M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True)))
        return paths

    def _axis_ticks(self, row: Mapping[str, Any]) -> list[tuple[float, str]]:
        """Places in pixels and labels, as many as there is room for."""
        low, high, scale = float(row["low"]), float(row["high"]), str(row["scale"])
        if scale == "panel":
            name = str(self._adata.var_names[int(row["column"])])
            found = axis_ticks(self._adata, name, low, high, inches=SIDE / PIXELS_PER_INCH)
        elif scale == "log" and high - low < 1.5:
            values = [digit * 10.0**d for d in range(-2, 7) for digit in (1, 1.5, 2, 3, 5)]
            found = [(float(np.log10(value)), f"{value:g}") for value in values]
        elif scale == "log":
            found = [(float(d), _power(d)) for d in range(int(np.ceil(low)), int(np.floor(high)) + 1)]
        elif scale == "arcsinh":
            unit = float(row["unit"])
            tens = [d for d in range(8, -2, -1) if 10.0**d > unit / 2]
            found = [(0.0, "0"), *((float(np.arcsinh(10.0**d / unit)), _power(d)) for d in tens)]
        else:
            found = [(place, f"{place:g}") for place in _round_places(low, high)]
        kept: list[tuple[float, str]] = []
        for place, label in found:
            at = float(self._across(str(row["view"]), str(row["axis"]), place))
            if low <= place <= high and all(abs(at - other) >= ROOM for other, _ in kept):
                kept.append((round(at, 1), label))
        return kept


def _power(decade: int) -> str:
    return f"10{str(decade).translate(RAISED)}"


def _round_places(low: float, high: float) -> list[float]:
    """Three or so round numbers between two."""
    rough = (high - low) / 3
    power = 10.0 ** np.floor(np.log10(rough))
    step = power * min((1, 2, 5, 10), key=lambda digit: abs(digit - rough / power))
    return [float(np.round(step * i, 9)) for i in range(int(np.ceil(low / step)), int(np.floor(high / step)) + 1)]


def _grids(cells: Mapping[str, Any]) -> dict[tuple[str, str, str], tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Bins and events by sample, view and layer."""
    names = [[str(each) for each in cells[f"{key}_names"]] for key in (keys.SAMPLE, "view", "layer")]
    codes = np.column_stack([np.asarray(cells[key], dtype=np.int64) for key in (keys.SAMPLE, "view", "layer")])
    bins, n = (np.asarray(cells[key], dtype=np.int64) for key in ("bin", keys.N_EVENTS))
    order = np.lexsort(codes.T[::-1])
    codes = codes[order]
    starts = np.flatnonzero(np.any(np.diff(codes, axis=0, prepend=-1), axis=1))
    parts = np.split(order, starts[1:]) if len(order) else []
    return {
        (names[0][a], names[1][b], names[2][c]): (bins[part], n[part])
        for (a, b, c), part in zip(codes[starts].tolist(), parts, strict=True)
    }
