"""What is drawn of a patient: places of every mark, for the templates, which write them as SVG.

By hand, since a page has a hundred of them: matplotlib takes a tenth of a second for each.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.colours import colours
from cytoclust.pl.scales import axis_ticks
from cytoclust.report._amounts import Amount
from cytoclust.report._gather import Inputs
from cytoclust.report._grid_image import dots, grid_image

__all__ = ["Biplot", "Chart", "Densities", "draw_chart", "population_colours"]

SIDE: Final = 168.0  # CSS pixels of a biplot
PIXELS_PER_INCH: Final = 96.0
DOTS: Final = 400  # cells of a population that are drawn as dots; of more, the grid is coloured
CHART: Final = (156.0, 104.0)  # width and height of a chart


@dataclass(frozen=True)
class Layer:
    """A population on a biplot: dots (SVG path) where it is rare."""

    name: str
    colour: str
    n_events: int
    dots: str = ""


@dataclass(frozen=True)
class Biplot:
    """A sample over two markers; places are in a square of ``SIDE`` with y from above."""

    sample: str
    when: str
    x: str
    y: str
    image: str
    layers: list[Layer]
    x_name: str
    y_name: str
    x_cut: float
    y_cut: float
    x_ticks: list[tuple[float, str]]
    y_ticks: list[tuple[float, str]]
    quadrants: list[str]
    n_events: int
    side: float = SIDE

    @property
    def told(self) -> str:
        """The picture in words."""
        low, right, up, both = self.quadrants
        own = "; ".join(f"{each.n_events} {each.name}" for each in self.layers)
        return (
            f"{self.when}: all {self.n_events:,} cells over {self.x} and {self.y}; {self.y}+ only {up},"
            f" both {both}, neither {low}, {self.x}+ only {right}. {own}."
        )


class Densities:
    """All events of each sample over pairs of markers: ``uns["densities"]`` and the table ``quadrants``."""

    def __init__(self, inputs: Inputs):
        slot, table = inputs.densities, inputs.table("quadrants")
        self.known = "cells" in slot and len(table) > 0
        self._adata, self._colours = inputs.adata, population_colours(inputs)
        self._channels = {column.name: column.channel for column in inputs.run.panel}
        if not self.known:
            return
        self._bins, self._axes = int(slot["bins"]), slot["axes"]
        cells = slot["cells"]
        self._cells = dict(iter(cells.groupby([keys.SAMPLE, "x", "y", keys.POPULATION], observed=True)))
        self._rows: dict[tuple[str, str, str], list[Any]] = {}
        for row in table.to_dict("records"):
            self._rows.setdefault((str(row[keys.SAMPLE]), str(row["x"]), str(row["y"])), []).append(row)

    def pairs(self) -> list[tuple[str, str]]:
        """Pairs of markers that were drawn."""
        return list(dict.fromkeys((x, y) for _, x, y in self._rows)) if self.known else []

    def draw(self, sample: str, when: str, x: str, y: str) -> Biplot | None:
        """The biplot of a sample; None where nothing is known of it."""
        rows = self._rows.get((sample, x, y))
        if not rows or not {x, y} <= set(self._axes.index):
            return None
        (low_x, high_x), (low_y, high_y) = (self._axes.loc[name, ["low", "high"]].astype(float) for name in (x, y))

        def across(value: float) -> float:
            return round(SIDE * (value - low_x) / (high_x - low_x), 1)

        def down(value: float) -> float:
            return round(SIDE * (high_y - value) / (high_y - low_y), 1)

        whole = next(row for row in rows if str(row[keys.POPULATION]) == keys.ROOT)
        own = [row for row in rows if row is not whole and row[keys.N_EVENTS]]
        grids = {
            str(row[keys.POPULATION]): self._grid(sample, x, y, str(row[keys.POPULATION])) for row in (whole, *own)
        }
        many = {name for name, grid in grids.items() if name != keys.ROOT and (grid > 0).sum() > DOTS}
        image = grid_image(grids[keys.ROOT], [(grids[name], self._colours.get(name, "#d55e00")) for name in many])
        layers = [
            Layer(name, self._colours.get(name, "#d55e00"), int(row[keys.N_EVENTS]),
                  "" if name in many else dots(grids[name], SIDE))
            for row in own if (name := str(row[keys.POPULATION]))
        ]  # fmt: skip
        inches = SIDE / PIXELS_PER_INCH
        return Biplot(
            sample, when, x, y, image, layers, self._named(x), self._named(y),
            across(whole["x_cut"]), down(whole["y_cut"]),
            [(across(at), label) for at, label in axis_ticks(self._adata, x, low_x, high_x, inches=inches)],
            [(down(at), label) for at, label in axis_ticks(self._adata, y, low_y, high_y, inches=inches)],
            [f"{int(whole[name]):,}" for name in keys.QUADRANTS], int(whole[keys.N_EVENTS]),
        )  # fmt: skip

    def _named(self, marker: str) -> str:
        """``CD271 · BV421-A``."""
        channel = self._channels.get(marker, marker)
        return marker if channel == marker else f"{marker} · {channel}"

    def _grid(self, sample: str, x: str, y: str, population: str) -> NDArray[np.int64]:
        """Events (bins, bins) by x and y."""
        grid = np.zeros(self._bins**2, dtype=np.int64)
        cells = self._cells.get((sample, x, y, population))
        if cells is not None:
            grid[cells["bin"].to_numpy(dtype=np.int64)] = cells[keys.N_EVENTS].to_numpy()
        return grid.reshape(self._bins, self._bins)


def population_colours(inputs: Inputs) -> dict[str, str]:
    """The colour of each population, as everywhere in the report; those that only gather others follow."""
    column = inputs.adata.obs.get(keys.POPULATION)
    named = [str(each) for each in column.astype("category").cat.categories] if column is not None else []
    table = inputs.populations
    rest = table[keys.POPULATION].astype(str) if len(table) else pd.Series(dtype=str)
    return colours([*named, *dict.fromkeys(rest)])


@dataclass(frozen=True)
class Mark:
    """A value: its sign, place, interval (two heights; none where the sign is a limit), and words."""

    x: float
    y: float
    sign: str
    low: float | None = None
    high: float | None = None
    title: str = ""
    sample: str = ""


@dataclass(frozen=True)
class Chart:
    """Level of a population over the visits, and in other groups, on a logarithmic scale."""

    name: str
    base: str
    colour: str
    marks: list[Mark]
    others: list[Mark]
    lod: str
    line: str
    x_labels: list[tuple[float, str]]
    y_ticks: list[tuple[float, str]]
    width: float = CHART[0]
    height: float = CHART[1]
    told: str = ""


def draw_chart(
    name: str,
    base: str,
    colour: str,
    amounts: Sequence[Amount | None],
    whens: Sequence[str],
    others: Mapping[str, Sequence[Amount]],
) -> Chart | None:
    """Points with intervals, the least detectable level as a line, and the samples of other groups beside them."""
    mine = [each for each in amounts if each]
    if not mine:
        return None
    low, high = _decades([*mine, *(each for group in others.values() for each in group)])
    width, height = CHART

    def down(level: float) -> float:
        return round(height * (high - np.log10(max(level, 10.0**low))) / (high - low), 1)

    columns = [*whens, *others]
    step = width / len(columns)
    places = [round(step * (i + 0.5), 1) for i in range(len(columns))]
    marks = [_mark(each, x, down) for each, x in zip(amounts, places, strict=False) if each]
    beside = []
    for i, group in enumerate(others.values()):
        for j, each in enumerate(group):
            shift = step * 0.6 * ((j + 0.5) / len(group) - 0.5)
            beside.append(_mark(each, round(places[len(whens) + i] + shift, 1), down))
    least = [
        (x, down(each.lod95)) for each, x in zip(amounts, places, strict=False) if each and np.isfinite(each.lod95)
    ]
    lod = "".join(f"M{x - step / 2:.1f} {y}h{step:.1f}" for x, y in least)
    seen = [(mark.x, mark.y) for mark in marks]
    return Chart(
        name, base, colour, marks, beside, lod, _line(seen),
        [(x, _short(label)) for x, label in zip(places, columns, strict=True)],
        [(down(10.0**decade), f"{10.0 ** (decade + 2):.7g}\u00a0%") for decade in range(int(low), int(high) + 1)],
        told="; ".join(f"{when}: {each.told}" for when, each in zip(whens, amounts, strict=True) if each),
    )  # fmt: skip


def _mark(each: Amount, x: float, down: Any) -> Mark:
    """At the level where the sample has it, else at the upper limit."""
    if each.here:
        return Mark(x, down(each.level), each.status, down(each.low), down(each.high), each.told, each.sample)
    return Mark(x, down(each.upper), each.status, title=each.told, sample=each.sample)


def _decades(amounts: Iterable[Amount]) -> tuple[float, float]:
    """Powers of ten around every value, interval and limit."""
    values = [
        v for each in amounts for v in (each.level, each.low, each.high, each.lod95, each.upper) if 0 < v < np.inf
    ]
    values = [v for v in values if np.isfinite(v)] or [1e-3, 1.0]
    low, high = np.floor(np.log10(min(values))), np.ceil(np.log10(max(values)))
    return float(max(low, high - 6)), float(max(high, low + 1))


def _line(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in points) if len(points) > 1 else ""


def _short(label: str, most: int = 12) -> str:
    return label if len(label) <= most else label[: most - 1] + "…"
