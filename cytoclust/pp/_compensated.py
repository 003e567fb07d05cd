"""A file read as compensated events of the panel."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from cytoclust import params
from cytoclust.findings import Finding
from cytoclust.io import EventFile, Panel, Spillover
from cytoclust.pp._choose_matrix import choose_matrix
from cytoclust.pp._read_matrix_csv import read_matrix_csv
from cytoclust.pp._solve_spillover import factor_spillover, solve_factored

__all__ = ["Compensated", "Compensation"]


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
        return self._compensated(self.file.read(start, stop, columns=self.columns))

    def take(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The same for sorted row numbers."""
        return self._compensated(self.file.take(rows, columns=self.columns))

    @cached_property
    def _factors(self) -> tuple[np.ndarray, np.ndarray] | None:
        return None if self.matrix is None else factor_spillover(self.matrix, len(self.columns))

    def _compensated(self, events: NDArray[np.float32]) -> NDArray[np.float32]:
        if self._factors is not None:
            events = solve_factored(events, *self._factors)
        return np.ascontiguousarray(events[:, : self.width])


class Chosen(Protocol):
    """The sections of the parameters that decide."""

    @property
    def compensate(self) -> params.Compensate: ...

    @property
    def transform(self) -> params.Transform: ...


@dataclass(frozen=True)
class Compensation:
    """Whether a cohort is compensated, and by a matrix other than each file's own."""

    wanted: bool
    override: Spillover | None = None

    @classmethod
    def of(cls, config: Chosen) -> Self:
        """As the parameters say; data that are not to be transformed were transformed, and so compensated, before.

        Raises
        ------
        InputError
            A matrix file that cannot be read.
        """
        wanted = config.compensate.enabled and config.transform.method != "none"
        given = config.compensate.matrix
        return cls(wanted, read_matrix_csv(given) if wanted and given != "file" else None)

    def open(self, file: EventFile, panel: Panel) -> Compensated:
        """A file with its matrix chosen; nothing is read yet.

        Raises
        ------
        InputError
            The matrix names channels that the file lacks, or cannot be solved.
        """
        columns = panel.columns(file)
        if not self.wanted:
            return Compensated(file, columns, len(columns), None)
        extra = _needed(file, columns, self.override or file.spill)
        columns = np.concatenate([columns, np.array(extra, dtype=np.int64)])
        channels = [file.channels[i].name for i in columns]
        markers = [*panel.markers, *(file.channels[i].marker for i in extra)]
        matrix, note = choose_matrix(file.spill, channels, markers=markers, override=self.override)
        notes = (note,) if note is not None and note not in file.notes else ()
        return Compensated(file, columns, len(panel.names), matrix, notes)


def _needed(file: EventFile, columns: NDArray[np.int64], spill: Spillover | None) -> Sequence[int]:
    """Channels that the matrix names and the panel lacks."""
    if spill is None:
        return []
    return [i for i, channel in enumerate(file.channels) if channel.name in spill.channels and i not in columns]
