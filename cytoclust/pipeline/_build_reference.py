"""A reference made of a finished run."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.engine import Clustering, Frozen
from cytoclust.errors import InputError
from cytoclust.executor import Threads
from cytoclust.frozen import (
    OF_PLACES,
    Haze,
    Measured,
    Reference,
    channel_facts,
    draw_haze,
    far_limits,
    far_when_left_out,
    instrument_of,
    learn_places,
    measure_clusters,
    put_together,
    write_reference,
)
from cytoclust.pipeline._cluster import parents
from cytoclust.pipeline._entry import Damaged, Kept
from cytoclust.pipeline._finished import read_cohort, read_record
from cytoclust.pipeline._labelled import LabelledCohort, LabelledSample
from cytoclust.pipeline._listener import listener
from cytoclust.pipeline._lock import STORE
from cytoclust.pipeline._open_finished import open_finished
from cytoclust.positivity import Profile
from cytoclust.pp import Compensation, Preparation, choose_markers, find_viability, pooled_rows, stained_columns
from cytoclust.progress import Progress
from cytoclust.record import Record
from cytoclust.rules import Naming, RuleSet, name_clusters
from cytoclust.stats import ClusterCounts, sheet_table
from cytoclust.tl import read_cuts
from cytoclust.version import VERSION

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["build_reference"]

_BLOCK = 65_536
"""Events looked at together. Bears on no result: memory."""


def build_reference(out: str | Path, path: str | Path, *, progress: Progress | None = None) -> Reference:
    """Make a reference of a finished run, and write it to a file.

    The files of events are read again, and each event must be given the cluster that the run gave it.

    Parameters
    ----------
    out
        Folder of the run, with what it kept in ``OUT/.store``.
    path
        The file to write, as ``panel.ctref``.
    progress
        Hears how far it is.

    Raises
    ------
    InputError
        The folder is not that of a finished run, its store was removed, the method cannot be frozen, or a file of
        events is absent or another.
    """
    folder = Path(out)
    with listener(progress) as told:
        told.stage("opening files", 0)
        transform, spreading, _ = _kept(folder, "transform")
        (clustering,) = _kept(folder, "clustering")
        profile, aside = _kept(folder, "describing-clusters")
        controls, beads = _kept(folder, "keeping-controls")
        engine = clustering.frozen
        if engine is None:
            raise InputError(
                f"{folder}: its clusters cannot be given to other events: found a cluster.method without prototypes, "
                "allowed is cluster.method=prototypes."
            )
        cohort = open_finished(folder, Threads(2))
        if cohort.config.normalize.method != "none":
            raise InputError(
                f"{folder}: found normalize.method={cohort.config.normalize.method}, allowed is none: new samples are "
                "read as their files have them."
            )
        seen = _Seen(cohort, clustering, engine, transform, spreading)
        told.stage("reading samples", sum(each.n_events for each in cohort.samples))
        for sample in cohort.samples:
            seen.read(sample, folder)
            told.advance(sample.n_events)
        told.stage("leaving out patients", 0)
        made = _reference(folder, cohort, seen, profile, aside)
        return write_reference(replace(made, controls=controls, beads=beads), path)


def _kept(folder: Path, step: str) -> tuple[Any, ...]:
    """What the run kept of a step."""
    what = f"{folder}/{STORE} does not hold the clustering of this run"
    mend = "run again with run.store=auto, and do not clean it before the reference is built"
    try:
        kept = Kept.read(folder / STORE / step)
        if kept is None:
            raise InputError(f"{what} (it was cleaned, or the run kept nothing): {mend}.")
        values, _ = kept.value()
    except Damaged:
        raise InputError(f"{what} whole: {mend}.") from None
    return tuple(values)


class _Seen:
    """What is told of the events of a run, sample after sample."""

    def __init__(
        self, cohort: LabelledCohort, clustering: Clustering, engine: Frozen, transform: Any, spreading: Any
    ):  # fmt: skip
        config = cohort.config
        self.cohort, self.clustering, self.engine = cohort, clustering, engine
        self.transform, self.spreading = transform, spreading
        self.columns = choose_markers(cohort.panel, config.cluster.markers, config.panel.viability)
        self.stained = np.union1d(self.columns, stained_columns(cohort.panel, config.panel.viability))
        self.distances: list[tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.int32]]] = []
        self.codes: list[NDArray[np.uint8]] = []
        self.probability: list[NDArray[np.float32]] = []
        self.measured: list[Measured] = []
        self.placed: list[tuple[NDArray[np.float32], NDArray[np.int32]]] = []

    def preparation(self, number: int) -> Preparation:
        """A sample as the run prepared it."""
        source = self.cohort.samples[number].source
        return Preparation(source.read(0, source.file.n_events), self.codes[number], self.transform, self.spreading)

    def read(self, sample: LabelledSample, folder: Path) -> None:
        """The next sample."""
        blocks = list(sample.labels())
        self.codes.append(np.concatenate([each.qc for each in blocks]))
        ready = self.preparation(len(self.codes) - 1)
        labels, sure = (
            np.concatenate([getattr(each, name) for each in blocks])[ready.passed]
            for name in ("cluster", "probability")
        )
        prototype, distance = np.empty(len(labels), np.int32), np.empty(len(labels), np.float32)
        for start in range(0, len(labels), _BLOCK):
            block = slice(start, start + _BLOCK)
            events = np.ascontiguousarray(ready.events(ready.passed[block], self.columns))
            prototype[block], squared = self.engine.look(events)
            distance[block] = np.sqrt(squared)
            cluster, probability = self.engine.assign(events, prototype[block])
            if not (np.array_equal(cluster, labels[block]) and np.array_equal(probability, sure[block])):
                raise InputError(
                    f"{folder}/{STORE} does not hold the clustering of this run: events of {sample.sample_id} get "
                    "other labels by it; run again."
                )
        self.distances.append((prototype, distance, labels))
        self.probability.append(sure)
        self.measured.append(measure_clusters(ready, labels, self.clustering.n_clusters))
        each = [np.flatnonzero(labels == cluster) for cluster in range(self.clustering.n_clusters)]
        some = np.concatenate([rows[pooled_rows(len(rows), OF_PLACES)] for rows in each])
        self.placed.append((self.events(len(self.codes) - 1, some), labels[some]))

    def events(self, number: int, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Of some of the events of a sample that passed, as they are clustered."""
        ready = self.preparation(number)
        return np.ascontiguousarray(ready.events(ready.passed[rows], self.columns))


def _reference(
    folder: Path, cohort: LabelledCohort, seen: _Seen, profile: Profile, aside: NDArray[np.float64]
) -> Reference:  # fmt: skip
    record, clustering = read_record(folder), seen.clustering
    adata = read_cohort(folder)
    rules = str(adata.uns[keys.POPULATION].get("rules", ""))
    naming = _naming(adata, cohort, profile, aside, rules)
    sheet = sheet_table([each.sample for each in cohort.samples])
    counted = ClusterCounts.of(
        np.concatenate([each[2] for each in seen.distances]), np.concatenate(seen.probability), seen.codes,
        clusters=profile.clusters, sheet=sheet,
    )  # fmt: skip
    prototype, distance, _ = (np.concatenate(each) for each in zip(*seen.distances, strict=True))
    limits = far_limits(prototype, distance, len(seen.engine.search.prototypes))
    haze = _haze(seen, limits, counted.events.to_numpy().sum(axis=0))
    compensation = Compensation.of(cohort.config)
    made = Reference(
        cytoclust=VERSION, started=record.started, parameters=cohort.config.model_dump(mode="json"),
        panel=replace(cohort.panel, notes=(), reasons=()),
        channels=channel_facts([each.source.file for each in cohort.samples], cohort.panel),
        compensated=tuple(sorted({each.source.matrix is not None for each in cohort.samples})),
        override=compensation.override, columns=np.asarray(seen.columns, dtype=np.int64),
        stained=np.asarray(seen.stained, dtype=np.int64), transform=replace(seen.transform, notes=()),
        spreading=seen.spreading or None, engine=seen.engine, limits=limits, haze=haze, rules=rules,
        names=naming.table, thresholds=naming.thresholds, profile=_lean(profile),
        tree=np.array(clustering.joins(), dtype=np.float64).reshape(-1, 3),
        parent=parents(clustering), stability=clustering.stability(), overlaps_with=clustering.overlaps_with(),
        events=counted.events, doubt=counted.doubt, quality=counted.quality, sheet=sheet,
        held_out=counted.events * np.nan, landmarks=put_together(seen.measured, [""] * len(sheet), seen.transform),
        controls={}, inputs=_inputs(record, cohort),
    )  # fmt: skip
    return _left_out(made, seen)


def _inputs(record: Record, cohort: LabelledCohort) -> pd.DataFrame:
    """A row a sample: its file and what that says of the cytometer."""
    instruments = {each.sample_id: instrument_of(each.source.file) for each in cohort.samples}
    return pd.DataFrame([
        {
            keys.SAMPLE: each.sample_id, "sha256": each.sha256, keys.N_EVENTS: each.n_events,
            "dataset": str(each.dataset or ""), "instrument": instruments[each.sample_id],
        }
        for each in record.inputs
    ])  # fmt: skip


def _haze(seen: _Seen, limits: NDArray[np.float32], total: NDArray[np.int64]) -> Haze:
    """The far events of all samples; ``total`` are events of each cluster."""
    far = [np.flatnonzero(distance > limits[prototype]) for prototype, distance, _ in seen.distances]
    events = np.concatenate([seen.events(number, rows) for number, rows in enumerate(far)])
    cluster = np.concatenate([seen.distances[number][2][rows] for number, rows in enumerate(far)])
    return draw_haze(events, cluster, (total - np.bincount(cluster, minlength=len(total))).astype(np.int64))


def _left_out(made: Reference, seen: _Seen) -> Reference:
    """With the shares of far events of each patient left out, and the patients of the landmarks."""
    patients = made.patients
    shares = far_when_left_out(
        seen.distances, patients, made.engine.search.prototypes, made.n_clusters, _Events(seen)
    )  # fmt: skip
    held = pd.DataFrame(shares, index=made.events.index, columns=made.events.columns)
    return replace(
        made, held_out=held, landmarks=replace(made.landmarks, patients=tuple(patients)),
        places=learn_places(seen.placed, patients, made.n_clusters, made.transform.doubling(made.columns)),
    )  # fmt: skip


class _Events(Sequence[Any]):
    """Rows of the events of each sample, read when they are asked for."""

    def __init__(self, seen: _Seen):
        self._seen = seen

    def __len__(self) -> int:
        return len(self._seen.distances)

    def __getitem__(self, number: Any) -> Any:
        return _Rows(self._seen, number)


class _Rows:
    def __init__(self, seen: _Seen, number: int):
        self._seen, self._number = seen, number

    def __getitem__(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        return self._seen.events(self._number, rows)


def _naming(
    adata: "AnnData", cohort: LabelledCohort, profile: Profile, aside: NDArray[np.float64], rules: str
) -> Naming:
    """As the run named its clusters."""
    panel, config = cohort.panel, cohort.config
    dye = find_viability(panel, config.panel.viability)
    naming = name_clusters(
        profile, aside, RuleSet.from_json(rules) if rules else None, annotate=config.annotate,
        controls=read_cuts(adata), viability=(panel.channels[dye], panel.names[dye]) if dye >= 0 else None,
        channels=dict(zip(panel.names, panel.channels, strict=True)),
    )  # fmt: skip
    told = adata.uns[keys.POPULATION]["table"][keys.POPULATION].astype(str)
    if list(told) != list(naming.table[keys.POPULATION]):
        raise InputError("The names of the clusters are not those of the run: another version of cytoclust; run again.")
    return naming


def _lean(profile: Profile) -> Profile:
    """Without batches and samples, which nothing that is read against it asks for."""
    lean = Profile(
        profile.clusters, profile.markers, profile.edges, profile.counts, scatter=profile.scatter, zero=profile.zero,
        signals=profile.signals, slopes=profile.slopes, bodies=profile.bodies,
    )  # fmt: skip
    return replace(lean, straight=_lean(profile.straight)) if profile.straight else lean
