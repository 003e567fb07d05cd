"""The cohort while it is worked on."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.findings import Finding
from cytoclust.io import Panel, Sample
from cytoclust.params import Config
from cytoclust.pp import (
    FIT_EVENTS,
    Prepared,
    Transform,
    fit_quality,
    fit_transform,
    pooled_rows,
    pooled_share,
)
from cytoclust.progress import Progress

__all__ = ["Cohort", "CohortSource", "judge_events", "learn_transform"]


@dataclass
class Cohort:
    """Samples, their prepared files, and the panel that they share."""

    samples: list[Sample]
    prepared: list[Prepared]
    panel: Panel
    config: Config
    notes: list[str | Finding] = field(default_factory=list)
    transform: Transform = field(default_factory=lambda: Transform("none", None))
    pooled: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 0), dtype=np.float32))
    """Events that passed quality control, evenly pooled over samples, transformed."""

    @property
    def n_events(self) -> int:
        return sum(each.file.n_events for each in self.prepared)

    def passed(self, sample: int) -> NDArray[np.int64]:
        """Rows of a sample's events that passed quality control."""
        return np.flatnonzero(self.prepared[sample].codes == keys.QC_OK)

    def sheet(self) -> pd.DataFrame:
        """Index sample: what the sheet says of it."""
        return pd.DataFrame([vars(sample) for sample in self.samples]).set_index(keys.SAMPLE)

    def quality_counts(self) -> pd.DataFrame:
        """Samples × categories of quality control: events; and ``total``."""
        counts = [np.bincount(each.codes, minlength=len(keys.QC)) for each in self.prepared]
        index = pd.Index([sample.sample_id for sample in self.samples], name=keys.SAMPLE)
        return pd.DataFrame(counts, index=index, columns=list(keys.QC)).assign(
            total=[len(e.codes) for e in self.prepared]
        )

    @property
    def signals(self) -> NDArray[np.int64]:
        """Fluorescence and mass columns."""
        return np.flatnonzero([kind in ("fluorescence", "mass") for kind in self.panel.signal_types])

    def chunks(self) -> list[tuple[int, int, int]]:
        """(sample, start, stop) of every piece of every file."""
        size = self.config.run.chunk_events
        return [
            (number, start, min(start + size, each.file.n_events))
            for number, each in enumerate(self.prepared)
            for start in range(0, each.file.n_events, size)
        ]


KEEP_BYTES = 2**29
"""Memory for prepared blocks: about ten million events of twelve markers."""


class CohortSource:
    """The cohort's events that passed quality control, in blocks, as the engine takes them.

    The first blocks are kept, as many as there is room for; the others are read and prepared at each pass.
    """

    def __init__(self, cohort: Cohort, columns: NDArray[np.int64]):
        self.cohort, self.columns = cohort, columns
        self.chunks = cohort.chunks()
        self.sizes = np.array(
            [np.count_nonzero(cohort.prepared[s].codes[a:b] == keys.QC_OK) for s, a, b in self.chunks], dtype=np.int64
        )
        bytes_each = self.sizes * len(columns) * np.dtype(np.float32).itemsize
        self._keep = np.cumsum(bytes_each) <= KEEP_BYTES
        self._kept: dict[int, NDArray[np.float32]] = {}

    def block(self, number: int) -> NDArray[np.float32]:
        """Events × markers of one block."""
        if number in self._kept:
            return self._kept[number]
        block = self._prepare(number)
        if self._keep[number]:
            self._kept[number] = block
        return block

    def _prepare(self, number: int) -> NDArray[np.float32]:
        sample, start, stop = self.chunks[number]
        prepared = self.cohort.prepared[sample]
        events = prepared.linear(start, stop)[prepared.codes[start:stop] == keys.QC_OK]
        return self.cohort.transform(events, self.columns)


def judge_events(cohort: Cohort, progress: Progress) -> None:
    """Fit each sample's quality model, and judge every event by it."""
    config = cohort.config
    progress.stage("quality control", cohort.n_events)

    def one(prepared: Prepared) -> None:
        n = prepared.file.n_events
        rows = pooled_rows(n, FIT_EVENTS)
        prepared.quality = fit_quality(
            prepared.linear_rows(rows), rows, panel=cohort.panel, n_events=n, quality=config.quality,
            viability=config.panel.viability,
        )  # fmt: skip
        prepared.codes = np.zeros(n, dtype=np.uint8)
        for start in range(0, n, config.run.chunk_events):
            stop = min(start + config.run.chunk_events, n)
            prepared.judge(start, stop, signals=cohort.signals)
            progress.advance(stop - start)
        for column, count in zip(
            cohort.signals, np.broadcast_to(prepared.not_finite, len(cohort.signals)), strict=True
        ):
            if count:
                name = cohort.panel.names[column]
                prepared.notes.append(f"{count} events have NaN or infinity in {name} and were set aside as margin")

    with ThreadPoolExecutor(config.run.workers) as pool:
        list(pool.map(one, cohort.prepared))


def learn_transform(cohort: Cohort) -> None:
    """Set the cohort's transform from its pooled events."""
    share = pooled_share(len(cohort.prepared))

    def one(prepared: Prepared) -> NDArray[np.float32]:
        rows = pooled_rows(prepared.file.n_events, FIT_EVENTS)
        rows = rows[prepared.codes[rows] == keys.QC_OK]
        return prepared.linear_rows(rows[pooled_rows(len(rows), share)])

    with ThreadPoolExecutor(cohort.config.run.workers) as pool:
        linear = np.concatenate(list(pool.map(one, cohort.prepared)))
    cohort.transform = fit_transform(cohort.config.transform, linear, cohort.panel)
    cohort.pooled = cohort.transform(linear)
