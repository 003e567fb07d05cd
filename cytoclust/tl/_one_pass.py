"""Every event of a run read once, whatever is counted of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.pp import Preparation

__all__ = ["Block", "Counting", "Mapped", "Tally", "one_pass"]

BLOCK: Final = 2**18
"""Events worked on at a time. Bears on memory, on no result."""

Mapped = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]


@dataclass(frozen=True, eq=False)
class Block:
    """Some events of a sample, in file order.

    Attributes
    ----------
    sample, rows
        The sample, and which of its events (b).
    linear
        What ``sample.transform`` takes (b, p).
    passed
        Which passed quality control (b,).
    labels
        Cluster of each of these (m,).
    columns, events
        Columns of the panel that are counted, ascending (q,), and those that passed on the transformed scale (m, q).
    """

    sample: Preparation
    rows: slice
    linear: NDArray[np.float32]
    passed: NDArray[np.bool_]
    labels: NDArray[np.integer]
    columns: NDArray[np.int64]
    events: NDArray[np.float32]

    def of(self, columns: NDArray[np.int64]) -> NDArray[np.float32]:
        """Some columns of ``events``."""
        return self.events[:, np.searchsorted(self.columns, columns)]


class Tally(Protocol):
    """What is counted of one sample."""

    def add(self, block: Block) -> None:
        """Count the next events."""
        ...

    def found(self) -> Any:
        """What was counted."""
        ...


class Counting(Protocol):
    """What is counted of every sample."""

    @property
    def columns(self) -> NDArray[np.int64]:
        """Columns of the panel that are wanted on the transformed scale."""
        ...

    def tally(self, number: int) -> Tally:
        """Of one of the samples."""
        ...


def one_pass(
    samples: Mapping[str, Preparation], labels: NDArray[np.integer], countings: Sequence[Counting], mapped: Mapped
) -> list[list[Any]]:
    """Of each counting what it found, sample by sample; no event is read twice.

    Parameters
    ----------
    samples
        Events, by sample.
    labels
        Cluster of each event that passed quality control, sample after sample (n,).
    countings
        What is counted.
    mapped
        The verb of an executor.
    """
    if not countings or not samples:
        return [[] for _ in countings]
    parts = np.split(labels, np.cumsum([sample.n_passed for sample in samples.values()])[:-1])
    columns = np.unique(np.concatenate([each.columns for each in countings])).astype(np.int64)
    work = partial(_count, tuple(countings), columns)
    found = mapped(work, [(number, *each) for number, each in enumerate(zip(samples.values(), parts, strict=True))])
    return [list(each) for each in zip(*found, strict=True)]


def _count(
    countings: Sequence[Counting], columns: NDArray[np.int64], piece: tuple[int, Preparation, NDArray[np.integer]]
) -> list[Any]:
    number, sample, labels = piece
    tallies, done = [each.tally(number) for each in countings], 0
    for first in range(0, len(sample.codes), BLOCK):
        rows = slice(first, min(first + BLOCK, len(sample.codes)))
        linear, passed = sample.compensated(rows), sample.codes[rows] == keys.QC_OK
        own = labels[done : done + int(passed.sum())]
        done += len(own)
        events = sample.transform(linear[passed], columns)
        block = Block(sample, rows, linear, passed, own, columns, events)
        for each in tallies:
            each.add(block)
    return [each.found() for each in tallies]
