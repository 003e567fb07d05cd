"""The gates of a sample and where its populations lie, small, as places for the templates."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from cytoclust import keys
from cytoclust.pl import strips as pictures
from cytoclust.report._gather import Inputs
from cytoclust.report._grid_image import dots, pixels_image
from cytoclust.report._patient_drawings import population_colours
from cytoclust.words import count

__all__ = ["BACK", "Gate", "Strips"]

BACK: Final = pictures.BACK
SIDE: Final = 132.0  # CSS pixels of a picture
PIXELS_PER_INCH: Final = 96.0
ROOM: Final = 22.0  # CSS pixels between ticks, at least


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
    """The pictures of ``uns["densities"]["strips"]`` as they stand in the page."""

    def __init__(self, inputs: Inputs):
        totals = {str(row[keys.SAMPLE]): max(int(row["total"]), 1) for row in inputs.run.events}
        self._strips = pictures.Strips(inputs.adata, population_colours(inputs), totals)
        self.known = self._strips.known
        if self.known:
            self._ticks = {(view, side): self._placed(view, side) for view in self._strips.views for side in "xy"}

    def draw(self, sample: str) -> list[Gate]:
        """The gates of a sample in the order in which they are taken, then its populations over scatter and CD45."""
        if not self.known:
            return []
        found = [self._strips.gate(sample, view) for view in self._strips.views]
        return [self._draw(sample, gate) for gate in found if gate]

    def _draw(self, sample: str, gate: pictures.Gate) -> Gate:
        whole = count(gate.whole.sum())
        if gate.view in BACK:
            told = f"{whole} cells; {', '.join(f'{layer.n_events} {layer.name}' for layer in gate.layers)}."
        else:
            told = f"{whole} events, {count(gate.n_aside)} set aside."
        return Gate(
            gate.view, gate.title, gate.lost, gate.x.label, gate.y.label, pixels_image(gate.pixels()), _paths(gate),
            [(each.name, each.colour, each.n_events, dots(each.grid, SIDE) if each.as_dots else "")
             for each in gate.layers],
            self._ticks[gate.view, "x"], self._ticks[gate.view, "y"], f"{sample}, {gate.title}: {told}",
        )  # fmt: skip

    def _placed(self, view: str, side: str) -> list[tuple[float, str]]:
        """Ticks in pixels from the left, or from above."""
        found = self._strips.ticks(view, side, inches=SIDE / PIXELS_PER_INCH, room=ROOM / PIXELS_PER_INCH)
        axis = self._strips.axis(view, side)
        return [(round(float(_across(axis, side, np.array(place))), 1), label) for place, label in found]


def _across(axis: pictures.Axis, side: str, places: np.ndarray) -> np.ndarray:
    share = (places - axis.low) / (axis.high - axis.low)
    return np.asarray(SIDE * (share if side == "x" else 1 - share))


def _paths(gate: pictures.Gate) -> list[str]:
    found = []
    for line in gate.lines:
        x, y = (_across(axis, side, line[:, i]) for i, (axis, side) in enumerate(((gate.x, "x"), (gate.y, "y"))))
        found.append("M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True)))
    return found
