"""The numbers that stand for clusters, populations and qualities in files that hold numbers alone."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.io import LabelBlock, atomic_path
from cytoclust.pipeline._labelled import Counts
from cytoclust.tables import as_text

__all__ = ["LEGEND", "Codes"]

LEGEND: Final = "legend.csv"
SET_ASIDE: Final = "set aside"
NONE: Final = "none"


@dataclass(frozen=True)
class Codes:
    """Clusters are their number + 1, populations count from 1 in the order of their names, qualities from 0.

    An event that was set aside, or has no population, is 0; where 0 cannot be (``positive``), one more than the last.
    """

    counts: Counts
    positive: bool = False

    @property
    def clusters(self) -> int:
        """The highest code of a cluster."""
        return max(self.counts.clusters, default=keys.NO_CLUSTER) + 1

    @property
    def populations(self) -> tuple[str, ...]:
        """Names; the first has the code 1."""
        return tuple(self.counts.populations)

    def cluster(self, block: LabelBlock) -> NDArray[np.int64]:
        """Codes (n,)."""
        return self._none(block.cluster.astype(np.int64) - keys.NO_CLUSTER, self.clusters)

    def population(self, block: LabelBlock) -> NDArray[np.int64]:
        """Codes (n,)."""
        own = np.array([self._of_name.get(name, 0) for name in block.populations], dtype=np.int64)
        return self._none(own[block.population], len(self.populations))

    def _none(self, codes: NDArray[np.int64], last: int) -> NDArray[np.int64]:
        return np.where(codes == 0, last + 1, codes) if self.positive else codes

    @cached_property
    def _of_name(self) -> dict[str, int]:
        return {name: code for code, name in enumerate(self.populations, start=1)}

    def rows(self) -> Iterator[tuple[str, int, str, int]]:
        """``column, code, name, n_events`` of each code."""
        counts = self.counts
        last = max(counts.clusters, default=keys.NO_CLUSTER)
        for number, n in counts.clusters.items():
            none = number == keys.NO_CLUSTER
            code = last + 2 if none and self.positive else number + 1
            yield keys.CLUSTER, code, SET_ASIDE if none else str(number), n
        without = sum(counts.qc.values()) - sum(counts.populations.values())
        yield keys.POPULATION, len(self.populations) + 1 if self.positive else 0, NONE, without
        for code, (name, n) in enumerate(counts.populations.items(), start=1):
            yield keys.POPULATION, code, name, n
        if not self.positive:
            yield from ((keys.QC_COLUMN, code, name, n) for code, (name, n) in enumerate(counts.qc.items()))

    def write(self, folder: Path) -> None:
        """``legend.csv``; a name that a spreadsheet would run as a formula has an apostrophe before it."""
        with atomic_path(folder / LEGEND) as temporary, temporary.open("w", encoding="utf-8", newline="") as handle:
            table = csv.writer(handle, lineterminator="\n")
            table.writerow(["column", "code", "name", "n_events"])
            table.writerows((column, code, as_text(name), n) for column, code, name, n in self.rows())
