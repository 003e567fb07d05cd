"""Passes over events that say what clusters look like."""

import threading
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.executor import Executor
from cytoclust.positivity._leftovers import REASONS, look_alikes
from cytoclust.positivity._profile import Profile
from cytoclust.positivity._sample_medians import SampleMedians
from cytoclust.pp import FIT_EVENTS, Preparation, PreparedEvents, Transform, pooled_rows

__all__ = ["count_set_aside", "describe"]

_PILED = 0.01
"""Of the events, at the lowest value: it stands for all below. Chosen: see sensitivity."""


def describe(
    source: PreparedEvents,
    labels: NDArray[np.integer],
    clusters: Sequence[str],
    *,
    markers: Sequence[str],
    pooled: NDArray[np.float32],
    batches: Sequence[str | None],
    executor: Executor,
    names: Sequence[str] | None = None,
    transform: Transform | None = None,
    tick: Callable[[int], None] = lambda _: None,
) -> Profile:
    """Histograms of each cluster over all its events, and over those of each batch; its medians in each sample.

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
    names
        Of each sample of the source, where several are parts of one; by default each is one of its own.
    transform
        That the source's events have behind them; by default that of its samples.
    """
    transform = source.samples[0].transform if transform is None else transform
    edges = Profile.edges_for(pooled)
    shape = (len(clusters), len(source.columns), edges.shape[1] - 1)
    named = Profile.batches_of(batches)
    counts = np.zeros(shape, dtype=np.int64)
    by_batch = np.zeros((len(named), *shape), dtype=np.int32)
    starts = np.concatenate([[0], np.cumsum(source.sizes)])
    lock = threading.Lock()
    of = [number for number, _ in source.chunks]
    parts = [str(number) for number in range(len(source.samples))] if names is None else names
    samples = SampleMedians(parts, of, edges, len(clusters))

    def one(number: int) -> None:
        mine = labels[starts[number] : starts[number + 1]]
        block = Profile.count(source.block(number), mine, len(clusters), edges)
        batch = batches[source.chunks[number][0]]
        with lock:
            np.add(counts, block, out=counts)
            if batch in named:
                by_batch[named.index(batch)] += block.astype(np.int32)
        samples.add(number, block)
        tick(len(mine))

    executor.map(one, range(len(source.sizes)))
    return Profile(
        tuple(clusters), tuple(markers), edges, counts, named, by_batch,
        zero=_lowest(pooled, transform.zero(source.columns)), signals=transform.inverse(edges.T, source.columns).T,
        samples=samples.names, sample_events=samples.events, sample_medians=samples.medians,
    )  # fmt: skip


def _lowest(pooled: NDArray[np.float32], zero: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where no signal lies (m,): at zero, or at the value that all lower ones were written as (1 of a log scale)."""
    floor = pooled.min(axis=0)
    piled = (pooled == floor).mean(axis=0) >= _PILED
    return np.where(piled, np.maximum(zero, floor), zero)


def count_set_aside(
    profile: Profile, samples: Sequence[Preparation], columns: NDArray[np.int64], *, executor: Executor
) -> NDArray[np.float64]:
    """Events (clusters × reasons) that quality control set aside, by the cluster they look like.

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
        counts = np.zeros((len(profile.clusters), len(REASONS)))
        for column, reason in enumerate(REASONS):
            mine = rows[sample.codes[rows] == keys.QC.index(reason)]
            if len(mine):
                counts[:, column] = count(sample.events(mine, columns))
        return counts * (len(sample.codes) / max(1, len(rows)))

    return np.sum(executor.map(one, samples), axis=0)
