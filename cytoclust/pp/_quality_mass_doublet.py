"""Two cells that reached the detector of a mass cytometer as one ion cloud."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytoclust.findings import Finding
from cytoclust.io import Panel
from cytoclust.pp._dna import Dna, dna_of, fit_dna
from cytoclust.pp._mass_columns import counts_scale, find_mass
from cytoclust.pp._quality_mass_debris import is_bead
from cytoclust.pp._quality_model import Fitted, Summary

__all__ = ["fit_mass_doublet"]

_MORE = math.log(1.5)
"""Natural log of the cells' DNA from which on there may be two: half as much again. Derived: midway between one and
two."""
_SPREADS = 2.0
"""And spreads above the cells' mode; 2.3 % of a normal distribution lie beyond. Chosen: see sensitivity."""
_TELLING = 0.25
"""Spread of the natural log of the cells' DNA up to which DNA alone tells two from one. Derived: twice lies 2.8 spreads
away then."""
_ALONE = 3.0
"""Spreads above the mode at which DNA alone makes a doublet. Chosen: see sensitivity."""
_FALSE = 0.05
"""Share of the events set aside that single cells may be. Chosen: see sensitivity."""
_SURE = 30
"""Events with much DNA from which their shapes are learnt. Chosen: see sensitivity."""
_STEPS = 40
"""Limits of shape that are tried. Bears on no result: as fine as it need be."""


@dataclass(frozen=True)
class MassDoubletModel(Summary):
    """A doublet has scaled DNA above ``cut`` and a shape above ``limit``, or is a bead with the DNA of a cell.

    Attributes
    ----------
    dna, beads, shape
        Columns.
    cofactor
        Of ion counts; 0 of values that were transformed already.
    cut
        Scaled DNA.
    centres, spreads
        Of the natural log of each column of ``shape`` among single cells. The shape of an event is the largest of its
        distances, in spreads above the centre.
    limit
        Shape; minus infinity where DNA alone decides.
    """

    dna: tuple[int, ...]
    beads: tuple[int, ...]
    shape: tuple[int, ...]
    cofactor: float
    cut: float
    centres: tuple[float, ...]
    spreads: tuple[float, ...]
    limit: float

    def apply(self, events: NDArray[np.float32], _rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which events are doublets, bool (n,)."""
        out = is_bead(events, self.beads, self.cofactor)
        much = dna_of(events, self.dna, self.cofactor) > self.cut
        if self.shape and self.limit > -math.inf:
            much &= _shape(events, self.shape, self.centres, self.spreads) > self.limit
        return out | much


def fit_mass_doublet(
    events: NDArray[np.float32], _rows: NDArray[np.int64], *, panel: Panel, **_others: object
) -> Fitted:
    """Find which events have the DNA of two cells, and the long or misshapen ion cloud of two.

    Cells that divide have twice the DNA too, and are single: so among the events with much DNA those are set aside
    whose event length, or width or residual of the fitted Gaussian, exceeds that of single cells. How many of them are
    single is told by those below the single cells' median, which doublets hardly are; the limit is the lowest with at
    most a tenth of single cells above it. Without any such column DNA alone decides, where its spread lets it.
    """
    mass = find_mass(panel)
    if not mass.dna:
        return None, (Finding("doublet not made", why="there is no DNA channel"),)
    cofactor = counts_scale(events, mass.signals)
    dna = dna_of(events, mass.dna, cofactor)
    found = fit_dna(dna)
    if found is None:
        return None, (Finding("doublet not made", why="too few events have DNA"),)
    single = np.abs(dna - found.mode) < found.spread
    shape = tuple(i for i in mass.shape if _varies(events[single, i]))
    cut = found.mode + max(_MORE, _SPREADS * found.spread)
    if not shape:
        return _by_dna(found, mass.dna, mass.beads, cofactor)
    logs = np.log(np.maximum(events[single][:, list(shape)].astype(np.float64), 1.0))
    centres = np.median(logs, axis=0)
    spreads = np.quantile(logs, 0.8413, axis=0) - centres
    model = MassDoubletModel(
        mass.dna,
        mass.beads,
        shape,
        cofactor,
        cut,
        tuple(centres.tolist()),
        tuple(np.maximum(spreads, 1e-3).tolist()),
        0.0,
    )
    distance = _shape(events, shape, model.centres, model.spreads)
    limit = _limit(distance[single], distance[dna > cut])
    return MassDoubletModel(**{**model.__dict__, "limit": limit}), ()


def _by_dna(found: Dna, dna: tuple[int, ...], beads: tuple[int, ...], cofactor: float) -> Fitted:
    if found.spread > _TELLING:
        why = "DNA varies too much to tell two cells from one, and there is no event length"
        return None, (Finding("doublet not made", why=why),)
    cut = found.mode + max(_MORE, _ALONE * found.spread)
    return MassDoubletModel(dna, beads, (), cofactor, cut, (), (), -math.inf), (Finding("doublets by DNA alone"),)


def _limit(single: NDArray[np.float64], much: NDArray[np.float64]) -> float:
    """The lowest shape above which at most a twentieth of events with much DNA are single; else infinity."""
    if len(much) < _SURE or len(single) < _SURE:
        return math.inf
    middle = float(np.median(single))
    singles = min(1.0, float(np.mean(much < middle)) / 0.5)
    for limit in np.quantile(single, np.linspace(0, 1, _STEPS + 1)).tolist():
        above = float(np.mean(much > limit))
        if above > 0 and singles * float(np.mean(single > limit)) <= _FALSE * above:
            return limit
    return math.inf


def _varies(values: NDArray[np.float32]) -> bool:
    return len(values) > 0 and bool(np.isfinite(values).all()) and float(np.ptp(values)) > 0


def _shape(
    events: NDArray[np.float32], columns: tuple[int, ...], centres: tuple[float, ...], spreads: tuple[float, ...]
) -> NDArray[np.float64]:
    logs = np.log(np.maximum(events[:, list(columns)].astype(np.float64), 1.0))
    return ((logs - np.array(centres)) / np.array(spreads)).max(axis=1)
