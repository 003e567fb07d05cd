"""Quality control of one sample."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys, params
from cytoclust.findings import Finding
from cytoclust.io import STAINS, Panel
from cytoclust.pp._apply_quality import apply_quality
from cytoclust.pp._event_lots import EventLots, find_event_lots
from cytoclust.pp._find_piles import find_piles
from cytoclust.pp._fit_quality import QualityModel, fit_quality
from cytoclust.pp._rows import Rows
from cytoclust.pp._scale_limits import beyond_limits

__all__ = ["Judged", "judge_sample"]

BLOCK = 65_536
"""Events judged at once. Bears on no result: time and memory. Chosen."""


@dataclass(frozen=True, eq=False)
class Judged:
    """What quality control made of a sample."""

    codes: NDArray[np.uint8]
    """Index into ``keys.QC`` of each event (n,)."""
    model: QualityModel
    not_finite: dict[str, int]
    """Events with NaN or infinity in a signal, which were set aside as margin, by column."""
    beyond: dict[str, int]
    """Events beyond the scale of a detector, which were so too, by column."""
    piles: tuple[Finding, ...]
    """Columns with many equal values at an end."""
    lots: EventLots
    """Which events were learnt from, and are drawn further on."""

    def summary(self) -> dict[str, Any]:
        """Events of each category (``counts``), and thresholds and notes of each check, for ``uns`` and run.json."""
        counts = np.bincount(self.codes, minlength=len(keys.QC)).tolist()
        return {"counts": dict(zip(keys.QC, counts, strict=True))} | self.model.summary()

    def findings(self) -> list[Finding]:
        """What was skipped, assumed, or could not be judged."""
        faulty = [Finding("events not finite", events=n, channel=marker) for marker, n in self.not_finite.items()]
        beyond = [Finding("events beyond scale", events=n, channel=name) for name, n in self.beyond.items()]
        return [*faulty, *beyond, *self.piles, *self.model.notes]


def judge_sample(
    linear: Rows,
    numbers: NDArray[np.int64] | None = None,
    *,
    panel: Panel,
    quality: params.Quality,
    viability: str,
    tick: Callable[[int], None] = lambda _: None,
) -> Judged:
    """Fit the checks to a sample, and say of each event what it is set aside for.

    Parameters
    ----------
    linear
        Compensated events, (n, p): an array, or whatever gives rows of one.
    numbers
        Number of each event in its file, int64 (n,), ascending; by default from 0. It tells the order of acquisition
        where no clock does.
    panel
        The columns.
    quality, viability
        The switches, and the viability dye.
    tick
        Hears of events judged.
    """
    n = len(linear)
    numbers = np.arange(n, dtype=np.int64) if numbers is None else numbers
    lots = find_event_lots(linear)
    rows = lots.drawn
    some = linear[rows]
    model = fit_quality(some, numbers[rows], panel=panel, n_events=n, quality=quality, viability=viability)
    stained = [kind in STAINS for kind in panel.signal_types]
    piles = tuple(find_piles(some, panel.names, stained, n_events=n))
    signals = np.flatnonzero(stained)
    codes = np.zeros(n, dtype=np.uint8)
    faults = np.zeros(len(signals), dtype=np.int64)
    far = np.zeros(len(panel.names), dtype=np.int64)
    for start in range(0, n, BLOCK):
        block = slice(start, min(start + BLOCK, n))
        events = linear[block]
        codes[block] = apply_quality(model, events, numbers[block])
        faulty = ~np.isfinite(events[:, signals])
        codes[block][faulty.any(axis=1)] = keys.QC.index("margin")
        faults += faulty.sum(axis=0)
        if model.limits is not None:
            far += (beyond_limits(events, model.limits) & np.isfinite(events)).sum(axis=0)
        tick(len(events))
    named = {panel.names[column]: int(count) for column, count in zip(signals, faults, strict=True) if count}
    beyond = {name: count for name, count in zip(panel.names, far.tolist(), strict=True) if count}
    return Judged(codes, model, named, beyond, piles, lots)
