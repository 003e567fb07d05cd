"""The last pass over the events: what each cluster looks like, and how many of it each sample has."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.pipeline._cohort import Cohort, CohortSource
from cytoclust.positivity import REASONS, Profile, look_alikes
from cytoclust.pp import FIT_EVENTS, pooled_rows
from cytoclust.progress import Progress

__all__ = ["Clustered", "describe", "sample_counts", "set_aside"]

SCALE = 2**20
"""Doubts are added as integers, which add up alike in any order."""


@dataclass(frozen=True)
class Clustered:
    """Every event that passed quality control, in the order of samples and files, with its cluster."""

    cluster: NDArray[np.int32]
    probability: NDArray[np.float32]
    starts: NDArray[np.int64]
    """Where the events of each sample begin, and where the last ones end (samples + 1)."""
    n_clusters: int

    def of(self, sample: int) -> slice:
        """The events of a sample."""
        return slice(int(self.starts[sample]), int(self.starts[sample + 1]))


def describe(clustered: Clustered, source: CohortSource, progress: Progress) -> Profile:
    """Histograms of each cluster over all its events, and over those of each batch, for the columns of the source."""
    cohort, n_clusters = source.cohort, clustered.n_clusters
    edges = Profile.edges_for(cohort.pooled[:, source.columns])
    shape = (n_clusters, len(source.columns), edges.shape[1] - 1)
    counts = np.zeros(shape, dtype=np.int64)
    batches = Profile.batches_of(sample.batch for sample in cohort.samples)
    by_batch = np.zeros((len(batches), *shape), dtype=np.int32)
    starts = np.concatenate([[0], np.cumsum(source.sizes)])
    lock = threading.Lock()
    progress.stage("describing clusters", int(starts[-1]))

    def one(number: int) -> None:
        labels = clustered.cluster[starts[number] : starts[number + 1]]
        block = Profile.count(source.block(number), labels, n_clusters, edges)
        batch = cohort.samples[source.chunks[number][0]].batch
        with lock:
            np.add(counts, block, out=counts)
            if batch in batches:
                by_batch[batches.index(batch)] += block.astype(np.int32)
        progress.advance(len(labels))

    with ThreadPoolExecutor(cohort.config.run.workers) as pool:
        list(pool.map(one, range(len(source.sizes))))
    names = tuple(str(number) for number in range(n_clusters))
    markers = tuple(cohort.panel.names[i] for i in source.columns)
    return Profile(names, markers, edges, counts, batches, by_batch)


def set_aside(cohort: Cohort, profile: Profile, columns: NDArray[np.int64]) -> NDArray[np.float64]:
    """Events (clusters × reasons) that quality control set aside, by the cluster they look like.

    Of up to 60,000 events a sample, those that quality control was fitted on; scaled to all.
    """
    count = look_alikes(profile)

    def one(number: int) -> NDArray[np.float64]:
        prepared = cohort.prepared[number]
        rows = pooled_rows(prepared.file.n_events, FIT_EVENTS)
        counts = np.zeros((len(profile.clusters), len(REASONS)))
        for column, reason in enumerate(REASONS):
            mine = rows[prepared.codes[rows] == keys.QC.index(reason)]
            if len(mine):
                counts[:, column] = count(cohort.transform(prepared.linear_rows(mine), columns))
        return counts * (prepared.file.n_events / max(1, len(rows)))

    with ThreadPoolExecutor(cohort.config.run.workers) as pool:
        return np.sum(list(pool.map(one, range(len(cohort.prepared)))), axis=0)


def sample_counts(cohort: Cohort, clustered: Clustered) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Samples × clusters: events, and events expected to belong to another cluster (sum of 1 − probability)."""
    n_clusters = clustered.n_clusters
    events, wrong = [], []
    for number in range(len(cohort.samples)):
        labels, probability = clustered.cluster[clustered.of(number)], clustered.probability[clustered.of(number)]
        doubt = np.rint((1 - probability.astype(np.float64)) * SCALE)
        events.append(np.bincount(labels, minlength=n_clusters))
        wrong.append(np.bincount(labels, doubt, minlength=n_clusters) / SCALE)
    index = pd.Index([sample.sample_id for sample in cohort.samples], name=keys.SAMPLE)
    columns = [str(number) for number in range(n_clusters)]
    return pd.DataFrame(events, index=index, columns=columns), pd.DataFrame(wrong, index=index, columns=columns)
