"""Events of a mass cytometer that hold no intact cell: without DNA, and calibration beads."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytoclust.findings import Finding
from cytoclust.io import Panel
from cytoclust.pp._dna import dna_of, fit_dna
from cytoclust.pp._mass_columns import counts_scale, find_mass
from cytoclust.pp._quality_model import Fitted, Summary

__all__ = ["fit_mass_debris", "is_bead"]

_BELOW = 4.0
"""Spreads below the cells' DNA at which debris begins; 0.003 % of a normal distribution lie further down. Chosen: see
sensitivity."""
_HALF = math.log(2.0)
"""Natural log of the share of the cells' DNA that is never debris: half. Chosen: see sensitivity."""
_THIRD = math.log(3.0)
"""The same of the next mode of the cells' DNA, up to which it is of debris: a third. Chosen: see sensitivity."""
_BRIGHT = math.asinh(10.0)
"""Scaled signal of a bead in each of its isotopes, at least: 50 ions. Chosen: see sensitivity."""
_TOLD = 0.001
"""Share of events that are beads, above which they are told. Bears on no result. Chosen."""


@dataclass(frozen=True)
class MassDebrisModel(Summary):
    """Debris is an event with DNA below ``cut``, or bright in every one of ``beads`` without the DNA of a cell.

    Attributes
    ----------
    dna, beads
        Columns.
    cofactor
        Of ion counts; 0 of values that were transformed already.
    cut
        Scaled DNA; minus infinity where there is no DNA channel.
    cell
        Scaled DNA above which a bead has a cell on it: that is a doublet.
    """

    dna: tuple[int, ...]
    beads: tuple[int, ...]
    cofactor: float
    cut: float
    cell: float

    def apply(self, events: NDArray[np.float32], _rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which events hold no cell, bool (n,)."""
        bead = is_bead(events, self.beads, self.cofactor)
        if not self.dna:
            return bead
        dna = dna_of(events, self.dna, self.cofactor)
        return (dna < self.cut) | (bead & (dna < self.cell))


def fit_mass_debris(
    events: NDArray[np.float32], _rows: NDArray[np.int64], *, panel: Panel, **_others: object
) -> Fitted:
    """Find how much DNA parts debris from cells.

    The cut is the valley below the cells' mode, if the mode below it has a third of their DNA or less; and at least
    four spreads below the cells. Half of their DNA is never debris: kinds of cell differ so far in what they bind.
    """
    mass = find_mass(panel)
    if not mass.dna and not mass.beads:
        return None, (Finding("debris not made", why="there is no DNA channel"),)
    cofactor = counts_scale(events, mass.signals)
    bead = is_bead(events, mass.beads, cofactor)
    notes = [Finding("beads", n=int(bead.sum()), share=float(bead.mean()))] if bead.mean() > _TOLD else []
    if not mass.dna:
        notes.append(Finding("debris not made", why="there is no DNA channel"))
        return MassDebrisModel((), mass.beads, cofactor, -math.inf, math.inf), tuple(notes)
    found = fit_dna(dna_of(events[~bead], mass.dna, cofactor))
    if found is None:
        notes.append(Finding("debris not made", why="too few events have DNA"))
        return MassDebrisModel(mass.dna, mass.beads, cofactor, -math.inf, math.inf), tuple(notes)
    places, valleys = found.density.grid[found.density.modes], found.density.grid[found.density.valleys]
    low = [float(valleys[i]) for i in range(found.number) if places[i] <= found.mode - _THIRD]
    cut = min(max(found.mode - _BELOW * found.spread, *low, -math.inf), found.mode - _HALF)
    return MassDebrisModel(mass.dna, mass.beads, cofactor, cut, found.mode - _HALF), tuple(notes)


def is_bead(events: NDArray[np.float32], columns: tuple[int, ...], cofactor: float) -> NDArray[np.bool_]:
    """Which events are bright in every one of ``columns``, bool (n,): no cell is, whatever antibodies they carry."""
    if not columns:
        return np.zeros(len(events), dtype=bool)
    least = events[:, list(columns)].min(axis=1).astype(np.float64)
    return (least if cofactor == 0 else np.arcsinh(least / cofactor)) > _BRIGHT
