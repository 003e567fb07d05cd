"""Some events that stand for all: rare clusters whole, and some of what quality control set aside."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.engine import choose_events
from cytoclust.lots import draw_each
from cytoclust.pp import Preparation

__all__ = ["EventSample", "choose_event_sample"]

ASIDE = 0.1
"""Events that quality control set aside, as a fraction of the event sample. Chosen: enough to be looked at."""
DRAW = "event sample"
"""Name of the lots. Bears on no result: a name."""
BLOCK = 2**18
"""Events whose lots are made together. Bears on no result: memory."""


@dataclass(frozen=True, eq=False)
class EventSample:
    """Rows of each sample, in file order, and how many events each stands for."""

    rows: list[NDArray[np.int64]]
    weight: list[NDArray[np.float64]]


def choose_event_sample(
    labels: NDArray[np.int32], samples: Sequence[Preparation], *, at_most: int, seed: int
) -> EventSample:
    """Choose events as :func:`cytoclust.engine.choose_events` does, and weigh them.

    An event of a cluster stands for the events of that cluster in its sample over those chosen, scaled so that each
    cluster has its number of events although a sample with few of it may have none here. An event that quality control
    set aside stands for those set aside for the same reason in its sample.

    Parameters
    ----------
    labels
        Cluster of each event that passed, sample after sample (n,).
    samples
        With the index into ``keys.QC`` of each event, and the lots of events.
    at_most
        Events wanted of clusters; those set aside come on top.
    seed
        Of the lots.
    """
    starts = np.cumsum([0, *(each.n_passed for each in samples)])
    chosen = choose_events(labels, at_most, lots=event_lots(samples, seed))
    weights = _weights(labels, chosen, starts)
    cuts = np.searchsorted(chosen, starts)
    groups = sum(len(np.unique(each.codes[each.codes != keys.QC_OK])) for each in samples)
    share = max(1, int(ASIDE * at_most) // max(1, groups))
    rows, weight = [], []
    for number, each in enumerate(samples):
        part = slice(cuts[number], cuts[number + 1])
        aside, stands = _aside(each, share, seed)
        mine = np.concatenate([each.passed[chosen[part] - starts[number]], aside])
        order = np.argsort(mine, kind="stable")
        rows.append(mine[order])
        weight.append(np.concatenate([weights[part], stands])[order])
    return EventSample(rows, weight)


def event_lots(samples: Sequence[Preparation], seed: int) -> Iterator[NDArray[np.float64]]:
    """The lots of the events that passed, sample after sample, in parts."""
    for each in samples:
        for start in range(0, len(each.codes), BLOCK):
            passed = start + np.flatnonzero(each.codes[start : start + BLOCK] == keys.QC_OK)
            yield each.lots(passed, DRAW, seed)


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


def _aside(sample: Preparation, share: int, seed: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Rows of events that were set aside, some for each reason, and what each stands for."""
    set_aside = np.flatnonzero(sample.codes != keys.QC_OK)
    codes = sample.codes[set_aside].astype(np.int64)
    drawn = draw_each(codes, share, (sample.lots(set_aside, DRAW, seed) for _ in range(1)))
    stands = np.bincount(codes, minlength=len(keys.QC)) / np.maximum(
        np.bincount(codes[drawn], minlength=len(keys.QC)), 1
    )
    return set_aside[drawn], stands[codes[drawn]]
