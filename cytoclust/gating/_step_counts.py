"""Events that pass each step of a sort."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cytoclust.gating._sort_step import SortStep

__all__ = ["StepCounts"]


@dataclass(frozen=True, eq=False)
class StepCounts:
    """Counts of one sample; s is the number of steps.

    Attributes
    ----------
    target, others
        (s + 1,): events of the population, and other ones; all of the file first, then those that passed each step.
    contaminants
        (s + 1, kinds): the others by kind.
    """

    target: NDArray[np.int64]
    others: NDArray[np.int64]
    contaminants: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        steps: Sequence[SortStep],
        values: NDArray[np.float32],
        *,
        target: NDArray[np.bool_],
        kind: NDArray[np.intp],
        n_kinds: int,
    ) -> Self:
        """Of some events (n, d); ``kind`` says what each is."""
        left, rows = [np.arange(len(values), dtype=np.intp)], np.arange(len(values), dtype=np.intp)
        for step in steps:
            rows = rows[step.holds(values[rows])]
            left.append(rows)
        own = np.array([np.count_nonzero(target[rows]) for rows in left], dtype=np.int64)
        by_kind = np.array([np.bincount(kind[rows[~target[rows]]], minlength=n_kinds) for rows in left], dtype=np.int64)
        return cls(own, by_kind.sum(axis=1), by_kind)

    def __add__(self, other: Self) -> "StepCounts":
        return StepCounts(
            self.target + other.target, self.others + other.others, self.contaminants + other.contaminants
        )

    @staticmethod
    def total(counts: Sequence["StepCounts"]) -> "StepCounts":
        """Of all together."""
        return reduce(lambda one, other: one + other, counts)
