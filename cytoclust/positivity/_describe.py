"""Passes over events that say what clusters look like."""

import threading
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.executor import Executor
from cytoclust.positivity._leftovers import ASIDE, look_alikes
from cytoclust.positivity._profile import Profile
from cytoclust.pp import FIT_EVENTS, Preparation, PreparedEvents, pooled_rows

__all__ = ["count_set_aside", "describe"]


def describe(
    source: PreparedEvents,
    labels: NDArray[np.integer],
    clusters: Sequence[str],
    *,
    markers: Sequence[str],
    pooled: NDArray[np.float32],
    batches: Sequence[str | None],
    executor: Executor,
    tick: Callable[[int], None] = lambda _: None,
) -> Profile:
    """Histograms of each cluster over all its events, and over those of each batch.

    Parameters
    ----------
    source
        The events, of stained columns.
    labels
        Cluster of each event of the source (n,), as a code into ``clusters``; below 0 is none.
    clusters, markers
        Their names.
    pooled
        Events of the same columns, from which the bins are taken.
    batches
        Of each sample of the source.
    executor, tick
        Who does the work, and who hears of events done.
    """
    edges = Profile.edges_for(pooled)
    shape = (len(clusters), len(source.columns), edges.shape[1] - 1)
    named = Profile.batches_of(batches)
    counts = np.zeros(shape, dtype=np.int64)
    by_batch = np.zeros((len(named), *shape), dtype=np.int32)
    starts = np.concatenate([[0], np.cumsum(source.sizes)])
    lock = threading.Lock()

    def one(number: int) -> None:
        mine = labels[starts[number] : starts[number + 1]]
        block = Profile.count(source.block(number), mine, len(clusters), edges)
        batch = batches[source.chunks[number][0]]
        with lock:
            np.add(counts, block, out=counts)
            if batch in named:
                by_batch[named.index(batch)] += block.astype(np.int32)
        tick(len(mine))

    executor.map(one, range(len(source.sizes)))
    return Profile(tuple(clusters), tuple(markers), edges, counts, named, by_batch)


def count_set_aside(
    profile: Profile, samples: Sequence[Preparation], columns: NDArray[np.int64], *, executor: Executor
) -> NDArray[np.float64]:
    """Events (samples × clusters × ``ASIDE``) that quality control set aside, by the cluster they look like.

    Of up to ``FIT_EVENTS`` events a sample, those that quality control was fitted on; scaled to all.

    Parameters
    ----------
    profile
        The clusters.
    samples
        All samples.
    columns
        Of the panel, as the profile has them.
    executor
        Who does the work.
    """
    count = look_alikes(profile)

    def one(sample: Preparation) -> NDArray[np.float64]:
        rows = pooled_rows(len(sample.codes), FIT_EVENTS)
        counts = np.zeros((len(profile.clusters), len(ASIDE)))
        for column, reason in enumerate(ASIDE):
            mine = rows[sample.codes[rows] == keys.QC.index(reason)]
            if len(mine):
                counts[:, column] = count(sample.events(mine, columns))
        return counts * (len(sample.codes) / max(1, len(rows)))

    return np.array(executor.map(one, samples))
