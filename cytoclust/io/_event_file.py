"""A file of events that is open, whatever its format."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from cytoclust.findings import Finding
from cytoclust.io._types import Channel, Spillover

__all__ = ["Columns", "EventFile"]

Columns: TypeAlias = Sequence[int] | np.ndarray


class EventFile(Protocol):
    """What a reader gives: what the file holds, and its events in any piece. The events may stay on disk."""

    @property
    def path(self) -> Path:
        """Where it is."""
        ...

    @property
    def version(self) -> str:
        """Of the format, such as FCS3.1."""
        ...

    @property
    def text(self) -> Mapping[str, str]:
        """Keywords, under the names that FCS gives them ($CYT, $DATE, $P1V) where they mean the same."""
        ...

    @property
    def channels(self) -> tuple[Channel, ...]:
        """P channels, in file order."""
        ...

    @property
    def n_events(self) -> int:
        """N."""
        ...

    @property
    def spill(self) -> Spillover | None:
        """The spillover matrix, or None."""
        ...

    @property
    def time_step(self) -> float:
        """What the Time channel was multiplied by; 1 where the file says none."""
        ...

    @property
    def notes(self) -> tuple[Finding, ...]:
        """Everything that was assumed, mended or left out."""
        ...

    def read(
        self, start: int = 0, stop: int | None = None, *, columns: Columns | None = None
    ) -> NDArray[np.float32]:  # fmt: skip
        """Events ``start`` to ``stop`` (exclusive; to the end by default) × ``columns`` (all by default).

        (n, len(columns)) float32, C-contiguous, on the linear scale. The values do not depend on how the events are cut
        into pieces.
        """
        ...

    def take(self, rows: Columns, *, columns: Columns | None = None) -> NDArray[np.float32]:
        """The events of ``rows`` (numbers from 0), otherwise as :meth:`read`."""
        ...
