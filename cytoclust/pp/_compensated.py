"""A file read as compensated events of the panel."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cytoclust.findings import Finding
from cytoclust.io import EventFile
from cytoclust.pp._solve_spillover import factor_spillover, solve_factored

__all__ = ["Compensated"]


@dataclass(frozen=True, eq=False)
class Compensated:
    """A sample's file with the matrix that its events are compensated with, if any.

    Attributes
    ----------
    file
        The file.
    columns
        Channels of the file, those of the panel first, then others that the spillover matrix needs.
    width
        Columns of the panel.
    matrix
        Of all ``columns``; None where nothing is compensated.
    notes
        Why nothing is, or where the matrix is from.
    """

    file: EventFile
    columns: NDArray[np.int64]
    width: int
    matrix: NDArray[np.float64] | None
    notes: tuple[Finding, ...] = field(default=())

    def read(self, start: int, stop: int) -> NDArray[np.float32]:
        """Events of the panel, (stop − start) × p, linear."""
        return self.compensate(self.measured(start, stop))

    def measured(self, start: int, stop: int) -> NDArray[np.float32]:
        """The same before compensation, with all of ``columns``."""
        return self.file.read(start, stop, columns=self.columns)

    def take(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The same for sorted row numbers."""
        return self.compensate(self.file.take(rows, columns=self.columns))

    @cached_property
    def _factors(self) -> tuple[np.ndarray, np.ndarray] | None:
        return None if self.matrix is None else factor_spillover(self.matrix, len(self.columns))

    def compensate(self, events: NDArray[np.float32]) -> NDArray[np.float32]:
        """Events of the panel from :meth:`measured` ones."""
        if self._factors is not None:
            events = solve_factored(events, *self._factors)
        return np.ascontiguousarray(events[:, : self.width])
