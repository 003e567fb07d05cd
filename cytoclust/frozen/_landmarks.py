"""Markers of clusters, sample by sample: what drift is measured against."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cytoclust.normal import SD_OF_MAD
from cytoclust.pp import Preparation, pooled_rows

__all__ = ["QUANTILES", "Landmarks", "Measured", "SampleMedians", "measure_clusters", "put_together"]

QUANTILES = tuple(np.round(np.linspace(0.90, 0.995, 20), 3).tolist())
"""Of the upper end, where a gain shows. Chosen."""
OF_EACH = 1_000
"""Events of a cluster that are measured in a sample, evenly along it. Chosen, for time: its median errs by 0.04
spreads."""
FEWEST = 20
"""Events below which a cluster of a sample has no median. Chosen."""


@dataclass(frozen=True, eq=False)
class Measured:
    """Some events of each cluster of one sample.

    Attributes
    ----------
    n_events
        Of each cluster, all of them (k,).
    transformed, linear
        Medians (k, p) by the columns of the panel, NaN of fewer than 20 events; linear ones are compensated.
    events
        Of each cluster those measured, linear, (n, p) each.
    """

    n_events: NDArray[np.int64]
    transformed: NDArray[np.float64]
    linear: NDArray[np.float64]
    events: tuple[NDArray[np.float32], ...]


@dataclass(frozen=True, eq=False)
class SampleMedians:
    """Of one sample, as :class:`Landmarks` has them of several: patient, events (1, k), linear medians (1, k, p)."""

    patients: tuple[str, ...]
    n_events: NDArray[np.int64]
    medians: NDArray[np.float32]

    @classmethod
    def of(cls, measured: Measured, patient: str) -> Self:
        """Without the events that were measured."""
        return cls((patient,), measured.n_events[None], measured.linear[None].astype(np.float32))


@dataclass(frozen=True, eq=False)
class Landmarks:
    """Of k clusters by the p columns of the panel, over s samples; NaN where too few events are known.

    Attributes
    ----------
    patients
        Patient of each sample, the sample where none is named (s,).
    n_events
        Of each sample and cluster (s, k).
    median, mad, quantiles
        On the transformed scale (k, p), (k, p), (k, p, 20): ``QUANTILES`` from .90 to .995.
    linear_median, linear_mad, linear_quantiles
        The same of linear compensated values.
    between, linear_between
        Robust standard deviation of the samples' medians (k, p); of linear ones in natural logarithms, NaN where a
        median is not above zero.
    medians
        Linear medians of each sample (s, k, p); None in a file of before drift was measured against it.
    """

    patients: tuple[str, ...]
    n_events: NDArray[np.int64]
    median: NDArray[np.float32]
    mad: NDArray[np.float32]
    quantiles: NDArray[np.float32]
    linear_median: NDArray[np.float32]
    linear_mad: NDArray[np.float32]
    linear_quantiles: NDArray[np.float32]
    between: NDArray[np.float32]
    linear_between: NDArray[np.float32]
    medians: NDArray[np.float32] | None = field(default=None, metadata={"later": True})


def measure_clusters(sample: Preparation, labels: NDArray[np.integer], n_clusters: int) -> Measured:
    """Of a sample whose events that passed have these clusters (n,)."""
    passed = sample.passed
    order = np.argsort(labels, kind="stable")
    starts = np.searchsorted(labels[order], np.arange(n_clusters + 1))
    rows = []
    for first, last in itertools.pairwise(starts):
        mine = order[first:last]
        rows.append(np.sort(passed[mine[pooled_rows(len(mine), OF_EACH)]]))
    wanted = np.sort(np.concatenate(rows)) if rows else np.empty(0, dtype=np.int64)
    every = sample.compensated(wanted)
    events = tuple(every[np.searchsorted(wanted, mine)] for mine in rows)
    moved = [sample.transform(each) for each in events]
    return Measured(np.diff(starts), _medians(moved), _medians(events), events)


def _medians(groups: Sequence[NDArray[np.float32]]) -> NDArray[np.float64]:
    return np.array([
        np.median(each, axis=0) if len(each) >= FEWEST else np.full(each.shape[1], np.nan) for each in groups
    ], dtype=np.float64)  # fmt: skip


def put_together(
    measured: Sequence[Measured],
    patients: Sequence[str],
    transform: Callable[[NDArray[np.float32]], NDArray[np.float32]],
) -> Landmarks:
    """The landmarks of the samples of a reference; ``transform`` puts linear events (n, p) on their scale."""
    linear: list[NDArray[np.float64]] = []
    moved: list[NDArray[np.float64]] = []
    for number in range(len(measured[0].events)):
        events = np.concatenate([each.events[number] for each in measured])
        linear.append(_summary(events))
        moved.append(_summary(transform(events)))
    one, other = (np.array(each, dtype=np.float32) for each in (moved, linear))
    with np.errstate(invalid="ignore", divide="ignore"):
        logs = np.log(np.array([each.linear for each in measured]))
    return Landmarks(
        tuple(patients), np.array([each.n_events for each in measured]),
        one[:, 0], one[:, 1], np.moveaxis(one[:, 2:], 1, 2), other[:, 0], other[:, 1], np.moveaxis(other[:, 2:], 1, 2),
        _between(np.array([each.transformed for each in measured])),
        _between(np.where(np.isfinite(logs), logs, np.nan)),
        np.array([each.linear for each in measured], dtype=np.float32),
    )  # fmt: skip


def _summary(events: NDArray[np.float32]) -> NDArray[np.float64]:
    """Median, MAD and quantiles (22, p)."""
    if len(events) < FEWEST:
        return np.full((2 + len(QUANTILES), events.shape[1]), np.nan)
    wide = events.astype(np.float64)
    median = np.median(wide, axis=0)
    mad = np.median(np.abs(wide - median), axis=0)
    return np.concatenate([median[None], mad[None], np.quantile(wide, QUANTILES, axis=0)])


def _between(medians: NDArray[np.float64]) -> NDArray[np.float32]:
    """Spread over samples (s, k, p) to (k, p); NaN of fewer than two."""
    known = np.isfinite(medians).sum(axis=0)
    filled = np.where(known[None] > 0, medians, 0.0)
    centre = np.nanmedian(filled, axis=0)
    spread = SD_OF_MAD * np.nanmedian(np.abs(filled - centre), axis=0)
    return np.where(known > 1, spread, np.nan).astype(np.float32)
