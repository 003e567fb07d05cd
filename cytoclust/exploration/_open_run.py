"""An explorer of all events of a finished run."""

import tempfile
import weakref
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.executor import Executor, Threads
from cytoclust.exploration._described import Described
from cytoclust.exploration._events import Events, Map
from cytoclust.exploration._explorer import Explorer
from cytoclust.exploration._from_adata import first_pairs, map_of, rules_of
from cytoclust.pipeline import LabelledCohort, open_finished, read_cohort
from cytoclust.positivity import count_set_aside, cuts_on_scale, describe, fluorescent, measure_bodies
from cytoclust.pp import (
    Preparation,
    PreparedEvents,
    choose_markers,
    find_viability,
    scatter_of,
    spread_samples,
    stained_columns,
)
from cytoclust.progress import Progress, Silent
from cytoclust.tl import read_cuts

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["open_run"]

_IN_MEMORY: Final = 2**28
"""Bytes of events that are held in memory; more are held in a file that goes with the program. Chosen; bears on no
result."""


def open_run(out: str | Path, *, progress: Progress | None = None) -> tuple[Explorer, LabelledCohort]:
    """Read all events of a finished run again, with their labels, and describe its clusters as the run did.

    Raises
    ------
    InputError
        The folder is not that of a finished run, or a file of events is absent or another.
    """
    told, executor = progress or Silent(), Threads(2)
    told.stage("opening files", 0)
    cohort = open_finished(out, executor)
    adata = read_cohort(Path(out))
    told.stage("reading events", sum(sample.n_events for sample in cohort.samples))
    linear, events = _read(cohort, adata, told)
    told.stage("describing clusters", 0)
    described = _describe(cohort, adata, linear, events, executor)
    told.stage("drawing", 0)
    explorer = Explorer(events, described, pairs=first_pairs(described))
    _ = events.bins
    return explorer, cohort


def _read(cohort: LabelledCohort, adata: "AnnData", told: Progress) -> tuple[NDArray[np.float32], Events]:
    """Linear events (n, p), and all that is drawn."""
    n, p = sum(sample.n_events for sample in cohort.samples), len(cohort.panel.names)
    linear, values = _room((n, p)), _room((p, n))
    qc, cluster = np.empty(n, dtype=np.uint8), np.empty(n, dtype=np.int32)
    sample_of = np.empty(n, dtype=np.int32)
    start = 0
    for number, sample in enumerate(cohort.samples):
        for block, read in sample.blocks():
            at = slice(start + block.start, start + block.stop)
            linear[at], values[:, at] = read, cohort.transform(read).T
            qc[at], cluster[at], sample_of[at] = block.qc, block.cluster, number
            told.advance(len(read))
        start += sample.n_events
    names = tuple(str(name) for name in adata.obs[keys.CLUSTER].cat.categories)
    events = Events(
        values, cohort.panel.names, cohort.axes, _coded(cluster, names), names, sample_of, _sheet(cohort), qc,
        map=_places(cohort, adata),
    )  # fmt: skip
    return linear, events


def _room(shape: tuple[int, int]) -> NDArray[np.float32]:
    """An empty array in memory, or in a file that nobody else sees and that goes with it."""
    if 4 * shape[0] * shape[1] <= _IN_MEMORY:
        return np.empty(shape, dtype=np.float32)
    file = tempfile.TemporaryFile(prefix="cytoclust-")  # noqa: SIM115 (it lives as long as the array)
    array = np.memmap(file, dtype=np.float32, mode="w+", shape=shape)
    weakref.finalize(array, file.close)
    return array


def _coded(cluster: NDArray[np.int32], names: tuple[str, ...]) -> NDArray[np.int32]:
    """Numbers of clusters as places among their names; -1 for none."""
    place = np.full(max((int(name) for name in names), default=-1) + 2, -1, dtype=np.int32)
    for code, name in enumerate(names):
        place[int(name)] = code
    return place[cluster]  # the number of none, -1, finds the last


def _sheet(cohort: LabelledCohort) -> pd.DataFrame:
    samples = [each.sample for each in cohort.samples]
    rows = [{name: getattr(sample, name) for name in keys.SHEET_COLUMNS} for sample in samples]
    index = pd.Index([sample.sample_id for sample in samples], name=keys.SAMPLE)
    return pd.DataFrame(rows, index=index, columns=list(keys.SHEET_COLUMNS), dtype=object).dropna(axis=1, how="all")


def _places(cohort: LabelledCohort, adata: "AnnData") -> Map | None:
    """The map of the event sample, by the rows of the events in all."""
    found = map_of(adata)
    if found is None:
        return None
    starts = np.cumsum([0, *(sample.n_events for sample in cohort.samples)])
    place = {sample.sample_id: int(start) for sample, start in zip(cohort.samples, starts[:-1], strict=True)}
    obs = adata.obs.iloc[found.rows]
    start = obs[keys.SAMPLE].astype(str).map(place).to_numpy(dtype=np.int64)
    return Map(start + obs[keys.EVENT].to_numpy(dtype=np.int64), found.places)


def _describe(
    cohort: LabelledCohort, adata: "AnnData", linear: NDArray[np.float32], events: Events, executor: Executor
) -> Described:
    """What a run knows of its clusters when it names them: the same functions on the same events."""
    panel, config = cohort.panel, cohort.config
    ends = np.cumsum([0, *(sample.n_events for sample in cohort.samples)])
    parts = [slice(int(start), int(stop)) for start, stop in pairwise(ends)]
    plain = [Preparation(linear[part], events.qc[part], cohort.transform) for part in parts]
    samples, pooled = spread_samples(plain, panel, executor=executor)
    viability = config.panel.viability
    columns = np.union1d(choose_markers(panel, config.cluster.markers, viability), stained_columns(panel, viability))
    labels = events.cluster[events.qc == keys.QC_OK]
    profile = describe(
        PreparedEvents(samples, columns, size=config.run.chunk_events), labels, events.clusters,
        markers=[panel.names[i] for i in columns], pooled=pooled[:, columns],
        scatter=[panel.names[i] for i in scatter_of(panel, columns)],
        batches=[sample.sample.batch for sample in cohort.samples],
        names=[sample.sample_id for sample in cohort.samples],
        linear=samples, dyes=fluorescent(panel, columns), executor=executor,
    )  # fmt: skip
    dye = find_viability(panel, viability)
    cuts = cuts_on_scale(config.annotate.thresholds, panel, cohort.transform)
    annotate = config.annotate.model_copy(update={"thresholds": cuts})
    bodies = measure_bodies(samples, labels, len(events.clusters), panel, viability=dye, executor=executor)
    return Described(
        replace(profile, bodies=bodies), count_set_aside(profile, samples, columns, executor=executor), rules_of(adata),
        annotate, tuple(read_cuts(adata)), (panel.channels[dye], panel.names[dye]) if dye >= 0 else None,
        dict(zip(panel.names, panel.channels, strict=True)),
    )  # fmt: skip
