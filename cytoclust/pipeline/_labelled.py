"""A cohort with a label for each event: what exporters look at, during a run and after it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.io import LabelBlock, Panel, Sample, label_blocks
from cytoclust.io.gates import Axis
from cytoclust.params import Config
from cytoclust.pipeline._context import Context
from cytoclust.pp import Compensated, Transform, gate_axes

__all__ = ["PIECE", "Counts", "LabelledCohort", "LabelledSample", "gather"]

PIECE = 65_536
"""Events held at once. Chosen, for memory: it changes no result."""


@dataclass(frozen=True, eq=False)
class LabelledSample:
    """A sample, its file with the matrix, and the parquet file of its labels."""

    sample: Sample
    source: Compensated
    path: Path

    @property
    def sample_id(self) -> str:
        """Of the sheet."""
        return self.sample.sample_id

    @property
    def n_events(self) -> int:
        """Of the file."""
        return self.source.file.n_events

    def labels(self, size: int = PIECE) -> Iterator[LabelBlock]:
        """Labels of all events of the file, in blocks.

        Raises
        ------
        InputError
            There are more or fewer than the file has events.
        """
        stop = 0
        for block in label_blocks(self.path, size):
            stop = block.stop
            yield block
        if stop != self.n_events:
            raise InputError(f"{self.path} has {stop} events; {self.source.file.path} has {self.n_events}.")

    def blocks(self, size: int = PIECE) -> Iterator[tuple[LabelBlock, NDArray[np.float32]]]:
        """Labels of all events of the file, with the events, compensated and linear (n, columns of the panel)."""
        for block in self.labels(size):
            yield block, self.source.read(block.start, block.stop)


@dataclass(frozen=True, eq=False)
class LabelledCohort:
    """Every sample of a run, the panel, the transform and the parameters."""

    samples: tuple[LabelledSample, ...]
    panel: Panel
    transform: Transform
    config: Config

    @cached_property
    def axes(self) -> tuple[Axis, ...]:
        """An axis for each column of the panel, on the scale of the run."""
        return gate_axes(self.panel, self.transform, [sample.source for sample in self.samples])

    @cached_property
    def counts(self) -> "Counts":
        """Events of each label, over all samples; it reads all labels once."""
        return Counts.of(self.samples)

    @property
    def populations(self) -> tuple[str, ...]:
        """Names of the populations, in the order of their codes, which count from 1."""
        return tuple(self.counts.populations)


def gather(
    context: Context,
    *,
    samples: Sequence[Sample],
    sources: Sequence[Compensated],
    panel: Panel,
    transform: Transform,
    labels_after: float,  # noqa: ARG001 (they are written)
) -> LabelledCohort:
    """The cohort of a run, with the labels that it has just written."""
    folder = context.output.path("labels").absolute()
    labelled = tuple(
        LabelledSample(sample, source, folder / f"{sample.sample_id}.parquet")
        for sample, source in zip(samples, sources, strict=True)
    )
    return LabelledCohort(labelled, panel, transform, context.whole)


@dataclass(frozen=True)
class Counts:
    """Events by name of the population (none has no name), by number of the cluster, and by quality."""

    populations: dict[str, int]
    clusters: dict[int, int]
    qc: dict[str, int]

    @classmethod
    def of(cls, samples: tuple[LabelledSample, ...]) -> "Counts":
        """Count them; names in their order, those without events too."""
        populations: dict[str, int] = {}
        clusters, qc = np.zeros(0, dtype=np.int64), np.zeros(len(keys.QC), dtype=np.int64)
        for sample in samples:
            for block in sample.labels():
                found = np.bincount(block.population, minlength=len(block.populations))
                for name, n in zip(block.populations, found.tolist(), strict=True):
                    populations[name] = populations.get(name, 0) + n
                mine = np.bincount(block.cluster - keys.NO_CLUSTER)
                clusters = np.pad(clusters, (0, max(0, len(mine) - len(clusters))))
                clusters[: len(mine)] += mine
                qc += np.bincount(block.qc, minlength=len(qc))
        populations.pop(keys.UNASSIGNED, None)
        numbered = {number: int(n) for number, n in enumerate(clusters, start=keys.NO_CLUSTER)}
        return cls(dict(sorted(populations.items())), numbered, dict(zip(keys.QC, qc.tolist(), strict=True)))
