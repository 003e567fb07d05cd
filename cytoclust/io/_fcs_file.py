"""An FCS file that is open: what it holds, and its events in any piece."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np

from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io._event_file import Columns
from cytoclust.io._file_array import FileArray
from cytoclust.io._layout import Layout
from cytoclust.io._types import Channel, Spillover

__all__ = ["FCSFile", "Follow"]

Follow: TypeAlias = Literal["auto", "header", "text"]
"""Where DATA begins: what fits the file and its values, or what HEADER or TEXT says."""


@dataclass(frozen=True, eq=False)
class FCSFile:
    """One data set of an FCS file; its events stay on disk until they are read.

    Attributes
    ----------
    path, version
        Where it is; FCS2.0 to FCS3.2.
    dataset
        Which data set of the file, from 0.
    data_offset
        What was believed of where DATA begins.
    text
        Keywords of TEXT: standard ones in upper case, others as they stand.
    channels
        p channels, in file order.
    n_events
        n, $TOT.
    spill
        The spillover matrix, or None.
    time_step
        $TIMESTEP; 1 where the file says none. The Time channel is read as stored · time_step / gain: some
        instruments write the time step as its gain as well, and then it stays in their units.
    notes
        Everything that was assumed, mended or left out.
    """

    path: Path
    version: str
    text: dict[str, str] = field(repr=False)
    channels: tuple[Channel, ...] = field(repr=False)
    n_events: int
    spill: Spillover | None = field(repr=False)
    time_step: float
    notes: tuple[Finding, ...]
    layout: Layout = field(repr=False)
    records: FileArray | np.ndarray = field(repr=False)  # (n,) over the bytes of the file
    dataset: int = field(default=0, repr=False)
    data_offset: Follow = field(default="auto", repr=False)

    def read(self, start: int = 0, stop: int | None = None, *, columns: Columns | None = None) -> np.ndarray:
        """Events ``start`` to ``stop`` (exclusive; all to the end by default), as slices count.

        Parameters
        ----------
        start, stop
            Events, from 0.
        columns
            Indices into ``channels``, in the order wanted; all by default.

        Returns
        -------
        (n, len(columns)) float32, C-contiguous, on the linear scale: decades, gain and time step are applied. The
        values do not depend on how the events are cut into pieces.
        """
        stop = self.n_events if stop is None else min(stop, self.n_events)
        if not 0 <= start <= max(stop, 0):
            raise InputError(f"{self.path}: events {start} to {stop} were asked for; it has 0 to {self.n_events}.")
        return self._decoded(self.records[start:stop], columns)

    def take(self, rows: Columns, *, columns: Columns | None = None) -> np.ndarray:
        """The events of ``rows`` (numbers from 0), otherwise as :meth:`read`."""
        rows = np.asarray(rows, dtype=np.int64)
        if rows.size and not 0 <= rows.min() <= rows.max() < self.n_events:
            raise InputError(f"{self.path}: event {rows.max()} was asked for; it has 0 to {self.n_events - 1}.")
        return self._decoded(self.records[rows], columns)

    def _decoded(self, records: np.ndarray, columns: Columns | None) -> np.ndarray:
        return self.layout.decode(records, self._columns(columns))

    def _columns(self, columns: Columns | None) -> list[int]:
        if columns is None:
            return list(range(len(self.channels)))
        chosen = [int(column) for column in columns]
        wrong = [column for column in chosen if not 0 <= column < len(self.channels)]
        if wrong:
            raise InputError(f"{self.path}: column {wrong[0]} was asked for; it has 0 to {len(self.channels) - 1}.")
        return chosen
