"""Events too small to be intact cells."""

import math
from dataclasses import dataclass
from typing import Final

import numba
import numpy as np

from cytoclust.findings import Finding
from cytoclust.io import Panel
from cytoclust.normal import INTERQUARTILE
from cytoclust.pp._density import Density, smooth_density
from cytoclust.pp._quality_model import Fitted, Summary
from cytoclust.pp._scatter import find_scatter, size_column

_FEWEST = 500
"""Events that a density needs. Chosen: see sensitivity."""
_DEEPEST = 0.7
"""Density of the highest valley that parts debris from cells, over the lower of its two modes. Chosen: see
sensitivity."""
_SMALL = math.log(0.5)
"""Natural log of the size of debris over that of the next mode, a dimension, at most: half. Chosen: see sensitivity."""
_TINY = math.log(0.2)
"""The same, below which no cell is that small, however alike the events are: a fifth. Chosen: see sensitivity."""
_COMPACT = 0.18
"""Standard deviation of the natural log of size, a dimension, up to which a mode is a kind of cell. Chosen: see
sensitivity."""
_BRIGHT = 0.2
"""Share of the small events that are as bright as the brightest tenth of the larger ones, above which cells are among
them; 0.1 if both were alike. Chosen: see sensitivity."""
_MOST = 0.9
"""Share of events from which on the lowest mode must be the cells. Chosen: see sensitivity."""
_SSC_WEIGHTS: Final = (0.0, 0.5, 1.0)
"""Exponents of side scatter beside forward scatter in size: none, its root, and as much. Chosen: see sensitivity."""


@dataclass(frozen=True)
class DebrisModel(Summary):
    """Debris is ``log FSC + weight * log SSC < cut``, or an event without positive scatter.

    Attributes
    ----------
    fsc, ssc
        Columns; ``ssc`` is -1 where ``weight`` is 0.
    weight, cut
        The line.
    """

    fsc: int
    ssc: int
    weight: float
    cut: float

    def apply(self, events: np.ndarray, _rows: np.ndarray) -> np.ndarray:
        """Which events are debris, bool (n,)."""
        return self.size(events) < self.cut

    def size(self, events: np.ndarray) -> np.ndarray:
        """``log FSC + weight * log SSC``, -inf without positive scatter, (n,)."""
        ssc = events[:, self.ssc] if self.weight else np.ones(len(events), dtype=np.float32)
        return _log_size(np.ascontiguousarray(events[:, self.fsc]), np.ascontiguousarray(ssc), self.weight)


def fit_debris(events: np.ndarray, _rows: np.ndarray, *, panel: Panel, viability: int) -> Fitted:
    """Find the valley between debris and cells in forward (and side) scatter.

    The lowest mode is debris only if it is half as large as the next mode or smaller, broad (cells of one kind are
    alike) or tiny, and holds no bright cells; a sample without such a mode loses nothing.
    Of the lines through forward and side scatter, the one with the deepest valley is taken.
    """
    scatter = find_scatter(panel)
    fsc, ssc = size_column(scatter, "FSC"), size_column(scatter, "SSC")
    if fsc is None:
        return None, (Finding("debris not made", why="there is no forward scatter channel"),)
    found = []
    for weight in _SSC_WEIGHTS if ssc is not None else (0.0,):
        model = DebrisModel(fsc, -1 if ssc is None else ssc, weight, -np.inf)
        size = model.size(events)
        used = np.isfinite(size)
        if np.count_nonzero(used) < _FEWEST:
            continue
        density = smooth_density(size[used], deepest=_DEEPEST)
        if len(density.valleys):
            cut = float(density.grid[density.valleys[0]])
            if _is_debris(size[used], cut, density, 1 + weight):
                found.append((density.depth(0), DebrisModel(model.fsc, model.ssc, weight, cut), used, size[used] < cut))
    for _, model, used, low in sorted(found, key=lambda each: each[0]):
        if not _has_marker(events[used], low, panel, viability):
            return model, ()
    return None, (Finding("no debris"),)


def _is_debris(size: np.ndarray, cut: float, density: Density, dimensions: float) -> bool:
    ratio = (density.grid[density.modes[0]] - density.grid[density.modes[1]]) / dimensions
    low = size[size < cut]
    quartiles = np.quantile(low, [0.25, 0.75])
    spread = float(quartiles[1] - quartiles[0]) / INTERQUARTILE / math.sqrt(dimensions)
    return len(low) < _MOST * len(size) and bool(ratio <= _TINY or (ratio <= _SMALL and spread > _COMPACT))


def _has_marker(events: np.ndarray, low: np.ndarray, panel: Panel, viability: int) -> bool:
    """Whether many of the low events are as bright as the brightest tenth of the others in some marker."""
    small, large = events[low].T, events[~low].T
    tenth = int(0.9 * large.shape[1])
    return any(
        np.mean(small[column] > np.partition(large[column], tenth)[tenth]) > _BRIGHT
        for column in panel.stained
        if column != viability
    )


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _log_size(fsc: np.ndarray, ssc: np.ndarray, weight: float) -> np.ndarray:
    out = np.empty(len(fsc))
    for i in range(len(fsc)):
        if fsc[i] > 0.0 and ssc[i] > 0.0:
            out[i] = math.log(np.float64(fsc[i])) + weight * math.log(np.float64(ssc[i]))
        else:
            out[i] = -np.inf
    return out
