"""Gates for what is selected."""

import math
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from cytoclust.errors import InputError
from cytoclust.exploration._explorer import Explorer
from cytoclust.exploration._selection import Box, Polygon, Side
from cytoclust.io.gates import Gate, GateMatrix, write_gating_ml

__all__ = ["gates_for", "gating_ml"]


def gates_for(explorer: Explorer, name: str) -> list[Gate]:
    """The conditions of the selection as gates, each within the one before; the last has the name.

    Raises
    ------
    InputError
        Nothing is selected, or a condition is no gate: clusters, the map, or a cut that differs by batch.
    """
    if not explorer.conditions:
        raise InputError("Nothing is selected: draw a gate first.")
    found: list[Gate] = []
    last = len(explorer.conditions) - 1
    for number, condition in enumerate(explorer.conditions):
        own = name if number == last else f"{name}, step {number + 1}"
        if isinstance(condition, Polygon | Box):
            gate = condition.gate(explorer.events, own)
        elif isinstance(condition, Side):
            gate = _side(explorer, condition, own)
        else:
            raise InputError(
                f"A selection of {type(condition).__name__.lower()} is no gate: draw a polygon around it on two "
                "markers, or let `cytoclust export OUT --gates` learn one."
            )
        found.append(replace(gate, parent=found[-1].name if found else None))
    return found


def _side(explorer: Explorer, side: Side, name: str) -> Gate:
    row = explorer.events.at(side.marker)
    cuts = np.unique(explorer.cuts[row])
    if len(cuts) > 1:
        raise InputError(
            f"The cut of {side.marker} differs by batch, and a gate has one: move it, and it holds for all samples."
        )
    bounds = (float(cuts[0]), math.inf) if side.positive else (-math.inf, float(cuts[0]))
    return Gate(name, None, (explorer.events.axes[row],), bounds=(bounds,))


def gating_ml(
    gates: list[Gate],
    *,
    matrix: GateMatrix | None = None,
    own_matrix: bool = False,
    channels: Mapping[str, str] | None = None,
) -> str:
    """Gates as the text of a Gating-ML 2.0 file; see :func:`cytoclust.io.gates.write_gating_ml`."""
    about = {"population": gates[-1].name}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gates.xml"
        write_gating_ml(path, gates, matrix=matrix, own_matrix=own_matrix, channels=channels, about=about)
        return path.read_text(encoding="utf-8")
