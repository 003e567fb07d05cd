"""Samples in which all events are alike."""

import numpy as np
from numpy.typing import NDArray

from cytoclust.errors import InputError
from cytoclust.io import EventFile, Panel
from cytoclust.pp._pooled_rows import pooled_rows

__all__ = ["constant_columns", "is_constant", "refuse_constant"]

FEWEST = 50
"""Events below which it may be chance. Chosen: see sensitivity."""
FIRST, BLOCK = 1_000, 100_000
"""Events that are looked at, before all are; and at once. Bears on no result: speed and memory."""


def is_constant(file: EventFile, columns: NDArray[np.int64]) -> bool:
    """Whether every event of a file has the same values in ``columns`` (into its channels)."""
    if file.n_events < FEWEST or not len(columns):
        return False
    first = file.take(pooled_rows(file.n_events, FIRST), columns=columns)
    if not (first == first[0]).all():
        return False
    blocks = (file.read(start, start + BLOCK, columns=columns) for start in range(0, file.n_events, BLOCK))
    return all(bool((block == first[0]).all()) for block in blocks)


def constant_columns(file: EventFile, columns: NDArray[np.int64]) -> list[int]:
    """Which of the ``columns`` (into a file's channels) have one value in all events, by their place among these."""
    if file.n_events < FEWEST:
        return []
    first = file.take(pooled_rows(file.n_events, FIRST), columns=columns)
    alike = np.flatnonzero((first == first[0]).all(axis=0))
    return [int(place) for place in alike if is_constant(file, columns[[place]])]


def refuse_constant(file: EventFile, panel: Panel, columns: NDArray[np.int64]) -> None:
    """Refuse a file in which all events are alike in the ``columns`` of the panel, which are to be clustered on.

    Raises
    ------
    InputError
        They are.
    """
    if is_constant(file, panel.columns(file)[columns]):
        names = ", ".join(panel.names[i] for i in columns)
        raise InputError(
            f"{file.path}: all {file.n_events:,} events have the same values in every marker to cluster on ({names}): "
            "export them again, or leave the file out.",
            path=file.path,
        )
