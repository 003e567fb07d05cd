"""Two cells that passed the laser as one event."""

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from cytoclust.findings import Finding
from cytoclust.io import Panel
from cytoclust.pp._quality_model import Fitted, Summary
from cytoclust.pp._scatter import find_pulses, size_column
from cytoclust.pp._singlets import FEWEST, Singlets, fit_singlets

_SPREADS, _ALONE_SPREADS = 2.5, 3.5
"""Spreads of the singlets that a doublet is above them, in both detectors or in one alone; 0.6 % and 0.02 % of a normal
distribution lie beyond. Chosen: see sensitivity."""
_ALONE = 0.75
"""What the distance from the singlets counts where one detector alone tells it, of what it counts in both. Chosen: see
sensitivity."""
_USUAL = math.log(1.16)
"""Natural log of a pulse's width over that of singlets alike, above which an event is a doublet: the smaller cell adds
a sixth. Chosen: see sensitivity."""
_LEAST, _MOST = math.log(1.08), math.log(1.35)
"""The same where the singlets have no tail, and where they have the longest. Chosen: see sensitivity."""
_WINDOW = 0.1
"""Of the natural log of width, in which events are counted. Chosen: see sensitivity."""
_FLAT, _STEEP = 1.25, 3.0
"""Times the events of the next window: if those of the least width are no more than the first, the singlets have no
tail; those of a window that are more than the second are their tail. Chosen: see sensitivity."""
_PARTS = 3
"""Parts of granularity, of equal number of events, none of which may have a tail. Chosen: see sensitivity."""
_SURE = math.log(1.28)
"""Natural log of width above which an event can be nothing but a doublet. Chosen: see sensitivity."""
_SURE_EVENTS = 10
"""Events beyond that show that there are doublets at all. Chosen: see sensitivity."""
_EXCESS = 2.0
"""Times the events as far below the singlets, which those above are at least: else the pulse errs to both sides and
tells nothing. Chosen: see sensitivity."""
_PAIRS: Final = (("A", "H"), ("W", "A"), ("W", "H"))  # area over height, or width itself


@dataclass(frozen=True)
class Height:
    """The height of a detector's pulse: a column, or an area over a width.

    Attributes
    ----------
    column
        The height, or the area.
    top, bottom
        The width to divide an area by is ``top / bottom``; -1 where there is none.
    """

    column: int
    top: int = -1
    bottom: int = -1

    def log(self, events: np.ndarray) -> np.ndarray:
        """Natural logarithm of the height, NaN where it is not positive, float64 (n,)."""
        height = _log(events, self.column)
        return height if self.top < 0 else height - _log_width(events, self.top, self.bottom)


@dataclass(frozen=True)
class PulseModel:
    """The singlets of one detector.

    Attributes
    ----------
    top, bottom
        Columns; the width is ``top / bottom``, or ``top`` itself where ``bottom`` is -1.
    limits
        Values at which the detector saturates, so that its pulse says nothing: of ``top`` and ``bottom``.
    singlets
        Their log width and its spread, by size and granularity.
    """

    top: int
    bottom: int
    limits: tuple[float, float]
    singlets: Singlets

    def width(self, events: np.ndarray) -> np.ndarray:
        """Log width, NaN where it cannot be said, float64 (n,)."""
        out = _log_width(events, self.top, self.bottom)
        if self.bottom >= 0:
            out[events[:, self.bottom] >= np.float32(self.limits[1])] = np.nan
        return out


@dataclass(frozen=True)
class DoubletModel(Summary):
    """The singlets of forward scatter, side scatter or both.

    Attributes
    ----------
    size, grain
        Heights of forward and side scatter, by which events are alike; ``grain`` is None where there is none.
    pulses
        By detector.
    least
        Natural log of an event's width over that of singlets alike, above which it is a doublet in every detector.
    """

    size: Height
    grain: Height | None
    pulses: dict[str, PulseModel]
    least: float = math.inf

    def apply(self, events: np.ndarray, _rows: np.ndarray) -> np.ndarray:
        """Which events are doublets, bool (n,)."""
        return self.excess(events, 1.0) > self.least

    def excess(self, events: np.ndarray, side: float) -> np.ndarray:
        """How much wider (side 1) or narrower (-1) an event is than singlets alike, as a natural log, (n,).

        Of two detectors the one that says less counts; one alone, forward scatter where it can tell, counts for less.
        It is 0 for an event among the singlets, and where nothing can be said.
        """
        size = self.size.log(events)
        grain = np.zeros(len(events)) if self.grain is None else self.grain.log(events)
        found = []
        for pulse in self.pulses.values():
            centre, spread = pulse.singlets.at(size, grain)
            found.append((side * (pulse.width(events) - centre), spread))  # comparisons with NaN are false
        (first, first_spread), (second, second_spread) = found[0], found[-1]
        both = (first > _SPREADS * first_spread) & (second > _SPREADS * second_spread) & (len(found) > 1)
        silent = np.isnan(first)
        alone, spread = np.where(silent, second, first), np.where(silent, second_spread, first_spread)
        out = np.where(alone > _ALONE_SPREADS * spread, _ALONE * alone, 0.0)
        return np.where(both, np.fmax(out, np.fmin(first, second)), out)


def fit_doublet(events: np.ndarray, _rows: np.ndarray, *, panel: Panel, **_others: object) -> Fitted:
    """Find the singlets' pulse width (area over height, or width), by height of forward and side scatter.

    A doublet's area is the sum of two cells', its height less than the sum: so its pulse is wider than that of single
    cells alike, in forward and side scatter both. Large and granular cells have wider pulses too; an event is
    compared with those of its own height in both detectors, in which a doublet is like one of its cells.

    Single cells of one height differ in width more to the upper side, and doublets begin where that tail ends: where
    events of a width are no longer much more frequent than events so wide that they can be nothing else. A sample
    without such events (cells that were gated before) has no doublets.
    """
    scatter = find_pulses(panel)
    pairs = {kind: pair for kind in ("FSC", "SSC") if (pair := pulse_columns(scatter, kind)) is not None}
    if not pairs:
        return None, (Finding("doublet not made", why="that takes two of area, height and width of a detector"),)
    if len(events) < FEWEST:
        return None, (Finding("doublet not made", why=f"{len(events)} events are too few"),)
    width = next(iter(pairs.values()))
    heights = [height for kind in ("FSC", "SSC") if (height := pulse_height(scatter, kind, pairs, width)) is not None]
    size, grain = heights[0], heights[1] if len(heights) > 1 else None
    pulses: dict[str, PulseModel] = {}
    notes: list[Finding] = []
    for kind, (top, bottom) in pairs.items():
        pulse = _fit_pulse(events, top, bottom, size, grain)
        if pulse is None:
            notes.append(Finding("pulse tells nothing", detector=kind))
        else:
            pulses[kind] = pulse
    if not pulses:
        return None, tuple(notes)
    model = DoubletModel(size, grain, pulses)
    least = _tail_end(model.excess(events, 1.0), model.excess(events, -1.0), (grain or size).log(events))
    if least is None:
        return None, (*notes, Finding("no doublets"))
    return replace(model, least=least), tuple(notes)


def widest_single(centre: np.ndarray, spread: np.ndarray, least: float) -> np.ndarray:
    """The width above which a detector says doublet, by log width and spread of the singlets, (n,)."""
    return np.exp(centre + np.maximum(least, _SPREADS * spread))


def _tail_end(above: np.ndarray, below: np.ndarray, grain: np.ndarray) -> float | None:
    """The excess where the tail of the singlets ends and doublets begin; None if there are no doublets.

    Parameters
    ----------
    above, below
        How much wider and narrower than singlets each event is, as of ``DoubletModel.excess`` (n,).
    grain
        Granularity, by which cells are of several kinds with tails of their own (n,).
    """
    sure, mirrored = (np.count_nonzero(side > _SURE) for side in (above, below))
    if sure < _SURE_EVENTS or sure < _EXCESS * mirrored:
        return None
    parts = np.array_split(np.argsort(grain, kind="stable"), _PARTS)
    if all(_falls(above[part], _LEAST) <= _FLAT for part in parts):
        return _LEAST
    end = _USUAL
    while end < _MOST and _falls(above, end) > _STEEP:
        end += _WINDOW / 4
    return min(end, _MOST)


def _falls(excess: np.ndarray, start: float) -> float:
    """Events of the window that starts there over those of the next."""
    first, second = (
        int(np.count_nonzero((excess > low) & (excess <= low + _WINDOW))) for low in (start, start + _WINDOW)
    )
    return first / max(second, 1)


def pulse_columns(scatter: dict[str, int], kind: str) -> tuple[int, int] | None:
    """Columns whose ratio is the width; the second is -1 where the first is the width."""
    for top, bottom in _PAIRS:
        if f"{kind}-{top}" in scatter and f"{kind}-{bottom}" in scatter:
            return scatter[f"{kind}-{top}"], scatter[f"{kind}-{bottom}"] if top == "A" else -1
    return None


def pulse_height(
    scatter: dict[str, int], kind: str, pairs: dict[str, tuple[int, int]], other: tuple[int, int]
) -> Height | None:
    """Height of a detector; where only its area is known, by its own width or that of the other detector."""
    if f"{kind}-H" in scatter:
        return Height(scatter[f"{kind}-H"])
    column = size_column(scatter, kind)
    return None if column is None else Height(column, *pairs.get(kind, other))


def _fit_pulse(events: np.ndarray, top: int, bottom: int, size: Height, grain: Height | None) -> PulseModel | None:
    limits = (_saturation(events[:, top]), _saturation(events[:, bottom]) if bottom >= 0 else math.inf)
    x, y = size.log(events), _log_width(events, top, bottom)
    g = np.zeros(len(events)) if grain is None else grain.log(events)
    used = np.isfinite(x) & np.isfinite(y) & np.isfinite(g) & (events[:, top] < limits[0])
    if bottom >= 0:
        used &= events[:, bottom] < limits[1]
    singlets = fit_singlets(x[used], g[used], y[used])
    return None if singlets is None else PulseModel(top, bottom, limits, singlets)


def _saturation(values: np.ndarray) -> float:
    """The highest value if events pile up at it, else infinity."""
    top = float(values.max())
    return top if np.count_nonzero(values == top) >= 5 else math.inf


def _log_width(events: np.ndarray, top: int, bottom: int) -> np.ndarray:
    width = _log(events, top)
    return width if bottom < 0 else width - _log(events, bottom)


def _log(events: np.ndarray, column: int) -> np.ndarray:
    """Natural logarithm of a column, NaN where it is not positive, float64 (n,)."""
    values = events[:, column].astype(np.float64)
    return np.log(np.where(values > 0, values, np.nan))
