"""One new sample through everything that was frozen; it asks for no other sample."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.engine import MIN_EVENTS, ArraySource, fit
from cytoclust.engine import assign as assign_events
from cytoclust.executor import Threads
from cytoclust.frozen import (
    FarCounts,
    Judged,
    Reference,
    SampleMedians,
    judge_events,
    measure_clusters,
)
from cytoclust.io import Sample, write_labels
from cytoclust.pipeline._entry import Place
from cytoclust.pipeline._label_table import label_table
from cytoclust.pipeline._opened import Opened
from cytoclust.pipeline._prepare import Looked, Prepared, Task, prepare_sample
from cytoclust.pipeline._recipe import Recipe
from cytoclust.positivity import Profile
from cytoclust.pp import Preparation
from cytoclust.rules import annotate_clusters
from cytoclust.stats import ClusterCounts, acquisition_table, sheet_table
from cytoclust.tl import choose_event_sample

__all__ = ["Applied", "apply_sample"]

BLOCK = 65_536
"""Events looked at together. Bears on no result: memory."""


@dataclass(frozen=True, eq=False)
class Chosen:
    """Events of a sample that stand for all: rows of the file, weight, linear values, quality, cluster (-1 for none),
    probability, and whether it is unlike the reference, or stray.
    """

    rows: NDArray[np.int64]
    weight: NDArray[np.float64]
    linear: NDArray[np.float32]
    codes: NDArray[np.uint8]
    cluster: NDArray[np.int32]
    probability: NDArray[np.float32]
    unlike: NDArray[np.bool_]
    stray: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Applied:
    """What is kept of a sample when its events are gone.

    Attributes
    ----------
    sample, looked
        The sample, and what was judged of it.
    counted, far
        Events of each cluster; those that are far, in clumps, and stray.
    landmarks
        Medians of its clusters, for drift.
    acquisition
        Its run, in bins.
    chosen
        Its part of the event sample.
    """

    sample: Sample
    looked: Looked
    counted: ClusterCounts
    far: FarCounts
    landmarks: SampleMedians
    acquisition: pd.DataFrame
    chosen: Chosen


def apply_sample(
    opened: Opened,
    reference: Reference,
    labels: Path,
    *,
    own: bool,
    n_kept: int,
    tick: Callable[[int], None] = lambda _: None,
) -> Applied:
    """Prepare a sample, give each event its cluster and name, and write its labels.

    Parameters
    ----------
    opened
        The sample.
    reference
        What it is read against.
    labels
        The parquet file to write.
    own
        Whether it is a sample of the reference, to which none of its own events is unlike or stray.
    n_kept
        Events for the event sample.
    tick
        Hears of events done.
    """
    prepared = _prepared(opened, reference, tick)
    ready = Preparation(prepared.linear, prepared.codes, reference.transform, reference.spreading)
    passed = ready.passed

    def look(rows: NDArray[np.int64]) -> NDArray[np.float32]:
        return ready.events(passed[rows], reference.columns)

    cluster, probability, far = _assigned(look, len(passed), reference)
    judged = Judged.known(len(passed)) if own else judge_events(reference, cluster, far, look)
    names = reference.names[keys.POPULATION].to_numpy(dtype=object)
    told = label_table(
        ready.codes, passed, cluster, probability, names, unlike=judged.unlike, stray=judged.stray
    )  # fmt: skip
    write_labels(labels, told)
    counts = ClusterCounts.of(
        cluster, probability, [prepared.codes], clusters=reference.profile.clusters, sheet=sheet_table([opened.sample])
    )  # fmt: skip
    k, unlike = reference.n_clusters, np.flatnonzero(judged.unlike)
    whole, away, strange, crowded, stray = (
        np.bincount(cluster[which], minlength=k)
        for which in (slice(None), far, judged.unlike, judged.crowded, judged.stray)
    )
    clumps = _clumps(ready, passed[unlike], cluster[unlike], look(unlike), reference)
    of = FarCounts(whole, away, strange, crowded, stray, clumps)
    name = opened.sample.patient_id or opened.sample.sample_id
    landmarks = SampleMedians.of(measure_clusters(ready, cluster, k), name)
    chosen = _chosen(ready, passed, cluster, probability, judged, n_kept, reference.config.run.seed)
    return Applied(
        opened.sample, prepared.without_events(), counts, of, landmarks,
        acquisition_table({opened.sample.sample_id: ready}, reference.panel), chosen,
    )  # fmt: skip


def _prepared(opened: Opened, reference: Reference, tick: Callable[[int], None]) -> Prepared:
    config = reference.config
    place = Place(None, Recipe("apply", {}, opened.sample.sample_id), mapped=False)
    task = Task(opened.source, reference.panel, config.quality, config.panel.viability, place, place)
    return prepare_sample(task, tick)


def _assigned(
    look: Callable[[NDArray[np.int64]], NDArray[np.float32]], n: int, reference: Reference
) -> tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.bool_]]:
    """Cluster, probability and whether it is far of each event that passed (n,)."""
    engine, limits = reference.engine, reference.limits
    cluster, probability, far = np.empty(n, np.int32), np.empty(n, np.float32), np.zeros(n, dtype=bool)
    for start in range(0, n, BLOCK):
        block = slice(start, min(start + BLOCK, n))
        events = np.ascontiguousarray(look(np.arange(block.start, block.stop)))
        prototype, squared = engine.look(events)
        cluster[block], probability[block] = engine.assign(events, prototype)
        far[block] = np.sqrt(squared) > limits[prototype]
    return cluster, probability, far


def _clumps(
    ready: Preparation,
    rows: NDArray[np.int64],
    cluster: NDArray[np.int32],
    events: NDArray[np.float32],
    reference: Reference,
) -> dict[str, list[tuple[str, int]]]:
    """Phenotype and events of each clump, by the population that is nearest to most of it."""
    if not len(rows):
        return {}
    own = np.zeros(len(rows), dtype=np.int64)
    if len(rows) >= MIN_EVENTS:
        source = ArraySource(lambda wanted: np.ascontiguousarray(events[wanted]), np.arange(len(events)), BLOCK)
        found = fit(source, n_prototypes="auto", resolution="auto", executor=Threads(1))
        own = assign_events(found.model, events, found.prototype)[0].astype(np.int64)
    described = _phenotypes(ready, rows, own, reference)
    names = reference.names[keys.POPULATION].to_numpy(dtype=object)[cluster]
    clumps: dict[str, list[tuple[str, int]]] = {}
    for number, phenotype in enumerate(described):
        mine = names[own == number]
        if len(mine):
            most = max(sorted(set(mine)), key=list(mine).count)
            clumps.setdefault(str(most), []).append((phenotype, len(mine)))
    return clumps


def _phenotypes(ready: Preparation, rows: NDArray[np.int64], own: NDArray[np.int64], reference: Reference) -> list[str]:
    """By the thresholds of the reference."""
    events, names = ready.events(rows, reference.stained), [str(number) for number in range(int(own.max()) + 1)]
    markers = [reference.panel.names[i] for i in reference.stained]
    scatter = tuple(reference.profile.scatter)
    profile = Profile.from_events(events, own, names, markers)
    stained = Profile(profile.clusters, profile.markers, profile.edges, profile.counts, scatter=scatter).stained()
    table = annotate_clusters(stained, reference.thresholds, None, min_probability=0.5)
    return [str(each) for each in table[keys.PHENOTYPE]]


def _chosen(
    ready: Preparation,
    passed: NDArray[np.int64],
    cluster: NDArray[np.int32],
    probability: NDArray[np.float32],
    judged: Judged,
    n_kept: int,
    seed: int,
) -> Chosen:
    some = choose_event_sample(cluster, [ready], at_most=n_kept, seed=seed)
    rows = some.rows[0]
    codes = ready.codes[rows]
    at = np.searchsorted(passed, rows[codes == keys.QC_OK])
    filled: dict[str, Any] = {
        "cluster": np.full(len(rows), keys.NO_CLUSTER, np.int32), "probability": np.full(len(rows), np.nan, np.float32),
        "unlike": np.zeros(len(rows), dtype=bool), "stray": np.zeros(len(rows), dtype=bool),
    }  # fmt: skip
    for name, values in (
        ("cluster", cluster),
        ("probability", probability),
        ("unlike", judged.unlike),
        ("stray", judged.stray),
    ):
        filled[name][codes == keys.QC_OK] = values[at]
    return Chosen(rows, some.weight[0], ready.compensated(rows), codes, **filled)
