"""One sample, ready to be clustered."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.lots import lots
from cytoclust.pp._event_lots import EventLots, find_event_lots
from cytoclust.pp._learn_spreading import Spreading
from cytoclust.pp._rows import Rows
from cytoclust.pp._transform import Transform

__all__ = ["Preparation", "PreparedEvents"]

KEEP_BYTES = 2**29
"""Bytes of transformed blocks that are kept between passes: about ten million events of twelve markers. Chosen: it
bears on speed and memory, on no result."""


@dataclass(frozen=True, eq=False)
class Preparation:
    """A sample's compensated events, what each is set aside for, and the scale on which they are compared."""

    linear: Rows
    codes: NDArray[np.uint8]
    """Index into ``keys.QC`` of each event (n,)."""
    transform: Transform = field(default_factory=lambda: Transform("none", None))
    spreading: Spreading | None = None
    """Where equal values are put, for clustering; None leaves them."""
    known_lots: EventLots | None = None
    """The lots of its events, where somebody has found them."""
    origin: Rows | None = None
    """What lots are made of, where ``linear`` has been transformed: the events before that."""

    def events(
        self, rows: slice | NDArray[np.int64] = slice(None), columns: NDArray[np.int64] | None = None
    ) -> NDArray[np.float32]:
        """Events of some rows × columns of the panel (all by default), on the transformed scale, and spread."""
        linear = self.compensated(rows)
        events = self.transform(linear, columns)
        if not self.spreading:
            return events
        return self.spreading(events, self._identities(rows, linear if self.origin is None else None), columns)

    @cached_property
    def event_lots(self) -> EventLots:
        """Which of its events are drawn; found when first asked for."""
        return find_event_lots(self._origin) if self.known_lots is None else self.known_lots

    def drawn(self, at_most: int, code: int | None = None) -> NDArray[np.int64]:
        """Rows of some events, of one code if that is given, in an order that is none of the file's.

        At most ``at_most``, and of those that quality control was fitted on.
        """
        rows = self.event_lots.drawn
        return (rows if code is None else rows[self.codes[rows] == code])[:at_most]

    def lots(self, rows: slice | NDArray[np.int64], draw: str, salt: int = 0) -> NDArray[np.float64]:
        """A number between 0 and 1 for each of some rows, for one draw by its name and salt."""
        return lots(self._identities(rows), draw, salt)

    @property
    def _origin(self) -> Rows:
        return self.linear if self.origin is None else self.origin

    def _identities(
        self, rows: slice | NDArray[np.int64], linear: NDArray[np.float32] | None = None
    ) -> NDArray[np.uint64]:
        numbers = np.arange(*rows.indices(len(self.codes))) if isinstance(rows, slice) else rows
        return self.event_lots.identities(self._origin[rows] if linear is None else linear, numbers)

    def compensated(self, rows: slice | NDArray[np.int64]) -> NDArray[np.float32]:
        """Some rows of ``linear``."""
        if isinstance(rows, slice) or not isinstance(self.linear, np.ndarray):
            return self.linear[rows]
        return self.linear.take(rows, axis=0)

    @property
    def n_passed(self) -> int:
        """Events that passed quality control."""
        return int(np.count_nonzero(self.codes == keys.QC_OK))

    @property
    def passed(self) -> NDArray[np.int64]:
        """Rows of the events that passed quality control; made anew each time, as they take eight bytes an event."""
        return np.flatnonzero(self.codes == keys.QC_OK)


class PreparedEvents:
    """The events of all samples that passed quality control, in blocks, as the engine takes them.

    The first blocks are kept, as many as there is room for; the others are transformed at each pass.
    """

    def __init__(self, samples: Sequence[Preparation], columns: NDArray[np.int64], *, size: int):
        self.samples, self.columns, self.size = samples, columns, size
        self.chunks = [
            (number, slice(start, min(start + size, len(sample.codes))))
            for number, sample in enumerate(samples)
            for start in range(0, len(sample.codes), size)
        ]
        """Sample and rows of every block."""
        self.sizes = np.array(
            [np.count_nonzero(samples[number].codes[rows] == keys.QC_OK) for number, rows in self.chunks],
            dtype=np.int64,
        )
        bytes_each = self.sizes * len(columns) * np.dtype(np.float32).itemsize
        self._keep = np.cumsum(bytes_each) <= KEEP_BYTES
        self._kept: dict[int, NDArray[np.float32]] = {}

    def __getstate__(self) -> dict[str, Any]:
        return vars(self) | {"_keep": np.zeros_like(self._keep), "_kept": {}}  # in other processes none is kept

    def block(self, number: int) -> NDArray[np.float32]:
        """Events × markers of one block, on the transformed scale, C-contiguous."""
        if number in self._kept:
            return self._kept[number]
        of, rows = self.chunks[number]
        sample = self.samples[of]
        wanted = rows.start + np.flatnonzero(sample.codes[rows] == keys.QC_OK)
        block = np.ascontiguousarray(
            sample.events(rows if len(wanted) == rows.stop - rows.start else wanted, self.columns)
        )
        if self._keep[number]:
            self._kept[number] = block
        return block
