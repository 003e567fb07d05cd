"""What was counted, as comparisons need it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.stats._questions import Unit

__all__ = ["Counted"]

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Counted:
    """Samples × subjects; after ``of_units``, units × subjects.

    Attributes
    ----------
    events, background
        Counted, and at most expected to be counted wrongly.
    cells
        Of which levels are told: cells that are not malignant; of malignant subjects, all.
    ordinary
        The same in units that a tumour and its junk do not move (:func:`~cytoclust.stats.size_factors`): what levels
        are compared by.
    """

    events: Matrix
    background: Matrix
    cells: Matrix
    ordinary: Matrix

    @classmethod
    def from_tables(
        cls, tables: Sequence[pd.DataFrame], samples: pd.Index, *, ordinary: pd.Series | None = None,
        malignant: Sequence[Collection[str]] = (),
    ) -> Self:  # fmt: skip
        """From tables of :func:`population_table`, side by side; samples in the order of ``samples``.

        ``ordinary`` are the cells of each sample that levels are compared by, but those of the ``malignant`` subjects
        of each table.
        """
        names = [list(table[keys.POPULATION].unique()) for table in tables]

        def wide(column: str) -> NDArray[Any]:
            parts = [
                table.pivot(index=keys.SAMPLE, columns=keys.POPULATION, values=column)
                .reindex(index=samples, columns=own)
                for table, own in zip(tables, names, strict=True) if len(table)
            ]  # fmt: skip
            return pd.concat(parts, axis=1).to_numpy(dtype=np.float64) if parts else np.empty((len(samples), 0))

        events, background, cells = (wide(column) for column in (keys.N_EVENTS, keys.BACKGROUND, keys.N_BASE))
        by = cells.copy()
        if ordinary is not None:
            tumours = [*malignant, *([()] * len(names))]
            healthy = [name not in tumour for own, tumour in zip(names, tumours, strict=False) for name in own]
            by[:, healthy] = ordinary.reindex(samples).to_numpy(dtype=np.float64)[:, None]
        return cls(events, background, cells, by)

    def of_units(self, units: Sequence[Unit]) -> Self:
        """Events of the samples of each unit added up."""
        parts = {
            field.name: np.array([getattr(self, field.name)[list(unit)].sum(axis=0) for unit in units])
            for field in fields(self)
        }
        return type(self)(**parts)
