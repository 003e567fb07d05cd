"""How much DNA the cells of a sample have."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytoclust.normal import QUARTILE
from cytoclust.pp._density import Density, smooth_density

__all__ = ["Dna", "dna_of", "fit_dna"]

FEWEST = 200
"""Events that a density needs. Chosen: see sensitivity."""
_DEEPEST = 0.8
"""Density of the highest valley that parts two amounts of DNA, over the lower of its modes. Chosen: see sensitivity."""
_NARROW = 0.05
"""Least bandwidth, in natural logs. Derived: the counting error of 400 ions."""
_LEAST = math.asinh(2.0)
"""Scaled DNA of 20 ions in two channels, or 10 in one, below which there is none. Chosen: see sensitivity."""
_SHARE = 0.05
"""Share of events that a mode of cells has, at least. Chosen: see sensitivity."""
_TWICE = math.log(3.0)
"""Natural log of DNA up to which a smaller mode above a larger one is its doublets: three times. Chosen: see
sensitivity."""


@dataclass(frozen=True)
class Dna:
    """The mode of single cells.

    Attributes
    ----------
    mode, spread
        Of scaled DNA: about its natural log. The spread is that of the side below.
    density
        Of all events.
    number
        Which of its modes.
    """

    mode: float
    spread: float
    density: Density
    number: int


def dna_of(events: NDArray[np.float32], columns: tuple[int, ...], cofactor: float) -> NDArray[np.float64]:
    """Scaled DNA (n,), about the natural log of the ions in ``columns``; those transformed already are averaged."""
    values = events[:, list(columns)].astype(np.float64)
    return values.mean(axis=1) if cofactor == 0 else np.arcsinh(values.sum(axis=1) / (cofactor * len(columns)))


def fit_dna(dna: NDArray[np.float64]) -> Dna | None:
    """The mode of single cells in scaled DNA; None if few events have any.

    Of the modes with a twentieth of the events the highest counts, unless a larger one lies below within a third of its
    DNA: then the higher one is of doublets. So neither debris nor red cells, however many, are taken for the cells.
    """
    if len(dna) < FEWEST:
        return None
    density = smooth_density(dna, deepest=_DEEPEST, least=_NARROW)
    edges = [-math.inf, *density.grid[density.valleys].tolist(), math.inf]
    sizes, _ = np.histogram(dna, bins=edges) if len(density.modes) else (np.zeros(0), None)
    places = density.grid[density.modes]
    cells = [i for i in range(len(places)) if places[i] >= _LEAST and sizes[i] >= _SHARE * len(dna)]
    if not cells:
        return None
    chosen = cells[-1]
    for below in reversed(cells[:-1]):
        if sizes[below] > sizes[chosen] and places[chosen] - places[below] <= _TWICE:
            chosen = below
    mode = float(places[chosen])
    under = mode - dna[(dna < mode) & (dna >= mode - _TWICE)]
    spread = float(np.median(under)) / QUARTILE if len(under) else 0.0
    return Dna(mode, spread, density, chosen) if spread > 0 else None
