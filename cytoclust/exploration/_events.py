"""The events that are explored, laid out so that any two markers are drawn fast."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.errors import InputError, nearest
from cytoclust.io.gates import Axis

__all__ = ["BINS", "Events", "Map"]

BINS: Final = 512
"""Of each marker, between its ends. Bears on no result: they are drawn, and counts are made of the values."""
_TAIL: Final = 2e-5
"""Of the events on either side, that may lie beyond the ends, where they are drawn in the last bin. Chosen; bears on no
result."""
_ROOM: Final = 0.03
"""Of the span, left free at either end. Chosen; bears on no result."""
_LOOKED_AT: Final = 2_000_000
"""Events that ends are taken from. Chosen, for speed; bears on no result."""


@dataclass(frozen=True, eq=False)
class Map:
    """Events that have a place on a map: their ``rows`` (m,), and their ``places`` (m, 2)."""

    rows: NDArray[np.int64]
    places: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Events:
    """n events of p channels.

    Attributes
    ----------
    values
        (p, n) float32, on the scale of each axis: a row a channel, in memory or in a file.
    names, axes
        Of the channels: as people call them, and the scale.
    cluster
        Code into ``clusters`` (n,), -1 of an event without one.
    clusters
        Their names.
    sample
        Row of ``sheet`` (n,).
    sheet
        Index ``sample_id``, with the columns of the sample sheet that there are.
    qc
        Index into ``keys.QC`` (n,).
    weight
        Events of the sample that each stands for (n,); none where each stands for itself.
    map
        Where there is one.
    """

    values: NDArray[np.float32]
    names: tuple[str, ...]
    axes: tuple[Axis, ...]
    cluster: NDArray[np.int32]
    clusters: tuple[str, ...]
    sample: NDArray[np.int32]
    sheet: pd.DataFrame
    qc: NDArray[np.uint8]
    weight: NDArray[np.float32] = field(default_factory=lambda: np.empty(0, dtype=np.float32))
    map: Map | None = None

    def __len__(self) -> int:
        return len(self.sample)

    def at(self, name: str) -> int:
        """Row of a channel.

        Raises
        ------
        InputError
            There is none of that name.
        """
        if name not in self.names:
            raise InputError(
                f"There is no marker {name!r}.{nearest(str(name), self.names)} There are {', '.join(self.names)}."
            )
        return self.names.index(name)

    @cached_property
    def ends(self) -> NDArray[np.float64]:
        """Lowest and highest place of each channel (p, 2) that is drawn."""
        step = max(1, len(self) // _LOOKED_AT)
        found = []
        for row in self.values:
            some = row[::step]
            some = some[np.isfinite(some)]
            low, high = np.quantile(some, [_TAIL, 1 - _TAIL]) if len(some) else (0.0, 1.0)
            room = max(_ROOM * (high - low), 1e-3)
            found.append((low - room, high + room))
        return np.array(found, dtype=np.float64)

    @cached_property
    def bins(self) -> NDArray[np.uint16]:
        """(p, n) bin of each value, from 0 to ``BINS`` − 1; values beyond the ends are in the last bins."""
        found = np.empty(self.values.shape, dtype=np.uint16)
        for row, values, (low, high) in zip(found, self.values, self.ends, strict=True):
            for start in range(0, len(self), _BLOCK):
                part = np.nan_to_num(values[start : start + _BLOCK], nan=low)
                scaled = np.clip((part - low) * (BINS / (high - low)), 0, BINS - 1)
                row[start : start + _BLOCK] = scaled.astype(np.uint16)
        return found

    def total(self, flags: NDArray[np.bool_]) -> float:
        """Events that some of them (n,) stand for."""
        return float(self.weight[flags].sum(dtype=np.float64) if len(self.weight) else np.count_nonzero(flags))

    def options(self, column: str) -> Sequence[str]:
        """What a column of the sheet says, of the samples at hand."""
        if column == keys.SAMPLE:
            return [str(name) for name in self.sheet.index]
        if column not in self.sheet:
            return []
        said = self.sheet[column].dropna().astype(str)
        return list(dict.fromkeys(said[said != ""]))


_BLOCK: Final = 2**20
"""Values binned at a time. Bears on memory, on no result."""
