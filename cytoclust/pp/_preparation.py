"""One sample, ready to be clustered."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.pp._learn_spreading import Spreading
from cytoclust.pp._transform import Transform

__all__ = ["Preparation", "PreparedEvents", "Rows"]

KEEP_BYTES = 2**29
"""Bytes of transformed blocks that are kept between passes: about ten million events of twelve markers. Chosen: it
bears on speed and memory, on no result."""


class Rows(Protocol):
    """Compensated events of one sample, (n, p) float32: an array in memory, one in a file, or rows of an AnnData."""

    def __len__(self) -> int: ...

    def __getitem__(self, rows: slice | NDArray[np.int64], /) -> NDArray[np.float32]: ...


@dataclass(frozen=True, eq=False)
class Preparation:
    """A sample's compensated events, what each is set aside for, and the scale on which they are compared."""

    linear: Rows
    codes: NDArray[np.uint8]
    """Index into ``keys.QC`` of each event (n,)."""
    transform: Transform = field(default_factory=lambda: Transform("none", None))
    spreading: Spreading | None = None
    """Where equal values are put, for clustering; None leaves them."""
    numbers: NDArray[np.int64] | None = None
    """Number of each event in its file (n,); its row, where there are none."""

    def events(
        self, rows: slice | NDArray[np.int64] = slice(None), columns: NDArray[np.int64] | None = None
    ) -> NDArray[np.float32]:
        """Events of some rows × columns of the panel (all by default), on the transformed scale, and spread."""
        events = self.transform(self.compensated(rows), columns)
        return self.spreading(events, self._numbers(rows), columns) if self.spreading else events

    def _numbers(self, rows: slice | NDArray[np.int64]) -> NDArray[np.int64]:
        if self.numbers is not None:
            return self.numbers[rows]
        return np.arange(*rows.indices(len(self.codes))) if isinstance(rows, slice) else rows

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
