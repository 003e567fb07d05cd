"""Whether, and by which matrix, files are compensated."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from cytoclust import params
from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io import EventFile, Panel, Spillover, match_channels
from cytoclust.pp._choose_matrix import choose_matrix, unusable
from cytoclust.pp._compensated import Compensated
from cytoclust.pp._no_matrix import no_matrix
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

    def open(self, file: EventFile, panel: Panel, *, strict: bool = True) -> Compensated:
        """A file with its matrix chosen; nothing is read yet.

        Unless ``strict``, the file's own matrix that cannot be used is a note, and nothing is compensated.

        Raises
        ------
        InputError
            The matrix cannot be used, names channels that the file lacks, or cannot be solved.
        """
        columns = panel.columns(file)
        if not self.wanted:
            return Compensated(file, columns, len(columns), None)
        extra = _needed(file, columns, panel, self.override or file.spill)
        columns = np.concatenate([columns, np.array(extra, dtype=np.int64)])
        channels = [file.channels[i].name for i in columns]
        markers = [*panel.markers, *(file.channels[i].marker for i in extra)]
        try:
            matrix, note = choose_matrix(
                file.spill, channels, markers=markers, override=self.override, fault=unusable(file.notes)
            )
        except InputError as error:
            if strict or self.override is not None:
                raise InputError(f"{file.path}: {error}", path=file.path) from None
            matrix, note = None, Finding("compensation undecided", why=str(error))
        if note is not None and note.code == "no spillover matrix":
            note = no_matrix(file.text.get("$CYT", ""), panel)
        notes: tuple[Finding, ...] = (note,) if note is not None and note not in file.notes else ()
        notes += self.override.notes if self.override is not None and matrix is not None else ()
        return Compensated(file, columns, len(panel.names), matrix, notes)


def _needed(
    file: EventFile, columns: NDArray[np.int64], panel: Panel, spill: Spillover | None
) -> Sequence[int]:  # fmt: skip
    """Channels that the matrix names and the panel lacks."""
    if spill is None:
        return []
    names = [channel.name for channel in file.channels]
    markers = [channel.marker for channel in file.channels]
    for column, marker in zip(columns.tolist(), panel.markers, strict=True):
        markers[column] = marker
    named = set(match_channels(spill.channels, names, markers=markers))
    return [i for i, name in enumerate(names) if name in named and i not in columns]
