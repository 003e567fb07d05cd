"""Some events that stand for all: rare clusters whole, and some of what quality control set aside."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.engine import choose_events
from cytoclust.pp import pooled_rows

__all__ = ["EventSample", "choose_event_sample"]

ASIDE = 0.1
"""Events that quality control set aside, as a fraction of the event sample. Chosen: enough to be looked at."""


@dataclass(frozen=True, eq=False)
class EventSample:
    """Rows of each sample, in file order, and how many events each stands for."""

    rows: list[NDArray[np.int64]]
    weight: list[NDArray[np.float64]]


def choose_event_sample(
    labels: NDArray[np.int32], codes: Sequence[NDArray[np.uint8]], *, at_most: int, seed: int
) -> EventSample:
    """Choose events as :func:`cytoclust.engine.choose_events` does, and weigh them.

    An event of a cluster stands for the events of that cluster in its sample over those chosen, scaled so that each
    cluster has its number of events although a sample with few of it may have none here. An event that quality control
    set aside stands for those set aside for the same reason in its sample.

    Parameters
    ----------
    labels
        Cluster of each event that passed, sample after sample (n,).
    codes
        Of each sample: index into ``keys.QC`` of each event.
    at_most
        Events wanted of clusters; those set aside come on top.
    seed
        Of the lots.
    """
    starts = np.cumsum([0, *(np.count_nonzero(each == keys.QC_OK) for each in codes)])
    chosen = choose_events(labels, at_most, seed=seed)
    weights = _weights(labels, chosen, starts)
    cuts = np.searchsorted(chosen, starts)
    groups = sum(len(np.unique(each[each != keys.QC_OK])) for each in codes)
    share = max(1, int(ASIDE * at_most) // max(1, groups))
    rows, weight = [], []
    for number, each in enumerate(codes):
        part = slice(cuts[number], cuts[number + 1])
        aside, stands = _aside(each, share)
        passed = np.flatnonzero(each == keys.QC_OK)
        mine = np.concatenate([passed[chosen[part] - starts[number]], aside])
        order = np.argsort(mine, kind="stable")
        rows.append(mine[order])
        weight.append(np.concatenate([weights[part], stands])[order])
    return EventSample(rows, weight)


def _weights(
    labels: NDArray[np.integer], chosen: NDArray[np.int64], starts: NDArray[np.int64]
) -> NDArray[np.float64]:  # fmt: skip
    """Of the chosen events."""
    n_clusters = int(labels.max(initial=-1)) + 1
    all_, some = (np.zeros((len(starts) - 1, n_clusters)) for _ in range(2))
    cuts = np.searchsorted(chosen, starts)
    for number in range(len(starts) - 1):
        all_[number] = np.bincount(labels[starts[number] : starts[number + 1]], minlength=n_clusters)
        some[number] = np.bincount(labels[chosen[cuts[number] : cuts[number + 1]]], minlength=n_clusters)
    seen = np.where(some > 0, all_, 0)
    scale = all_.sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    stands = seen / np.maximum(some, 1) * scale
    sample = np.searchsorted(starts, chosen, side="right") - 1
    return np.asarray(stands[sample, labels[chosen]])


def _aside(codes: NDArray[np.uint8], share: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Rows of events that were set aside, some for each reason and evenly along the run, and what each stands for."""
    rows: list[NDArray[np.int64]] = []
    stands: list[NDArray[np.float64]] = []
    for reason in np.unique(codes[codes != keys.QC_OK]):
        mine = np.flatnonzero(codes == reason)
        some = mine[pooled_rows(len(mine), share)]
        rows.append(some)
        stands.append(np.full(len(some), len(mine) / len(some)))
    return (np.concatenate(rows), np.concatenate(stands)) if rows else (np.empty(0, np.int64), np.empty(0))
