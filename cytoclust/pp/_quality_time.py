"""Stretches of a run with clogs, bursts or shifted signals."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.ndimage import median_filter

from cytoclust.findings import Finding
from cytoclust.io import Panel
from cytoclust.normal import SD_OF_MAD
from cytoclust.pp._quality_model import Fitted, Summary
from cytoclust.pp._scatter import find_scatter, size_column

_FEWEST = 1000
"""Events that a verdict on the run needs. Derived: ten of the smallest bins, as fewer are not compared."""
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
_MOST_WRAPS = 20
"""Times that the clock may fall back by more than 2 % of its range and still be put together; beyond, events are put
in the order of their times. Chosen: see sensitivity."""


@dataclass(frozen=True)
class TimeModel(Summary):
    """Stretches to set aside.

    Attributes
    ----------
    by
        Whether the stretches are of the Time column or of row numbers (where Time wraps or does not run).
    column
        The Time column, -1 if there is none.
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
    steady run loses nothing). Finer bins then tell where a stretch begins and ends.
    """
    if len(events) < _FEWEST:
        return None, (Finding("time not made", why=f"{len(events)} events are too few"),)
    column = next((i for i, kind in enumerate(panel.signal_types) if kind == "time"), -1)
    clock, by, running, notes = _clock(events, rows, column)
    order = np.argsort(clock, kind="stable")
    clock = clock[order]
    ranks = _ranks(events, panel, order)
    bad = np.zeros(len(clock), dtype=bool)
    for size in _BIN_EVENTS:
        starts = _bins(clock, size)
        if len(starts) >= 10:
            shifts = _shifts(clock, ranks, starts, running)
            bad |= np.repeat(_broken(shifts, starts, len(clock), running), np.diff(np.append(starts, len(clock))))
    if bad.any():
        bad = _trim(bad, clock, ranks, running)
    where = clock if by == "time" else rows[order].astype(np.float64)
    return TimeModel(by, column, *_stretches(bad, where)), notes


def _clock(
    events: np.ndarray, rows: np.ndarray, column: int
) -> tuple[np.ndarray, Literal["time", "row"], bool, tuple[Finding, ...]]:
    """A clock for each event, what stretches are told in, whether the clock runs (has a rate), and notes."""
    by_row = rows.astype(np.float64)
    if column < 0:
        return by_row, "row", False, (Finding("no time channel"),)
    time = events[:, column].astype(np.float64)
    if not np.isfinite(time).all() or len(np.unique(time)) < 10:
        return by_row, "row", False, (Finding("time does not run"),)
    steps = np.diff(time)
    backward = np.flatnonzero(steps < -0.02 * (time.max() - time.min()))
    if not 0 < len(backward) <= _MOST_WRAPS:  # in order, or in no order at all: then Time itself orders the events
        return time, "time", True, ()
    jumps = np.zeros(len(time))
    jumps[backward + 1] = -steps[backward]
    return time + np.cumsum(jumps), "row", True, (Finding("time falls back", n=len(backward)),)


def _bins(clock: np.ndarray, size: int) -> np.ndarray:
    """First event of each bin: ``size`` events or more, cut only where the clock ticks."""
    ticks = np.flatnonzero(np.diff(clock, prepend=-np.inf) > 0)
    wanted = np.searchsorted(ticks, np.arange(0, max(len(clock) - size, 0) + 1, size))
    return ticks[np.unique(wanted[wanted < len(ticks)])]


def _ranks(events: np.ndarray, panel: Panel, order: np.ndarray) -> np.ndarray:
    """Ranks of 0 to 1 of each signal, in order of the clock, (signals, m)."""
    scatter = find_scatter(panel)
    columns = [size_column(scatter, "FSC"), size_column(scatter, "SSC")]
    used = [column for column in (*columns, *panel.stained) if column is not None]
    ranks = [(_average_ranks(events[order, column]) - 0.5) / len(events) for column in used]
    return np.array(ranks).reshape(len(used), len(events))


def _average_ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 1; equal values share the mean of theirs."""
    order = np.argsort(values)
    ordered = values[order]
    first = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    counts = np.diff(np.append(first, len(values)))
    ranks = np.empty(len(values))
    ranks[order] = np.repeat(first + (counts + 1) / 2, counts)
    return ranks


def _shifts(clock: np.ndarray, ranks: np.ndarray, starts: np.ndarray, running: bool) -> np.ndarray:
    """What each bin differs by: mean ranks, then (if the clock runs) the log rate; (signals [+ 1], bins)."""
    counts = np.diff(np.append(starts, len(clock))).astype(np.float64)
    means = np.array([np.add.reduceat(rank, starts) / counts for rank in ranks]).reshape(len(ranks), len(starts))
    shifts = means - np.median(means, axis=1, keepdims=True)
    if not running:
        return shifts
    tick = np.diff(np.unique(clock)).min()
    rate = np.log(counts / np.diff(np.append(clock[starts], clock[-1] + tick)))
    window = max(21, len(rate) // 4) | 1
    return np.vstack([shifts, rate - median_filter(rate, size=window, mode="nearest")])


def _spreads(starts: np.ndarray, n: int, rows: int, running: bool) -> np.ndarray:
    """Spread by chance of each shift: of a mean of uniform ranks, of a log count; (signals [+ 1], bins)."""
    counts = np.diff(np.append(starts, n)).astype(np.float64)
    variance = np.full((rows, 1), 1 / 12)
    variance[-1:] = 1.0 if running else 1 / 12
    return np.sqrt(variance / counts)


def _broken(shifts: np.ndarray, starts: np.ndarray, n: int, running: bool) -> np.ndarray:
    """Which bins break with the run."""
    spreads = _spreads(starts, n, len(shifts), running)
    robust = SD_OF_MAD * np.median(np.abs(shifts - np.median(shifts, axis=1, keepdims=True)), axis=1, keepdims=True)
    far = np.abs(shifts) / np.maximum(robust, spreads)
    signals = slice(0, len(shifts) - running)
    broken = ((far[signals] > _SIGNAL_Z) & (np.abs(shifts[signals]) > _SIGNAL_SHIFT)).any(axis=0)
    return broken | (far[-1] > _RATE_Z) if running else broken


def _trim(bad: np.ndarray, clock: np.ndarray, ranks: np.ndarray, running: bool) -> np.ndarray:
    """Shrink each bad stretch to the fine bins where what breaks exceeds half of its height."""
    starts = _bins(clock, _FINE_EVENTS)
    shifts = _shifts(clock, ranks, starts, running)
    spreads = _spreads(starts, len(clock), len(shifts), running)
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
    """Runs of bad events as stretches of what they are told in; the first and last reach to infinity."""
    limits = np.append(where, np.inf)
    limits[0] = -np.inf
    runs = np.array(_runs(bad), dtype=np.intp).reshape(-1, 2)
    return limits[runs[:, 0]], limits[runs[:, 1]]
