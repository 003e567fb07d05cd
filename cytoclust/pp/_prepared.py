"""One sample of a cohort, prepared while it is read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.io import EventFile, Panel, Spillover
from cytoclust.pp._apply_quality import apply_quality
from cytoclust.pp._choose_matrix import choose_matrix
from cytoclust.pp._quality_model import QualityModel
from cytoclust.pp._solve_spillover import factor_spillover, solve_factored

__all__ = ["Prepared", "open_prepared"]


@dataclass
class Prepared:
    """A sample's file, how its events are compensated, and what each event is set aside for."""

    file: EventFile
    columns: NDArray[np.int64]
    """Channels of the file, those of the panel first, then others that the spillover matrix needs."""
    width: int
    """Columns of the panel."""
    matrix: NDArray[np.float64] | None
    notes: list[str] = field(default_factory=list)
    quality: QualityModel = field(default_factory=QualityModel)
    codes: NDArray[np.uint8] = field(default_factory=lambda: np.empty(0, dtype=np.uint8))
    """Index into ``keys.QC`` of each event (n,), once judged."""
    not_finite: NDArray[np.int64] | int = 0
    """Events judged so far with NaN or infinity in each of the signals."""

    def linear(self, start: int, stop: int) -> NDArray[np.float32]:
        """Compensated events of the panel, (stop − start) × p, linear."""
        return self._compensated(self.file.read(start, stop, columns=self.columns))

    def linear_rows(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The same for sorted row numbers."""
        return self._compensated(self.file.take(rows, columns=self.columns))

    @cached_property
    def _factors(self) -> tuple[np.ndarray, np.ndarray] | None:
        return None if self.matrix is None else factor_spillover(self.matrix, len(self.columns))

    def _compensated(self, events: NDArray[np.float32]) -> NDArray[np.float32]:
        if self._factors is not None:
            events = solve_factored(events, *self._factors)
        return np.ascontiguousarray(events[:, : self.width])

    def judge(self, start: int, stop: int, *, signals: NDArray[np.int64]) -> None:
        """Write ``codes`` of some events; one with NaN or infinity in ``signals`` is set aside as margin."""
        events = self.linear(start, stop)
        codes = apply_quality(self.quality, events, np.arange(start, stop, dtype=np.int64))
        if not np.isfinite(events).all():
            faulty = ~np.isfinite(events[:, signals])
            self.not_finite += faulty.sum(axis=0)
            codes[faulty.any(axis=1)] = keys.QC.index(keys.QC_NOT_FINITE)
        self.codes[start:stop] = codes


def open_prepared(
    file: EventFile, panel: Panel, *, compensate: bool, override: Spillover | None
) -> Prepared:  # fmt: skip
    """A sample with its spillover matrix chosen; nothing is read yet."""
    columns = panel.columns(file)
    if not compensate:
        return Prepared(file, columns, len(columns), None)
    spill = override or file.spill
    extra = _needed(file, columns, spill)
    columns = np.concatenate([columns, np.array(extra, dtype=np.int64)])
    channels = [file.channels[i].name for i in columns]
    markers = [*panel.markers, *(file.channels[i].marker for i in extra)]
    matrix, note = choose_matrix(file.spill, channels, markers=markers, override=override)
    return Prepared(file, columns, len(panel.names), matrix, [note] if note and note not in file.notes else [])


def _needed(file: EventFile, columns: NDArray[np.int64], spill: Spillover | None) -> Sequence[int]:
    """Channels that the matrix names and the panel lacks."""
    if spill is None:
        return []
    return [i for i, channel in enumerate(file.channels) if channel.name in spill.channels and i not in columns]
