"""Stretches of a run with clogs, bursts or shifted signals."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.ndimage import median_filter

from cytoclust.findings import Finding
from cytoclust.io import Panel
from cytoclust.normal import SD_OF_MAD
from cytoclust.pp._coarse_kinds import coarse_kinds
from cytoclust.pp._quality_model import Fitted, Summary
from cytoclust.pp._scatter import find_scatter, size_column

_FEWEST = 1000
"""Events that a verdict on the run needs. Derived: ten of the smallest bins, as fewer are not compared."""
_FEWEST_BINS = 10
"""Bins that a verdict needs. Chosen: see sensitivity."""
_TICKS = 10
"""Different times that a clock needs to run. Chosen: see sensitivity."""
_BIN_EVENTS: Final = (100, 400)
"""Events of a bin: short clogs show in small ones, slight shifts in large ones. Chosen: see sensitivity."""
_FINE_EVENTS = 20
"""Events of the bins that tell where a stretch begins and ends. Chosen: see sensitivity."""
_FINE_WINDOW = 4
"""Such bins that are averaged where the peak of a stretch is sought; of so few or fewer, all go. Chosen: see
sensitivity."""
_RATE_Z = 5.0
"""Robust standard deviations over bins by which a log rate differs from the running median, above which the flow broke.
Chosen: see sensitivity."""
_SIGNAL_Z = 6.0
"""The same of the mean rank of a signal from its median. Chosen: see sensitivity."""
_SIGNAL_SHIFT = 0.08
"""Smallest shift of that mean rank, of ranks 0 to 1, that matters. Chosen: see sensitivity."""
_FALLS = 0.02
"""Share of its range by which the clock falls back where another acquisition begins. Chosen: see sensitivity."""
_IN_ORDER = 0.01
"""Falls for each event, up to which events are in the order of acquisition; beyond, they were put in another and their
times tell the order. Chosen: a hundred events an acquisition."""


_PARTED = 0.4
"""Share of its events by which the usual bin differs from the whole in its kinds, above which events stand in order of
kind. Chosen: see sensitivity."""


@dataclass(frozen=True)
class TimeModel(Summary):
    """Stretches to set aside.

    Attributes
    ----------
    by
        Whether the stretches are of the Time column or of row numbers (where Time falls back).
    column
        The Time column.
    starts, stops
        Half-open stretches [start, stop), ascending, apart.
    """

    by: Literal["time", "row"]
    column: int
    starts: np.ndarray
    stops: np.ndarray

    def apply(self, events: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Which events lie in a stretch, bool (n,)."""
        where = rows.astype(np.float64) if self.by == "row" else events[:, self.column].astype(np.float64)
        before = np.searchsorted(self.starts, where, side="right") - 1
        return (before >= 0) & (where < np.append(self.stops, -np.inf)[before])


def fit_time(events: np.ndarray, rows: np.ndarray, *, panel: Panel, **_others: object) -> Fitted:
    """Find the stretches of one sample whose event rate or signals break with the rest of the run.

    Events in order of time are cut into bins of equal number, so that a clog is a bin that lasts long. The log rate
    of a bin is compared with a running median over the run, and the mean rank of each signal with its median over
    all bins, both in units of the robust spread of bins (at least the Poisson or uniform-rank spread, so that a
    steady run loses nothing). Finer bins then tell where a stretch begins and ends. Ranks are those among events of one
    coarse kind: more monocytes in a bin are no clog, dimmer monocytes are.

    Without a clock nothing is set aside, for the order of rows is none. Where the clock falls back another acquisition
    begins (files that were joined, a counter that ran over), and each is compared with itself only.
    """
    if len(events) < _FEWEST:
        return None, (Finding("time not made", why=f"{len(events)} events are too few"),)
    column = next((i for i, kind in enumerate(panel.signal_types) if kind == "time"), -1)
    if column < 0:
        return None, (Finding("no time channel"),)
    time = events[:, column].astype(np.float64)
    if not np.isfinite(time).all() or len(np.unique(time)) < _TICKS:
        return None, (Finding("time does not run"),)
    acquired = np.argsort(rows, kind="stable")
    falls = np.flatnonzero(np.diff(time[acquired]) < -_FALLS * (time.max() - time.min())) + 1
    # events are compared in one order wherever they stand in the file: ties of the clock, too
    pieces = (
        [np.sort(piece) for piece in np.split(acquired, falls)]
        if len(falls) <= _IN_ORDER * len(time)
        else [np.arange(len(time))]
    )
    bad, parted = np.zeros(len(time), dtype=bool), False
    for piece in pieces:
        if len(piece) >= _FEWEST:
            order = piece[np.argsort(time[piece], kind="stable")]
            bad[order], sorted_so = _bad(events[order], time[order], panel)
            parted |= sorted_so
    notes = (Finding("events in order of kind"),) if parted else ()
    if len(pieces) > 1:
        falling = Finding("time falls back", n=len(falls))
        stretches = _stretches(bad[acquired], rows[acquired].astype(np.float64))
        return TimeModel("row", column, *stretches), (falling, *notes)
    order = np.argsort(time, kind="stable")
    return TimeModel("time", column, *_stretches(bad[order], time[order])), notes


def _bad(events: np.ndarray, clock: np.ndarray, panel: Panel) -> tuple[np.ndarray, bool]:
    """Which events of one acquisition, in order of its clock, lie in a stretch that breaks with it, bool (n,).

    And whether signals could not be compared, as events stand in order of their kind.
    """
    scatter = find_scatter(panel)
    columns = [size_column(scatter, "FSC"), size_column(scatter, "SSC")]
    signals = events[:, [column for column in (*columns, *panel.stained) if column is not None]]
    kinds = coarse_kinds(signals)
    parted = _parted(kinds, _bins(clock, max(_BIN_EVENTS)))
    ranks = _ranks(signals[:, :0] if parted else signals, kinds)
    bad = np.zeros(len(clock), dtype=bool)
    for size in _BIN_EVENTS:
        starts = _bins(clock, size)
        if len(starts) >= _FEWEST_BINS:
            broken = _broken(_shifts(clock, ranks, starts), starts, len(clock))
            bad |= np.repeat(broken, np.diff(np.append(starts, len(clock))))
    return _trim(bad, clock, ranks) if bad.any() else bad, parted


def _parted(kinds: np.ndarray, starts: np.ndarray) -> bool:
    """Whether the usual bin holds other kinds than the whole: then it was put in that order, and no flow is so."""
    counts = np.zeros((len(starts), kinds.max() + 1))
    np.add.at(counts, (np.searchsorted(starts, np.arange(len(kinds)), side="right") - 1, kinds), 1)
    shares = counts / counts.sum(axis=1, keepdims=True)
    apart = 0.5 * np.abs(shares - np.bincount(kinds) / len(kinds)).sum(axis=1)
    return bool(np.median(apart) > _PARTED)


def _bins(clock: np.ndarray, size: int) -> np.ndarray:
    """First event of each bin: ``size`` events or more, cut only where the clock ticks."""
    ticks = np.flatnonzero(np.diff(clock, prepend=-np.inf) > 0)
    wanted = np.searchsorted(ticks, np.arange(0, max(len(clock) - size, 0) + 1, size))
    return ticks[np.unique(wanted[wanted < len(ticks)])]


def _ranks(signals: np.ndarray, kinds: np.ndarray) -> np.ndarray:
    """Ranks of 0 to 1 of each signal among the events of one kind, (signals, n)."""
    ranks = np.empty(signals.shape[::-1])
    for kind in range(kinds.max() + 1):
        rows = np.flatnonzero(kinds == kind)
        for rank, values in zip(ranks, signals[rows].T, strict=True):
            rank[rows] = (_average_ranks(values) - 0.5) / len(rows)
    return ranks


def _average_ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 1; equal values share the mean of theirs."""
    order = np.argsort(values)
    ordered = values[order]
    first = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    counts = np.diff(np.append(first, len(values)))
    ranks = np.empty(len(values))
    ranks[order] = np.repeat(first + (counts + 1) / 2, counts)
    return ranks


def _shifts(clock: np.ndarray, ranks: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """What each bin differs by: mean ranks, then the log rate; (signals + 1, bins)."""
    counts = np.diff(np.append(starts, len(clock))).astype(np.float64)
    means = np.array([np.add.reduceat(rank, starts) / counts for rank in ranks]).reshape(len(ranks), len(starts))
    shifts = means - np.median(means, axis=1, keepdims=True)
    tick = np.diff(np.unique(clock)).min()
    rate = np.log(counts / np.diff(np.append(clock[starts], clock[-1] + tick)))
    window = max(21, len(rate) // 4) | 1
    return np.vstack([shifts, rate - median_filter(rate, size=window, mode="nearest")])


def _spreads(starts: np.ndarray, n: int, rows: int) -> np.ndarray:
    """Spread by chance of each shift: of a mean of uniform ranks, of a log count; (signals + 1, bins)."""
    counts = np.diff(np.append(starts, n)).astype(np.float64)
    variance = np.full((rows, 1), 1 / 12)
    variance[-1] = 1.0
    return np.sqrt(variance / counts)


def _broken(shifts: np.ndarray, starts: np.ndarray, n: int) -> np.ndarray:
    """Which bins break with the run."""
    spreads = _spreads(starts, n, len(shifts))
    robust = SD_OF_MAD * np.median(np.abs(shifts - np.median(shifts, axis=1, keepdims=True)), axis=1, keepdims=True)
    far = np.abs(shifts) / np.maximum(robust, spreads)
    shifted = (far[:-1] > _SIGNAL_Z) & (np.abs(shifts[:-1]) > _SIGNAL_SHIFT)
    return shifted.any(axis=0) | (far[-1] > _RATE_Z)


def _trim(bad: np.ndarray, clock: np.ndarray, ranks: np.ndarray) -> np.ndarray:
    """Shrink each bad stretch to the fine bins where what breaks exceeds half of its height."""
    starts = _bins(clock, _FINE_EVENTS)
    shifts = _shifts(clock, ranks, starts)
    spreads = _spreads(starts, len(clock), len(shifts))
    edges = np.append(starts, len(clock))
    trimmed = np.zeros_like(bad)
    for first, stop in _runs(bad):
        bins = np.arange(np.searchsorted(starts, first), np.searchsorted(starts, stop))
        if len(bins) <= _FINE_WINDOW:
            trimmed[first:stop] = True
            continue
        padded = np.pad(shifts[:, bins], ((0, 0), (_FINE_WINDOW // 2, (_FINE_WINDOW - 1) // 2)), mode="edge")
        smooth = sliding_window_view(padded, _FINE_WINDOW, axis=1).mean(axis=2)
        which, peak = np.unravel_index(np.argmax(np.abs(smooth) / spreads[:, bins]), smooth.shape)
        height = smooth[which, peak]
        low, high = _best_run(shifts[which, bins] * np.sign(height) - 0.5 * abs(height))
        trimmed[edges[bins[low]] : edges[bins[high] + 1]] = True
    return trimmed


def _best_run(scores: np.ndarray) -> tuple[int, int]:
    """First and last of the run of scores with the greatest sum."""
    total = np.concatenate([[0.0], np.cumsum(scores)])
    least = np.minimum.accumulate(total[:-1])
    high = int(np.argmax(total[1:] - least))
    return int(np.argmin(total[: high + 1])), high


def _runs(flags: np.ndarray) -> list[tuple[int, int]]:
    """Half-open runs of true flags."""
    steps = np.diff(np.concatenate([[0], flags.astype(np.int8), [0]]))
    return list(zip(np.flatnonzero(steps == 1).tolist(), np.flatnonzero(steps == -1).tolist(), strict=True))


def _stretches(bad: np.ndarray, where: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Runs of bad events as stretches of what they are told in, which ascends; ends of the run reach to infinity."""
    limits = np.append(where, np.inf)
    limits[0] = -np.inf
    runs = np.array(_runs(bad), dtype=np.intp).reshape(-1, 2)
    return limits[runs[:, 0]], limits[runs[:, 1]]
