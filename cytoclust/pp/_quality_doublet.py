"""Two cells that passed the laser as one event."""

import math
from dataclasses import dataclass
from typing import Final

import numba
import numpy as np

from cytoclust.findings import Finding
from cytoclust.io import Panel
from cytoclust.normal import QUARTILE
from cytoclust.pp._quality_model import Fitted, Summary
from cytoclust.pp._scatter import find_scatter, size_column

_FEWEST = 1000
"""Events that the singlets of a detector need: 83 in a bin of size. Chosen: see sensitivity."""
_BINS = 12
"""Of size, equally many events each. Chosen: see sensitivity."""
_SINGLE = 3.5
"""Spreads above the singlets that make a doublet, where one detector tells; 0.02 % of normal singlets lie beyond.
Chosen: see sensitivity."""
_EITHER = 4.0
"""The same in either of two detectors; 0.006 % of normal singlets lie beyond in the two. Chosen: see sensitivity."""
_TOGETHER = 3.5
"""The same of the sum of both detectors' distances, whose spread is √2 if they err apart. Chosen: see sensitivity."""
_FAR = 1.0
"""Share of the spread by which it grows for each unit of natural log of size beyond the knots. Chosen: see
sensitivity."""
_PAIRS: Final = (("A", "H"), ("W", "A"), ("W", "H"))  # area over height, or width itself


@dataclass(frozen=True)
class PulseModel:
    """The singlets of one detector: log pulse width as a function of log size.

    Attributes
    ----------
    top, bottom
        Columns; the width is top/bottom, or top itself where ``ratio`` is false.
    ratio
        Whether the width is a ratio.
    size
        Column that tells size.
    limit
        Value at which ``bottom`` saturates, so that the ratio says nothing.
    sizes, centres, spreads
        Knots on log size: log width of singlets, and its spread. In between they are interpolated.
    growth
        Beyond the knots the squared width grows by this for each unit of size: a pulse is the laser beam convolved
        with the cell, so that squared widths add, and scatter is about the cell's area.
    """

    top: int
    bottom: int
    ratio: bool
    size: int
    limit: float
    sizes: np.ndarray
    centres: np.ndarray
    spreads: np.ndarray
    growth: float

    def distance(self, events: np.ndarray) -> np.ndarray:
        """Spreads above the singlets, float64 (n,); 0 where it cannot be said."""
        top, bottom, size = (np.ascontiguousarray(events[:, i]) for i in (self.top, self.bottom, self.size))
        knots = (self.sizes, self.centres, self.spreads, self.growth)
        return _distance(top, bottom, size, self.ratio, self.limit, *knots)


@dataclass(frozen=True)
class DoubletModel(Summary):
    """The singlets of forward scatter, side scatter or both."""

    pulses: dict[str, PulseModel]

    def apply(self, events: np.ndarray, _rows: np.ndarray) -> np.ndarray:
        """Which events are doublets, bool (n,)."""
        distances = [pulse.distance(events) for pulse in self.pulses.values()]
        if len(distances) == 1:
            return distances[0] > _SINGLE
        fsc, ssc = distances
        return (fsc > _EITHER) | (ssc > _EITHER) | (fsc + ssc > _TOGETHER * math.sqrt(2.0))


def fit_doublet(events: np.ndarray, _rows: np.ndarray, *, panel: Panel, **_others: object) -> Fitted:
    """Find the singlets' pulse width (area over height, or width), by size.

    A doublet's area is the sum of two cells', its height less than the sum. Centres are modes within bins of equal
    number of events, so that a size has its own centre and a large cell is not called a doublet for being large;
    spreads come from the side below the mode, where there are no doublets.
    """
    if len(events) < _FEWEST:
        return None, (Finding("doublet not made", why=f"{len(events)} events are too few"),)
    scatter = find_scatter(panel)
    pulses: dict[str, PulseModel] = {}
    notes: list[Finding] = []
    for kind in ("FSC", "SSC"):
        pair = next((p for p in _PAIRS if f"{kind}-{p[0]}" in scatter and f"{kind}-{p[1]}" in scatter), None)
        if pair is not None:
            top, bottom = (scatter[f"{kind}-{part}"] for part in pair)
            size = scatter.get("FSC-H", size_column(scatter, "FSC"))
            pulse = _fit_pulse(events, top, bottom, pair[0] == "A", bottom if size is None else size)
            if pulse is None:
                notes.append(Finding("pulse tells nothing", detector=kind))
            else:
                pulses[kind] = pulse
    if not pulses:
        lacking = Finding("doublet not made", why="that takes two of area, height and width of a detector")
        return None, (*notes, lacking)
    return DoubletModel(pulses), tuple(notes)


def _fit_pulse(events: np.ndarray, top: int, bottom: int, ratio: bool, size: int) -> PulseModel | None:
    high, low, scale = (events[:, column].astype(np.float64) for column in (top, bottom, size))
    limit = _saturation(low)
    used = (high > 0) & (low > 0) & (scale > 0) & (high < _saturation(high)) & (low < limit)
    if np.count_nonzero(used) < _FEWEST:
        return None
    x = np.log(scale[used])
    y = np.log(high[used]) - (np.log(low[used]) if ratio else 0.0)
    parts = np.array_split(np.argsort(x, kind="stable"), _BINS)
    sizes = np.array([np.median(x[part]) for part in parts])
    centres = np.array([_mode(y[part]) for part in parts])
    spreads = np.array([_lower_spread(y[part], centre) for part, centre in zip(parts, centres, strict=True)])
    keep = np.concatenate([[True], np.diff(sizes) > 1e-6])
    sizes, centres, spreads = sizes[keep], centres[keep], spreads[keep]
    spreads = np.maximum(spreads, 0.25 * np.median(spreads))
    if not np.median(spreads) > 0:
        return None
    growth = max(_slope(np.exp(sizes), np.exp(2 * centres)), 0.0)
    return PulseModel(top, bottom, ratio, size, limit, sizes, centres, spreads, growth)


def _saturation(values: np.ndarray) -> float:
    """The highest value if events pile up at it, else infinity."""
    top = float(values.max())
    return top if np.count_nonzero(values == top) >= 5 else math.inf


def _mode(values: np.ndarray) -> float:
    """Median of the shortest half of the shortest half."""
    ordered = np.sort(values)
    for _ in range(2):
        half = max(len(ordered) // 2, 1)
        start = int(np.argmin(ordered[half:] - ordered[: len(ordered) - half]))
        ordered = ordered[start : start + half + 1]
    return float(np.median(ordered))


def _lower_spread(values: np.ndarray, centre: float) -> float:
    below = centre - values[values < centre]
    return float(np.median(below)) / QUARTILE if len(below) else 0.0


def _slope(x: np.ndarray, y: np.ndarray) -> float:
    """Median slope between knots (Theil and Sen)."""
    if len(x) < 2:
        return 0.0
    i, j = np.triu_indices(len(x), 1)
    return float(np.median((y[j] - y[i]) / (x[j] - x[i])))


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _distance(
    top: np.ndarray,
    bottom: np.ndarray,
    size: np.ndarray,
    ratio: bool,
    limit: float,
    sizes: np.ndarray,
    centres: np.ndarray,
    spreads: np.ndarray,
    growth: float,
) -> np.ndarray:
    out = np.zeros(len(top))
    last = len(sizes) - 1
    for i in range(len(top)):
        if not (top[i] > 0.0 and bottom[i] > 0.0 and bottom[i] < limit and size[i] > 0.0):
            continue
        x = math.log(np.float64(size[i]))
        y = math.log(np.float64(top[i])) - (math.log(np.float64(bottom[i])) if ratio else 0.0)
        if x <= sizes[0] or x >= sizes[last]:
            end = 0 if x <= sizes[0] else last
            squared = math.exp(2.0 * centres[end])
            grown = max(squared + growth * (size[i] - math.exp(sizes[end])), 0.25 * squared)
            centre = 0.5 * math.log(grown)
            spread = spreads[end] * (1.0 + _FAR * abs(x - sizes[end]))
        else:
            k = np.searchsorted(sizes, x) - 1
            t = (x - sizes[k]) / (sizes[k + 1] - sizes[k])
            centre = (1.0 - t) * centres[k] + t * centres[k + 1]
            spread = (1.0 - t) * spreads[k] + t * spreads[k + 1]
        out[i] = (y - centre) / spread
    return out
