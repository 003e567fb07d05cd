"""The clusters as naming sees them: one histogram for each cluster and marker."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self

import numba
import numpy as np

from cytoclust.errors import InputError
from cytoclust.positivity._bodies import Bodies
from cytoclust.positivity._slopes import Slope

__all__ = ["MIN_EVENTS", "Profile", "quantile_of"]

MIN_EVENTS = 10
"""A smaller cluster teaches nothing and is given no name: its median errs by 0.4 spreads. Chosen: see sensitivity."""

_NO_BATCH = np.empty((0, 0, 0, 0), dtype=np.int32)
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
    scatter
        Those of the markers that are scatter: no cell is positive or negative for it.
    zero
        ``(m,)`` where a signal of zero lies on the transformed scale; nan where that is not known, as of data that were
        transformed by others.
    signals
        ``(m, b + 1)`` the edges in the unit of the file; empty where that is not known.
    samples
        Names of the ``s`` samples.
    sample_events, sample_medians
        ``(s, c)`` int64 and ``(s, c, m)`` float32: events of each cluster in each sample, and their medians, nan where
        there are none.
    slopes, straight
        What compensation left of one dye in the detector of another, by markers; and the same clusters with that taken
        off, None where nothing was left.
    bodies
        Scatter, pulse and dye of the clusters; None where they are not known.
    """

    clusters: tuple[str, ...]
    markers: tuple[str, ...]
    edges: np.ndarray
    counts: np.ndarray
    batches: tuple[str, ...] = ()
    by_batch: np.ndarray = field(default_factory=lambda: np.empty((0, 0, 0, 0), dtype=np.int32))
    scatter: tuple[str, ...] = ()
    zero: np.ndarray = field(default_factory=lambda: np.empty(0))
    signals: np.ndarray = field(default_factory=lambda: np.empty((0, 0)))
    samples: tuple[str, ...] = ()
    sample_events: np.ndarray = field(default_factory=lambda: np.empty((0, 0), dtype=np.int64))
    sample_medians: np.ndarray = field(default_factory=lambda: np.empty((0, 0, 0), dtype=np.float32))
    slopes: tuple[Slope, ...] = ()
    straight: "Profile | None" = None
    bodies: Bodies | None = None
    _quantiles: dict[float, np.ndarray] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        expected = (len(self.clusters), len(self.markers), self.edges.shape[1] - 1)
        if self.counts.shape != expected:
            raise InputError(
                f"The counts of a profile must have the shape {expected}. Got {self.counts.shape} instead."
            )
        if not len(self.zero):
            object.__setattr__(self, "zero", np.full(len(self.markers), np.nan))

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
        zero: np.ndarray | float = np.nan,
    ) -> Self:
        """The profile of events in memory: ``X (n, m)``, ``labels (n,)`` codes into ``clusters``, -1 for none.

        ``batch (n,)`` is the name of each event's batch, empty if it has none; ``zero`` is where no signal lies, of all
        markers or of each ``(m,)``.
        """
        zero = np.broadcast_to(np.asarray(zero, dtype=np.float64), len(markers))
        edges = cls.edges_for(X[labels >= 0]) if edges is None else edges
        counts = cls.count(X, labels, len(clusters), edges)
        batches = cls.batches_of([] if batch is None else batch.tolist())
        if not batches:
            return cls(tuple(clusters), tuple(markers), edges, counts, zero=zero)
        rows = [np.flatnonzero(batch == name) for name in batches]
        parts = np.array([cls.count(X[r], labels[r], len(clusters), edges) for r in rows], dtype=np.int32)
        return cls(tuple(clusters), tuple(markers), edges, counts, batches, parts, zero=zero)

    @staticmethod
    def batches_of(names: Iterable[str | None]) -> tuple[str, ...]:
        """The batches that a profile is counted by: none unless there are two."""
        found = sorted({name for name in names if name})
        return tuple(found) if len(found) > 1 else ()

    def stained(self) -> "Profile":
        """Without scatter."""
        if not self.scatter:
            return self
        kept = [j for j, marker in enumerate(self.markers) if marker not in self.scatter]
        place = {j: number for number, j in enumerate(kept)}
        return replace(
            self,
            markers=tuple(self.markers[j] for j in kept),
            edges=self.edges[kept],
            counts=self.counts[:, kept],
            by_batch=self.by_batch[:, :, kept] if self.batches else self.by_batch,
            scatter=(),
            zero=self.zero[kept] if len(self.zero) else self.zero,
            signals=self.signals[kept] if len(self.signals) else self.signals,
            sample_medians=self.sample_medians[:, :, kept] if len(self.samples) else self.sample_medians,
            slopes=tuple(replace(each, source=place[each.source], target=place[each.target]) for each in self.slopes),
            straight=self.straight.stained() if self.straight else None,
        )

    def parts(self) -> list["Profile"]:
        """The profile of each batch."""
        return [replace(self, counts=counts, batches=(), by_batch=_NO_BATCH) for counts in self.by_batch]

    def moved(self, signals: np.ndarray) -> "Profile":
        """The same with the events of each cluster moved by so much signal ``(c, m)``, in the unit of the file."""
        counts, by_batch = self.counts.copy(), self.by_batch.copy()
        for cluster, marker in np.argwhere(signals != 0):
            at = np.interp(self.signals[marker] + signals[cluster, marker], self.signals[marker], self.edges[marker])
            for each in (counts, *by_batch):
                each[cluster, marker] = _recounted(each[cluster, marker], at, self.edges[marker])
        return replace(self, counts=counts, by_batch=by_batch)

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
        return quantile_of(self.cumulated, self.edges, q)


def _recounted(counts: np.ndarray, at: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Counts (b,) of bins whose edges have come to lie at ``at``, in bins of the edges."""
    total = counts.sum()
    below = np.rint(np.interp(edges, at, np.concatenate([[0], np.cumsum(counts)])))
    below[0], below[-1] = 0, total
    return np.diff(below).astype(counts.dtype)


def quantile_of(cumulated: np.ndarray, edges: np.ndarray, q: float) -> np.ndarray:
    """Quantile ``(c, m)`` of events below each edge ``(c, m, b + 1)``, linear within a bin; nan where there are
    none.
    """
    result = np.full(cumulated.shape[:2], np.nan)
    for cluster in np.flatnonzero(cumulated[:, :1, -1].any(axis=1)):
        for marker, own in enumerate(edges):
            at = cumulated[cluster, marker]
            target = q * at[-1]
            upper = int(np.clip(np.searchsorted(at, target, side="left"), 1, len(at) - 1))
            share = (target - at[upper - 1]) / max(at[upper] - at[upper - 1], 1)
            result[cluster, marker] = own[upper - 1] + share * (own[upper] - own[upper - 1])
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
