"""Cells that took up the viability dye."""

import math
from dataclasses import dataclass

import numba
import numpy as np

from cytoclust.findings import Finding
from cytoclust.io import Panel
from cytoclust.normal import SD_OF_MAD
from cytoclust.pp._density import smooth_density
from cytoclust.pp._quality_model import Fitted, Summary
from cytoclust.pp._scatter import find_scatter, size_column
from cytoclust.pp._spread import negative_spread

_FEWEST = 500
"""Events that a density needs. Chosen: see sensitivity."""
_DEEPEST = 0.6
"""Density of the highest valley that parts dead from live, over the lower of its two modes. Chosen: see sensitivity."""
_BRIGHTER = 4.0
"""Times live cells' dye, which that of dead ones is at least. Chosen: see sensitivity."""
_LARGER = math.log(1.25)
"""Natural log of forward scatter by which brighter cells are larger, above which they are a kind of cell and not dead:
a quarter. Chosen: see sensitivity."""
_FLOOR = 1.1
"""Density up to which the floor of a valley reaches, over its lowest: a wide valley has no one lowest point. Chosen:
see sensitivity."""
_MOST_LEAK = 3.0
"""Dye's signal over that of autofluorescence (``glow``), at most. Chosen: see sensitivity."""
_GLOW_COLUMNS = 3
"""Signals that an autofluorescence needs. Chosen: see sensitivity."""
_STEEPEST = 2.0
"""Bound of the slope of live cells' dye, on the arcsinh scale, over the natural log of forward scatter: where the scale
is logarithmic, dye as the square of size. Chosen: see sensitivity."""


@dataclass(frozen=True)
class DeadModel(Summary):
    """Dead is ``arcsinh((dye - leak * glow) / cofactor) > cut + slope * max(log FSC - size, 0)``, up to ``ceiling``.

    Attributes
    ----------
    dye, fsc
        Columns; ``fsc`` is -1 where there is none.
    glow
        The other signals: their lower quartile in an event is its autofluorescence, for no cell carries most markers.
    leak
        How much of the autofluorescence shows in the dye's channel.
    cofactor
        In the unit of the dye.
    cut
        On the arcsinh scale, for live cells of common size.
    slope, size
        How the cut rises with log FSC above ``size``: large live cells take up more dye.
    ceiling
        The cut never rises above this, the mode of the dead.
    """

    dye: int
    fsc: int
    glow: tuple[int, ...]
    leak: float
    cofactor: float
    cut: float
    slope: float
    size: float
    ceiling: float

    def apply(self, events: np.ndarray, _rows: np.ndarray) -> np.ndarray:
        """Which events are dead, bool (n,)."""
        dye = self.signal(events)
        fsc = np.ascontiguousarray(events[:, self.fsc]) if self.fsc >= 0 else np.ones(len(dye), dtype=np.float32)
        return _above(dye, fsc, self.cofactor, self.cut, self.slope, self.size, self.ceiling)

    def signal(self, events: np.ndarray) -> np.ndarray:
        """The dye less autofluorescence, which is what is judged, (n,)."""
        dye = events[:, self.dye].astype(np.float64)
        return dye - self.leak * _glow(events, self.glow) if self.leak > 0 else dye


def fit_dead(events: np.ndarray, _rows: np.ndarray, *, panel: Panel, viability: int) -> Fitted:
    """Find the valley between live and dead cells in the viability dye.

    The deepest valley counts, if the cells above it are several times brighter than those below and not larger (a
    brighter mode of larger cells is autofluorescence). The cut lies where the valley's floor ends and the dead begin:
    what lies in a wide valley is not shown to be dead. Autofluorescence is taken off, and the cut rises with size, as
    the dye does among live cells: so that large autofluorescent cells stay.
    """
    if viability < 0:
        return None, (Finding("dead not made", why="there is no viability dye"),)
    nothing = (Finding("no dead cells", dye=panel.names[viability]),)
    if len(events) < _FEWEST:
        return None, nothing
    fsc = size_column(find_scatter(panel), "FSC")
    size = np.zeros(len(events)) if fsc is None else np.log(np.maximum(events[:, fsc].astype(np.float64), 1e-9))
    columns = tuple(column for column in panel.stained if column != viability)
    dye = events[:, viability].astype(np.float64)
    glow = _glow(events, columns) if len(columns) >= _GLOW_COLUMNS else np.zeros(len(dye))
    leak = _leak(dye, glow)
    if leak > 0:
        dye = dye - leak * glow
    cofactor = 2 * negative_spread(dye)
    if not cofactor > 0:  # live cells shine well above zero: a scale that is logarithmic there shows the valley
        cofactor = float(np.median(np.abs(dye))) / 4
    found = _valley(np.arcsinh(dye / cofactor), size) if cofactor > 0 else None
    if found is None:
        return None, nothing
    cut, ceiling = found
    live = np.arcsinh(dye / cofactor) <= cut
    slope = float(np.clip(_rise(size[live], np.arcsinh(dye[live] / cofactor)), 0.0, _STEEPEST))
    common = float(np.median(size[live]))
    return DeadModel(viability, -1 if fsc is None else fsc, columns, leak, cofactor, cut, slope, common, ceiling), ()


def _valley(scaled: np.ndarray, size: np.ndarray) -> tuple[float, float] | None:
    """Where the valley between live and dead ends, and the mode of the dead; None if no valley is one."""
    density = smooth_density(scaled, deepest=_DEEPEST)
    for number in np.argsort([density.depth(i) for i in range(len(density.valleys))], kind="stable"):
        valley, rise = density.valleys[number], density.modes[number + 1]
        floor = np.flatnonzero(density.height[valley:rise] <= _FLOOR * density.height[valley])
        cut = float(density.grid[valley + floor[-1]])
        dead = scaled > cut
        above = density.modes[number + 1 :]
        mode = float(density.grid[above[np.argmax(density.height[above])]])
        live = float(np.median(scaled[~dead]))
        brighter = math.sinh(mode) >= _BRIGHTER * max(math.sinh(live), 1.0)
        if brighter and np.median(size[dead]) <= np.median(size[~dead]) + _LARGER:
            return cut, mode
    return None


def _leak(dye: np.ndarray, glow: np.ndarray) -> float:
    """How the dye rises with autofluorescence among the dimmer half of the cells, which live."""
    live = dye <= np.median(dye) + 3 * SD_OF_MAD * np.median(np.abs(dye - np.median(dye)))
    return float(np.clip(_rise(glow[live], dye[live]), 0.0, _MOST_LEAK))


def _rise(x: np.ndarray, y: np.ndarray) -> float:
    """Slope of a robust line (Theil and Sen) through the medians of ten bins of x; 0 where x does not vary."""
    edges = np.unique(np.quantile(x, np.linspace(0, 1, 11)))
    if len(edges) < 3:
        return 0.0
    bins = np.clip(np.searchsorted(edges, x, side="right") - 1, 0, len(edges) - 2).astype(np.int8)
    order = np.argsort(bins, kind="stable")
    filled = [part for part in np.split(order, np.searchsorted(bins[order], np.arange(1, 10))) if len(part)]
    middle = np.array([np.median(x[part]) for part in filled])
    height = np.array([np.median(y[part]) for part in filled])
    i, j = np.triu_indices(len(filled), 1)
    distance = middle[j] > middle[i]
    return (
        float(np.median((height[j] - height[i])[distance] / (middle[j] - middle[i])[distance]))
        if distance.any()
        else 0.0
    )


def _glow(events: np.ndarray, columns: tuple[int, ...]) -> np.ndarray:
    """Lower quartile of the signals of an event, at least 0, float64 (n,): an order statistic, so exact."""
    return _smallest(events, np.array(columns), (len(columns) - 1) // 4)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _smallest(events: np.ndarray, columns: np.ndarray, rank: int) -> np.ndarray:
    # 64 events together, so that each comparison is a vector's: a new value sinks through the least ones so far
    out = np.empty(len(events))
    least = np.empty((rank + 1, 64), dtype=np.float32)
    value = np.zeros(64, dtype=np.float32)
    for start in range(0, len(events), 64):
        width = min(64, len(events) - start)
        least[:] = np.inf
        for column in columns:
            for k in range(width):
                value[k] = events[start + k, column]
            for i in range(rank + 1):
                for k in range(64):
                    low, high = least[i, k], value[k]
                    least[i, k] = low if low < high else high
                    value[k] = high if low < high else low
        for k in range(width):
            out[start + k] = max(least[rank, k], np.float32(0))
    return out


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _above(
    dye: np.ndarray, fsc: np.ndarray, cofactor: float, cut: float, slope: float, size: float, ceiling: float
) -> np.ndarray:
    out = np.zeros(len(dye), dtype=np.bool_)
    low = cofactor * (math.sinh(cut) - 1e-9 * math.cosh(cut))  # below the cut, whatever the rounding
    for i in range(len(dye)):
        if dye[i] < low:
            continue
        limit = cut
        if slope > 0.0 and fsc[i] > 0.0:
            limit = min(max(cut, ceiling), cut + slope * max(math.log(np.float64(fsc[i])) - size, 0.0))
        out[i] = math.asinh(dye[i] / cofactor) > limit
    return out
