"""Whether, and by which matrix, files are compensated."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from cytoclust import params
from cytoclust.io import EventFile, Panel, Spillover
from cytoclust.pp._choose_matrix import choose_matrix
from cytoclust.pp._compensated import Compensated
from cytoclust.pp._read_matrix_csv import read_matrix_csv

__all__ = ["Compensation", "is_compensation_wanted"]


class Chosen(Protocol):
    """The sections of the parameters that decide."""

    @property
    def compensate(self) -> params.Compensate: ...

    @property
    def transform(self) -> params.Transform: ...


def is_compensation_wanted(config: Chosen) -> bool:
    """Data that are not to be transformed were transformed, and so compensated, before."""
    return config.compensate.enabled and config.transform.method != "none"


@dataclass(frozen=True)
class Compensation:
    """Whether a cohort is compensated, and by a matrix other than each file's own."""

    wanted: bool
    override: Spillover | None = None

    @classmethod
    def of(cls, config: Chosen) -> Self:
        """As the parameters say.

        Raises
        ------
        InputError
            A matrix file that cannot be read.
        """
        wanted = is_compensation_wanted(config)
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
