"""Passes over events that say what clusters look like."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.executor import Executor
from cytoclust.io import Panel
from cytoclust.positivity._leftovers import ASIDE, look_alikes
from cytoclust.positivity._profile import Profile
from cytoclust.positivity._sample_medians import SampleMedians
from cytoclust.positivity._slopes import Slope, find_slopes
from cytoclust.pp import Preparation, PreparedEvents, Rows, pooled_share

__all__ = ["count_set_aside", "describe", "fluorescent"]

_TOGETHER = 8
"""Blocks of a sample that are counted together. Bears on no result: counts take more room than few events."""

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
    scatter: Sequence[str] = (),
    executor: Executor,
    names: Sequence[str] | None = None,
    linear: Sequence[Preparation] = (),
    dyes: NDArray[np.bool_] | None = None,
    tick: Callable[[int], None] = lambda _: None,
) -> Profile:
    """Histograms of each cluster over all its events, and over those of each batch; its medians in each sample.

    Where compensation left some of one dye in the detector of another (:func:`find_slopes`), a second pass describes
    the events with that taken off, as ``straight``.

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
    scatter
        Those of the markers that are scatter.
    batches
        Of each sample of the source.
    executor, tick
        Who does the work, and who hears of events done.
    names
        Of each sample of the source, where several are parts of one; by default each is one of its own.
    linear
        The samples of the source with their linear events and their transform; none where these are not known.
    dyes
        Which columns of the source are of fluorescence (m,).
    """
    edges = Profile.edges_for(pooled)
    found = _count(source, labels, clusters, edges, batches=batches, names=names, executor=executor, tick=tick)
    if linear:
        zero = linear[0].transform.zero(source.columns)
        signals = linear[0].transform.inverse(edges.T, source.columns).T
        found |= {"zero": _lowest(pooled, zero), "signals": signals}
    profile = Profile(tuple(clusters), tuple(markers), edges, scatter=tuple(scatter), **found)
    if not linear or dyes is None:
        return profile
    slopes = _slopes(linear, source.columns, dyes, labels, len(clusters), executor)
    if not slopes:
        return profile
    samples = [replace(each, linear=Straightened(each.linear, source.columns, slopes)) for each in linear]
    again = PreparedEvents(samples, source.columns, size=source.size)
    found |= _count(
        again, labels, clusters, edges, batches=batches, names=names, executor=executor, tick=lambda _: None
    )
    straight = Profile(tuple(clusters), tuple(markers), edges, scatter=tuple(scatter), **found)
    return replace(profile, slopes=tuple(slopes), straight=straight)


def _count(
    source: PreparedEvents,
    labels: NDArray[np.integer],
    clusters: Sequence[str],
    edges: NDArray[np.float64],
    *,
    batches: Sequence[str | None],
    names: Sequence[str] | None,
    executor: Executor,
    tick: Callable[[int], None],
) -> dict[str, Any]:
    """One pass: what a profile holds of counts."""
    shape = (len(clusters), len(source.columns), edges.shape[1] - 1)
    named = Profile.batches_of(batches)
    counts = np.zeros(shape, dtype=np.int64)
    by_batch = np.zeros((len(named), *shape), dtype=np.int32)
    starts = np.concatenate([[0], np.cumsum(source.sizes)])
    parts = [str(number) for number in range(len(source.samples))] if names is None else names
    samples = SampleMedians(parts, [number for number, _ in source.chunks], edges, len(clusters))

    n_clusters = len(clusters)

    def one(numbers: Sequence[int]) -> NDArray[np.uint32]:
        found = np.zeros(shape, dtype=np.uint32)
        for number in numbers:
            mine = labels[starts[number] : starts[number + 1]]
            found += Profile.count(source.block(number), mine, n_clusters, edges).astype(np.uint32)
            tick(len(mine))
        return found

    runs = _runs([number for number, _ in source.chunks])
    for numbers, found in zip(runs, executor.stream(one, runs), strict=True):
        np.add(counts, found, out=counts)
        batch = batches[source.chunks[numbers[0]][0]]
        if batch in named:
            by_batch[named.index(batch)] += found.astype(np.int32)
        samples.add(numbers, found.astype(np.int64))
    return {
        "counts": counts, "batches": named, "by_batch": by_batch,
        "samples": samples.names, "sample_events": samples.events, "sample_medians": samples.medians,
    }  # fmt: skip


def _runs(of: Sequence[int]) -> list[list[int]]:
    """Numbers of blocks, those of a sample in groups: ``of`` is which sample each is of."""
    runs: list[list[int]] = []
    for number, sample in enumerate(of):
        if runs and of[runs[-1][0]] == sample and len(runs[-1]) < _TOGETHER:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def _slopes(
    linear: Sequence[Preparation],
    columns: NDArray[np.int64],
    dyes: NDArray[np.bool_],
    labels: NDArray[np.integer],
    n_clusters: int,
    executor: Executor,
) -> list[Slope]:
    """What compensation left, of events pooled evenly over the samples; as columns of the source."""
    share = pooled_share(len(linear))
    starts = np.concatenate([[0], np.cumsum([each.n_passed for each in linear])])

    def one(number: int) -> tuple[NDArray[np.float32], NDArray[np.integer]]:
        rows = linear[number].drawn(share, keys.QC_OK)
        place = np.cumsum(linear[number].codes == keys.QC_OK)[rows] - 1
        return linear[number].compensated(rows)[:, columns[dyes]], labels[starts[number] + place]

    events, mine = zip(*executor.map(one, range(len(linear))), strict=True)
    found = find_slopes(np.concatenate(events), np.concatenate(mine), n_clusters)
    at = np.flatnonzero(dyes).tolist()
    return [replace(each, source=at[each.source], target=at[each.target]) for each in found]


class Straightened:
    """Rows of a sample with what compensation left taken off, in the order in which it was found."""

    def __init__(self, linear: Rows, columns: NDArray[np.int64], slopes: Sequence[Slope]):
        self._linear = linear
        self._slopes = [(int(columns[each.source]), int(columns[each.target]), each.slope) for each in slopes]

    def __len__(self) -> int:
        return len(self._linear)

    def __getitem__(self, rows: slice | NDArray[np.int64], /) -> NDArray[np.float32]:
        events = np.array(self._linear[rows], dtype=np.float32)
        for source, target, slope in self._slopes:
            events[:, target] -= np.float32(slope) * events[:, source]
        return events


def fluorescent(panel: Panel, columns: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which columns of a panel are of fluorescence."""
    return np.array([panel.signal_types[i] == "fluorescence" for i in columns], dtype=bool)


def _lowest(pooled: NDArray[np.float32], zero: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where no signal lies (m,): at zero, or at the value that all lower ones were written as (1 of a log scale)."""
    floor = pooled.min(axis=0)
    piled = (pooled == floor).mean(axis=0) >= _PILED
    return np.where(piled, np.maximum(zero, floor), zero)


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
        rows = sample.event_lots.drawn
        counts = np.zeros((len(profile.clusters), len(ASIDE)))
        for column, reason in enumerate(ASIDE):
            mine = rows[sample.codes[rows] == keys.QC.index(reason)]
            if len(mine):
                counts[:, column] = count(sample.events(mine, columns))
        return counts * (len(sample.codes) / max(1, len(rows)))

    return np.array(executor.map(one, samples))
