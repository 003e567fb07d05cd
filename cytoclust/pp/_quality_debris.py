"""Events too small to be intact cells."""

import math
from dataclasses import dataclass, replace
from typing import Final

import numba
import numpy as np

from cytoclust.findings import Finding
from cytoclust.io import Panel
from cytoclust.normal import INTERQUARTILE
from cytoclust.pp._density import smooth_density
from cytoclust.pp._quality_model import Fitted, Summary
from cytoclust.pp._scatter import find_scatter, size_column
from cytoclust.pp._spread import negative_spread

_FEWEST = 500
"""Events that a density needs. Chosen: see sensitivity."""
_DEEPEST = 0.7
"""Density of the highest valley that parts debris from cells, over the lower of its two modes. Chosen: see
sensitivity."""
_SMALL = math.log(0.5)
"""Natural log of the size of debris over that of the next mode, a dimension, at most: half. Chosen: see sensitivity."""
_TINY = math.log(0.2)
"""The same, below which a mode so broad is no cells, whatever the stains say: a fifth. Chosen: see sensitivity."""
_BROAD_FSC, _BROAD_SSC = 0.25, 0.35
"""Standard deviations of the natural log of forward and side scatter, of the densest half, below which small events are
a kind of cell: cells of a kind are alike, pieces are not. Chosen: see sensitivity."""
_BRIGHT = 0.2
"""Share of the small events that are as bright as the brightest tenth of the larger ones, above which cells are among
them; 0.1 if both were alike. Chosen: see sensitivity."""
_DIM = 0.2
"""Share of the small events above the median of the larger ones, up to which they are dimmer, mean over markers; 0.5 if
both were alike. And share above their upper quartile, in each; 0.25 if alike. Chosen, not the median of each: where
half of the cells carry a marker it lies between these and the others. See sensitivity."""
_UPPER = 0.75
"""That quartile. Derived: the definition."""
_NOISE = 4.0
"""Root mean squares of the small events' negative signals, above which the larger ones' median is a signal. Chosen: see
sensitivity."""
_STAINED = 2
"""Markers with stained and unstained events that a panel needs, to tell pieces from unstained cells. Chosen: see
sensitivity."""
_APART = 0.7
"""Density of the highest valley between these, over the lower of its two modes. Chosen: see sensitivity."""
_MOST_TINY = 0.5
"""Share of events up to which scatter alone shows debris: beyond, it may be the cells. Chosen: see sensitivity."""
_MOST = 0.9
"""Share of events from which on the lowest mode must be the cells. Chosen: see sensitivity."""
_WORTH = 0.02
"""Share of events from which on it is told that they could be debris and were kept. Chosen: see sensitivity."""
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

    The lowest mode is debris only where something shows that it is: it is half as large as the next mode or smaller,
    broad in forward and side scatter both (cells of one kind are alike), and dimmer than the larger events in the
    markers that tell. In a file with few stains the last shows nothing, as small cells are dimmer too; there it must
    be a fifth as large. A sample without such a mode loses nothing, and where small events may be debris or cells
    they stay. Of the lines through forward and side scatter, the one with the deepest valley is taken.
    """
    scatter = find_scatter(panel)
    fsc, ssc = size_column(scatter, "FSC"), size_column(scatter, "SSC")
    if fsc is None:
        return None, (Finding("debris not made", why="there is no forward scatter channel"),)
    markers = [column for column in panel.stained if column != viability]
    found: list[tuple[float, DebrisModel]] = []
    unclear: list[float] = []
    for weight in _SSC_WEIGHTS if ssc is not None else (0.0,):
        model = DebrisModel(fsc, -1 if ssc is None else ssc, weight, -np.inf)
        size = model.size(events)
        used = np.isfinite(size)
        if np.count_nonzero(used) < _FEWEST:
            continue
        density = smooth_density(size[used], deepest=_DEEPEST)
        if not len(density.valleys):
            continue
        cut = float(density.grid[density.valleys[0]])
        ratio = float(density.grid[density.modes[0]] - density.grid[density.modes[1]]) / (1 + weight)
        low = size[used] < cut
        if ratio > _SMALL or np.mean(low) >= _MOST:
            continue
        if _may_be_cells(events[used], low, markers, (fsc, ssc)):
            continue
        if _is_shown(events[used], low, ratio, markers):
            found.append((density.depth(0), replace(model, cut=cut)))
        else:
            unclear.append(float(np.mean(low)))
    if found:
        return min(found, key=lambda each: each[0])[1], ()
    if unclear and min(unclear) >= _WORTH:
        return None, (Finding("debris unclear", share=min(unclear)),)
    return None, (Finding("no debris"),)


def _may_be_cells(events: np.ndarray, low: np.ndarray, markers: list[int], scatter: tuple[int, int | None]) -> bool:
    """Whether the low events are a kind of cell for all that can be seen: alike in scatter, or bright in a marker."""
    for column, broad in zip(scatter, (_BROAD_FSC, _BROAD_SSC), strict=True):
        if column is not None and _densest_half(np.log(np.maximum(events[low, column], 1e-9))) < broad:
            return True
    return any(np.mean(events[low, column] > _quantile(events[~low, column], 0.9)) > _BRIGHT for column in markers)


def _is_shown(events: np.ndarray, low: np.ndarray, ratio: float, markers: list[int]) -> bool:
    """Whether the low events, whose mode is ``exp(ratio)`` as large as the next, are shown to be debris."""
    if ratio <= _TINY and np.mean(low) <= _MOST_TINY:
        return True
    above = []
    for column in markers:
        small, middle = events[low, column].astype(np.float64), _quantile(events[~low, column], 0.5)
        negative = small[small < 0]
        if middle > _NOISE * (math.sqrt(np.mean(negative**2)) if len(negative) else 0.0):
            above.append(float(np.mean(small > middle)))
            if np.mean(small > _quantile(events[~low, column], _UPPER)) > _DIM:
                return False
    if not above or np.mean(above) > _DIM:
        return False
    return sum(_has_two_levels(events[:, column]) for column in markers) >= _STAINED


def _quantile(values: np.ndarray, part: float) -> float:
    rank = int(part * len(values))
    return float(np.partition(values, rank)[rank])


def _densest_half(values: np.ndarray) -> float:
    """Standard deviation of a normal distribution whose densest half is as narrow."""
    ordered = np.sort(values.astype(np.float64))
    half = len(ordered) // 2
    return float((ordered[half:] - ordered[: len(ordered) - half]).min()) / INTERQUARTILE


def _has_two_levels(values: np.ndarray) -> bool:
    """Whether a marker has stained and unstained events."""
    unit = 2 * negative_spread(values.astype(np.float64))
    if not unit > 0:
        unit = float(np.median(np.abs(values))) / 4
    return unit > 0 and len(smooth_density(np.arcsinh(values / unit), deepest=_APART).valleys) > 0


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _log_size(fsc: np.ndarray, ssc: np.ndarray, weight: float) -> np.ndarray:
    out = np.empty(len(fsc))
    for i in range(len(fsc)):
        if fsc[i] > 0.0 and ssc[i] > 0.0:
            out[i] = math.log(np.float64(fsc[i])) + weight * math.log(np.float64(ssc[i]))
        else:
            out[i] = -np.inf
    return out
