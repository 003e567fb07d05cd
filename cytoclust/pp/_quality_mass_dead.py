"""Dead cells of a mass cytometer: stained by cisplatin, rhodium or another dye that they take up."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytoclust.findings import Finding
from cytoclust.io import Panel
from cytoclust.pp._density import smooth_density
from cytoclust.pp._mass_columns import counts_scale, find_mass
from cytoclust.pp._quality_model import Fitted, Summary

__all__ = ["fit_mass_dead"]

_FEWEST = 500
"""Events that a density needs. Chosen: see sensitivity."""
_DEEPEST = 0.6
"""Density of the highest valley that parts dead from live, over the lower of its two modes. Chosen: see sensitivity."""
_BRIGHTER = 4.0
"""Times live cells' dye, or the cofactor where they have less, which that of dead ones is at least. Chosen: see
sensitivity."""
_NOISE = 0.3
"""Least bandwidth, on the arcsinh scale, so that no ion and the first few are one mode. Derived: the counting error of
arcsinh(ions / 5) is 0.2 at one ion, 0.3 at ten."""


@dataclass(frozen=True)
class MassDeadModel(Summary):
    """Dead is ``arcsinh(dye / cofactor) > cut``; ``cofactor`` is 0 of values that were transformed already."""

    dye: int
    cofactor: float
    cut: float

    def apply(self, events: NDArray[np.float32], _rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which events are dead, bool (n,)."""
        return _scaled(events, self.dye, self.cofactor) > self.cut


def fit_mass_dead(events: NDArray[np.float32], _rows: NDArray[np.int64], *, panel: Panel, viability: int) -> Fitted:
    """Find the valley between live and dead cells in the viability dye, where ions are counted.

    Half of the live cells may hold none: that pile, and the first few ions, are one mode. The deepest valley counts
    above which the dye is several times that of the live cells, and more than a few ions.
    """
    if viability < 0:
        return None, (Finding("dead not made", why="there is no viability dye"),)
    nothing = (Finding("no dead cells", dye=panel.names[viability]),)
    if len(events) < _FEWEST:
        return None, nothing
    cofactor = counts_scale(events, find_mass(panel).signals)
    scaled = _scaled(events, viability, cofactor)
    density = smooth_density(scaled, deepest=_DEEPEST, least=_NOISE)
    for number in np.argsort([density.depth(i) for i in range(len(density.valleys))], kind="stable"):
        cut = float(density.grid[density.valleys[number]])
        above = density.modes[number + 1 :]
        mode = float(density.grid[above[np.argmax(density.height[above])]])
        if math.sinh(mode) >= _BRIGHTER * max(math.sinh(float(np.median(scaled[scaled <= cut]))), 1.0):
            return MassDeadModel(viability, cofactor, cut), ()
    return None, nothing


def _scaled(events: NDArray[np.float32], dye: int, cofactor: float) -> NDArray[np.float64]:
    values = events[:, dye].astype(np.float64)
    return values if cofactor == 0 else np.arcsinh(values / cofactor)
