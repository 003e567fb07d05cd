"""The clusters as naming sees them: one histogram for each cluster and marker."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

import numba
import numpy as np

from cytoclust.errors import InputError

__all__ = ["MIN_EVENTS", "Profile"]

MIN_EVENTS = 10
"""A smaller cluster teaches nothing and is given no name: its median errs by 0.4 spreads. Chosen: see sensitivity."""

_MARGIN = 0.02
"""Of the range, by which the even bins reach beyond the pooled events. Chosen: see sensitivity."""
_BULK, _FAR = 0.005, 10.0
"""Quantile on either side, and times the range between the two, within which the even bins lie. Chosen: far more than
any scale has between negative and positive cells."""
_CELLS = 2048
"""Of an even grid that says where in the edges to look. Bears on no result: speed."""


@dataclass(frozen=True, eq=False)
class Profile:
    """Histograms of clusters on the transformed scale; sums over events, so blocks can be added in any order.

    Attributes
    ----------
    clusters
        Names of the ``c`` clusters.
    markers
        Names of the ``m`` markers.
    edges
        ``(m, b + 1)`` bin edges of each marker, ascending; bins may be empty or of no width.
    counts
        ``(c, m, b)`` int64, events of a cluster in each bin. Events beyond the edges are in the end bins.
    batches
        Names of the batches, if there is more than one.
    by_batch
        ``(batches, c, m, b)`` int32, the counts of each batch; events without one are in ``counts`` only.
    """

    clusters: tuple[str, ...]
    markers: tuple[str, ...]
    edges: np.ndarray
    counts: np.ndarray
    batches: tuple[str, ...] = ()
    by_batch: np.ndarray = field(default_factory=lambda: np.empty((0, 0, 0, 0), dtype=np.int32))
    _quantiles: dict[float, np.ndarray] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        expected = (len(self.clusters), len(self.markers), self.edges.shape[1] - 1)
        if self.counts.shape != expected:
            raise InputError(
                f"The counts of a profile must have the shape {expected}. Got {self.counts.shape} instead."
            )

    @staticmethod
    def edges_for(pooled: np.ndarray, *, bins: int = 512) -> np.ndarray:
        """Bin edges for each marker from pooled events ``(k, m)``: half of them even, half at quantiles.

        The even ones see a positive population of a few events, the quantiles resolve the bulk on any scale. A few wild
        events do not stretch the even ones.
        """
        if pooled.ndim != 2 or len(pooled) == 0:
            raise InputError(
                f"Bin edges need events x markers with at least one event. Got shape {pooled.shape} instead."
            )
        columns = np.sort(pooled.T)  # for quantiles sorted is faster
        low, high = columns[:, 0].astype(np.float64), columns[:, -1].astype(np.float64)
        first, last = np.quantile(columns, [_BULK, 1 - _BULK], axis=1)
        far = np.where(last > first, _FAR * (last - first), np.inf)
        low, high = np.maximum(low, first - far), np.minimum(high, last + far)
        margin = np.maximum((high - low) * _MARGIN, 1e-6)
        even = np.linspace(low - margin, high + margin, bins // 2 + 1, axis=1)
        quantiles = np.quantile(columns, np.linspace(0, 1, bins - bins // 2), axis=1).T
        quantiles = np.clip(quantiles, even[:, :1], even[:, -1:])
        return np.sort(np.concatenate([even, quantiles], axis=1), axis=1)

    @staticmethod
    def count(X: np.ndarray, labels: np.ndarray, n_clusters: int, edges: np.ndarray) -> np.ndarray:
        """Counts ``(n_clusters, m, b)`` of one block of events ``X (n, m)``; labels below 0 are left out."""
        counts = np.zeros((n_clusters, edges.shape[0], edges.shape[1] - 1), dtype=np.int64)
        low, scale = edges[:, 0], _CELLS / np.maximum(edges[:, -1] - edges[:, 0], 1e-300)
        cells = np.clip((edges - low[:, None]) * scale[:, None], 0, _CELLS - 1).astype(np.int64)
        first = np.array([np.searchsorted(row, np.arange(_CELLS)) for row in cells])
        _count(X, labels, edges, low, scale, first, counts)
        return counts

    @classmethod
    def from_events(
        cls,
        X: np.ndarray,
        labels: np.ndarray,
        clusters: Sequence[str],
        markers: Sequence[str],
        *,
        edges: np.ndarray | None = None,
        batch: np.ndarray | None = None,
    ) -> Self:
        """The profile of events in memory: ``X (n, m)``, ``labels (n,)`` codes into ``clusters``, -1 for none.

        ``batch (n,)`` is the name of each event's batch, empty if it has none.
        """
        edges = cls.edges_for(X[labels >= 0]) if edges is None else edges
        counts = cls.count(X, labels, len(clusters), edges)
        batches = cls.batches_of([] if batch is None else batch.tolist())
        if not batches:
            return cls(tuple(clusters), tuple(markers), edges, counts)
        rows = [np.flatnonzero(batch == name) for name in batches]
        parts = np.array([cls.count(X[r], labels[r], len(clusters), edges) for r in rows], dtype=np.int32)
        return cls(tuple(clusters), tuple(markers), edges, counts, batches, parts)

    @staticmethod
    def batches_of(names: Iterable[str | None]) -> tuple[str, ...]:
        """The batches that a profile is counted by: none unless there are two."""
        found = sorted({name for name in names if name})
        return tuple(found) if len(found) > 1 else ()

    def parts(self) -> list["Profile"]:
        """The profile of each batch."""
        return [Profile(self.clusters, self.markers, self.edges, counts) for counts in self.by_batch]

    @property
    def n_events(self) -> np.ndarray:
        """``(c,)`` events of each cluster."""
        return self.counts[:, 0].sum(axis=1) if self.markers else np.zeros(len(self.clusters), dtype=np.int64)

    @property
    def medians(self) -> np.ndarray:
        """``(c, m)`` medians; nan for a cluster without events."""
        return self.quantile(0.5)

    def quantile(self, q: float) -> np.ndarray:
        """``(c, m)`` quantiles, linear within a bin; nan for a cluster without events. Read-only: each is made once."""
        if q not in self._quantiles:
            self._quantiles[q] = self._quantile(q)
            self._quantiles[q].flags.writeable = False
        return self._quantiles[q]

    @cached_property
    def cumulated(self) -> np.ndarray:
        """``(c, m, b + 1)`` events below each edge."""
        return np.concatenate([np.zeros((*self.counts.shape[:2], 1)), self.counts.cumsum(axis=2)], axis=2)

    def _quantile(self, q: float) -> np.ndarray:
        result = np.full(self.counts.shape[:2], np.nan)
        for cluster in np.flatnonzero(self.n_events):
            for marker in range(len(self.markers)):
                at, edges = self.cumulated[cluster, marker], self.edges[marker]
                target = q * at[-1]
                upper = int(np.clip(np.searchsorted(at, target, side="left"), 1, len(at) - 1))
                share = (target - at[upper - 1]) / max(at[upper] - at[upper - 1], 1)
                result[cluster, marker] = edges[upper - 1] + share * (edges[upper] - edges[upper - 1])
        return result


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _count(X, labels, edges, low, scale, first, counts):  # type: ignore[no-untyped-def]
    # An event's cell of the even grid tells which edges lie below it for certain: those of earlier cells.
    n_markers, bins = counts.shape[1:]
    for e in range(len(X)):
        if labels[e] < 0:
            continue
        for j in range(n_markers):
            value = np.float64(X[e, j])
            cell = (value - low[j]) * scale[j]
            cell = 0.0 if not cell > 0.0 else min(cell, _CELLS - 1.0)
            at = first[j, int(cell)]
            while at <= bins and edges[j, at] <= value:
                at += 1
            counts[labels[e], j, min(max(at - 1, 0), bins - 1)] += 1
