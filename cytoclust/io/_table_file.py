"""A table of events that is open."""

import copyreg
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np

from cytoclust.errors import InputError, LimitError
from cytoclust.findings import Finding
from cytoclust.io._event_file import Columns
from cytoclust.io._file_array import FileArray
from cytoclust.io._look_at import look_at
from cytoclust.io._recognise import recognise
from cytoclust.io._spool import Spool
from cytoclust.io._table_channels import find_panel_file, split_name
from cytoclust.io._types import Channel, Spillover
from cytoclust.io._unique import unique_names

__all__ = ["TableFile", "make_table"]

_ITEM: Final = np.dtype(np.float32).itemsize


@dataclass(frozen=True, eq=False)
class TableFile:
    """Events of a table, text or Parquet, as an event file.

    They were read once, in pieces, into a temporary file that goes with this; so a large one fills no memory.
    """

    path: Path
    version: str
    channels: tuple[Channel, ...] = field(repr=False)
    n_events: int
    notes: tuple[Finding, ...]
    records: FileArray | np.ndarray = field(repr=False)  # (n, p) float32
    opener: Callable[[Path], "TableFile"] = field(repr=False)
    text: Mapping[str, str] = field(default_factory=dict, repr=False)
    spill: Spillover | None = None
    time_step: float = 1.0

    def read(self, start: int = 0, stop: int | None = None, *, columns: Columns | None = None) -> np.ndarray:
        """Events ``start`` to ``stop`` (exclusive; to the end by default), as slices count, (n, p) float32."""
        stop = self.n_events if stop is None else min(stop, self.n_events)
        if not 0 <= start <= max(stop, 0):
            raise InputError(f"{self.path}: events {start} to {stop} were asked for; it has 0 to {self.n_events}.")
        return self._chosen(self.records[start:stop], columns)

    def take(self, rows: Columns, *, columns: Columns | None = None) -> np.ndarray:
        """The events of ``rows`` (numbers from 0), otherwise as :meth:`read`."""
        rows = np.asarray(rows, dtype=np.int64)
        if rows.size and not 0 <= rows.min() <= rows.max() < self.n_events:
            raise InputError(f"{self.path}: event {rows.max()} was asked for; it has 0 to {self.n_events - 1}.")
        return self._chosen(self.records[rows], columns)

    def _chosen(self, events: np.ndarray, columns: Columns | None) -> np.ndarray:
        chosen = range(len(self.channels)) if columns is None else [int(column) for column in columns]
        wrong = [column for column in chosen if not 0 <= column < len(self.channels)]
        if wrong:
            raise InputError(f"{self.path}: column {wrong[0]} was asked for; it has 0 to {len(self.channels) - 1}.")
        return np.ascontiguousarray(events[:, list(chosen)], dtype=np.float32)


def _reduced(file: TableFile) -> tuple[Callable[[Path], TableFile], tuple[Path]]:
    return file.opener, (file.path.absolute(),)


copyreg.pickle(TableFile, _reduced)  # without events: it is opened again where it arrives


def make_table(
    path: Path,
    names: Sequence[str],
    blocks: Iterable[np.ndarray],
    *,
    version: str,
    notes: Sequence[Finding],
    opener: Callable[[Path], TableFile],
) -> TableFile:
    """A table from blocks of its events (n, p) under the names of its columns.

    Rows without any number at the end, as spreadsheets leave them, are no events.

    Raises
    ------
    InputError
        There is no column, or the panel file beside it is at fault.
    LimitError
        There is no room for its events.
    """
    channels: Sequence[Channel] = [Channel(*split_name(name)) for name in names]
    channels = [
        replace(each, name=name)
        for each, name in zip(channels, unique_names([each.name for each in channels]), strict=True)
    ]
    found = list(notes)
    panel = find_panel_file(path)
    if panel is not None:
        channels, noted = panel.applied(channels)
        found += noted
    records, n_events, absent = _spooled(path, blocks, len(names))
    lacking = {name: int(count) for name, count in zip(names, absent, strict=True) if count}
    if lacking:
        found.append(Finding("values missing", columns=lacking))
    file = TableFile(path, version, tuple(channels), n_events, tuple(found), records, opener)
    known, doubts = recognise(channels, sample=look_at(file))
    known = panel.typed(known) if panel is not None else known
    return replace(file, channels=tuple(known), notes=(*found, *doubts))


def _spooled(path: Path, blocks: Iterable[np.ndarray], width: int) -> tuple[FileArray | np.ndarray, int, np.ndarray]:
    """The events in a temporary file, their number, and values that are missing in each column."""
    spool, n_events, absent = Spool(".f32"), 0, np.zeros(width, dtype=np.int64)
    pending = 0  # rows without any number, which are events if others follow
    try:
        with spool.path.open("wb") as handle:
            for block in blocks:
                filled = np.flatnonzero(~np.isnan(block).all(axis=1))
                last = int(filled[-1]) + 1 if len(filled) else 0
                if last:
                    handle.write(np.full((pending, width), np.nan, dtype=np.float32).tobytes())
                    handle.write(np.ascontiguousarray(block[:last], dtype=np.float32).tobytes())
                    absent += pending + np.isnan(block[:last]).sum(axis=0)
                    n_events += pending + last
                    pending = 0
                pending += len(block) - last
    except OSError as error:
        raise LimitError(f"{path} cannot be read into {spool.path.parent}: {error.strerror}.") from None
    if n_events == 0:
        return np.empty((0, width), dtype=np.float32), 0, absent
    size = n_events * width * _ITEM
    array = FileArray(spool.path, size, 0, np.dtype(np.float32), (n_events, width), (width * _ITEM, _ITEM), spool)
    return array, n_events, absent
