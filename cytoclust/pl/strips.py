"""The gates that quality control amounts to, and populations over scatter and CD45, of all events of each sample."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import anndata as ad
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.pl.grid_pixels import grid_pixels
from cytoclust.pl.scales import axis_ticks
from cytoclust.words import count, percent

__all__ = ["ASIDE", "BACK", "Axis", "Gate", "Layer", "Strips"]

ASIDE: Final = "#d55e00"
BACK: Final = ("scatter", "CD45")  # views of populations, not of checks
DOTS: Final = 400  # filled cells of a population from which on the grid is coloured; fewer are dots
TITLES: Final = {"time": "Time", "debris": "Debris", "dead": "Live", "doublet": "Singlets"}
RAISED: Final = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


@dataclass(frozen=True)
class Axis:
    """Its label, and its two ends on the scale that is drawn."""

    label: str
    low: float
    high: float


@dataclass(frozen=True)
class Layer:
    """A population: its cells on the grid (across, up), and whether they are drawn as dots."""

    name: str
    colour: str
    grid: NDArray[np.int64]

    @property
    def n_events(self) -> int:
        """Cells of it in the sample."""
        return int(self.grid.sum())

    @property
    def as_dots(self) -> bool:
        """Few fill few places of the grid."""
        return int((self.grid > 0).sum()) <= DOTS


@dataclass(frozen=True)
class Gate:
    """A gate of a sample, or its populations over two signals.

    Attributes
    ----------
    view, title
        Which.
    x, y
        Its axes.
    whole
        Events that earlier gates left, or all cells (across, up).
    aside
        Those that this gate sets aside.
    lines
        Where it cuts, each (n, 2) on the scales that are drawn.
    layers
        Populations, of a view that is no gate.
    total
        Events of the sample.
    """

    view: str
    title: str
    x: Axis
    y: Axis
    whole: NDArray[np.int64]
    aside: NDArray[np.int64]
    lines: list[NDArray[np.float64]]
    layers: list[Layer]
    total: int

    @property
    def n_aside(self) -> int:
        """Events that this gate sets aside."""
        return int(self.aside.sum())

    @property
    def lost(self) -> str:
        """What the gate sets aside, of all events of the sample, in words; empty where it is no gate."""
        if self.view in BACK:
            return ""
        return f"−{count(self.n_aside)} ({percent(self.n_aside / max(self.total, 1))})" if self.n_aside else "none"

    def pixels(self) -> NDArray[np.uint8]:
        """The picture, as of :func:`grid_pixels`, without what is drawn as dots."""
        many = [(layer.grid, layer.colour) for layer in self.layers if not layer.as_dots]
        return grid_pixels(self.whole, many if self.view in BACK else [(self.aside, ASIDE)])


class Strips:
    """``uns["densities"]["strips"]``."""

    def __init__(self, adata: ad.AnnData, colours: Mapping[str, str], totals: Mapping[str, int]):
        """Of an AnnData, with the colours of populations, and the number of all events of each sample."""
        densities = adata.uns.get(keys.DENSITIES, {})
        slot = densities.get("strips", {}) if isinstance(densities, Mapping) else {}
        self.known = isinstance(slot, Mapping) and bool(slot)
        if not self.known:
            return
        self._adata, self._colours, self._bins, self._totals = adata, colours, int(slot["bins"]), totals
        self._rows = {(str(row["view"]), str(row["axis"])): row for row in slot["axes"].to_dict("records")}
        self.views = list(dict.fromkeys(view for view, _ in self._rows))
        self._grids = _grids(slot["cells"])
        self.samples = list(dict.fromkeys(sample for sample, _, _ in self._grids))
        lines = slot["lines"]
        by = [lines[name].astype(str) for name in (keys.SAMPLE, "view")]
        self._lines: dict[Any, pd.DataFrame] = dict(iter(lines.groupby(by))) if len(lines) else {}

    def gate(self, sample: str, view: str) -> Gate | None:
        """A view of a sample; None where it has none."""
        if (sample, view, "all") not in self._grids:
            return None
        names = [name for s, v, name in self._grids if (s, v) == (sample, view) and name not in ("all", "aside")]
        whole, back = self._grid(sample, view, "all"), view in BACK
        layers = [Layer(name, self._colours.get(name, ASIDE), self._grid(sample, view, name)) for name in names]
        return Gate(
            view=view,
            title=f"Over {view}" if back else TITLES.get(view, view.capitalize()),
            x=self.axis(view, "x"),
            y=self.axis(view, "y"),
            whole=whole,
            aside=self._grid(sample, view, "aside"),
            lines=self._cuts(sample, view),
            layers=layers if back else [],
            total=self._totals.get(sample, int(whole.sum())),
        )

    def axis(self, view: str, side: str) -> Axis:
        """The ``x`` or ``y`` axis of a view."""
        row = self._rows[view, side]
        return Axis(str(row["label"]), float(row["low"]), float(row["high"]))

    def _grid(self, sample: str, view: str, layer: str) -> NDArray[np.int64]:
        grid = np.zeros(self._bins**2, dtype=np.int64)
        if (sample, view, layer) in self._grids:
            bins, n = self._grids[sample, view, layer]
            grid[bins] = n
        return grid.reshape(self._bins, self._bins)

    def _cuts(self, sample: str, view: str) -> list[NDArray[np.float64]]:
        known = self._lines.get((sample, view))
        if known is None:
            return []
        return [part[["x", "y"]].to_numpy(np.float64) for _, part in known.groupby("line", sort=False)]

    def ticks(self, view: str, side: str, *, inches: float, room: float) -> list[tuple[float, str]]:
        """Places and labels of the ``x`` or ``y`` axis of a view, ``room`` inches apart at least."""
        row = self._rows[view, side]
        low, high, scale = float(row["low"]), float(row["high"]), str(row["scale"])
        if scale == "panel":
            found = axis_ticks(self._adata, str(self._adata.var_names[int(row["column"])]), low, high, inches=inches)
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
        least = room / inches * (high - low)
        kept: list[tuple[float, str]] = []
        for place, label in found:
            if low <= place <= high and all(abs(place - other) >= least for other, _ in kept):
                kept.append((place, label))
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
