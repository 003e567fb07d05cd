"""Parts of known clusters that are larger in a sample than patients explain: kinds that the reference has not seen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from cytoclust.engine import MIN_EVENTS, ArraySource, Frozen, fit
from cytoclust.executor import Threads
from cytoclust.pp import pooled_rows

__all__ = ["OF_PLACES", "Places", "find_crowds", "learn_places"]

OF_PLACES = 300
"""Events of a cluster that a sample of the reference gives, evenly along it. Chosen, for time and size."""
AT_MOST = 1_500
"""Events of a cluster that are kept of all samples. Chosen, for time and size."""
FEWEST = 50
"""Events of a cluster that a sample, of the reference or new, needs to tell of it. Chosen: its median then errs by a
fifth of the spread or less."""
PATIENTS = 3
"""Patients that a cluster needs, below which how they differ is not known. Chosen."""
REACH = 5.0
"""Standard deviations between patients by which a cluster may be moved as a whole. Chosen: with few patients these are
known poorly."""
SHARED = 4
"""Patients for which what is common to all clusters, or parts of clusters, stands. Chosen."""
GAIN = float(np.log(2.0))
"""By how much a cluster may always be moved: a doubling of the signal, on the scale of arcsinh. Chosen: a detector that
drifts moves a cluster as a whole, which other tests tell."""
SEEN = 60_000
"""Events of a new sample that its own clusters are made of, evenly along it. Chosen, for time."""
LEAST = 30
"""Of these that a part of a cluster needs. Chosen: its share then errs by a fifth."""
BELONG = 0.5
"""Share of an own cluster that lies in the cluster whose part it may be. Chosen: most of it."""
ERROR = 0.01
"""Chance at which one more patient has as large a share there. Chosen: some six parts of a sample are asked."""
MORE = 1.5
"""Times the share of the patient of the reference who has most, at least. Chosen: where all patients are alike, a
small difference is sure and means nothing."""
ROUNDS = 2
"""Of moving a cluster by what is not in the part. Chosen: little moves after these."""
SIDES = (0.01, 0.97)
"""Mean shares of the parts that tell how patients differ: beyond, a part is next to none or all of its cluster.
Chosen."""


@dataclass(frozen=True, eq=False)
class Places:
    """Events of the clusters of a reference, each sample's moved so that its median is that of all patients.

    Attributes
    ----------
    centre, reach
        Median of the patients' medians, and how far a sample's may lie from it (k, p); NaN of a cluster that too few
        patients have.
    events, cluster, patient
        On the scale of the clustering (e, p), and the cluster and the number of the patient of each (e,).
    """

    centre: NDArray[np.float32]
    reach: NDArray[np.float32]
    events: NDArray[np.float32]
    cluster: NDArray[np.int32]
    patient: NDArray[np.int32]


def learn_places(
    samples: Sequence[tuple[NDArray[np.float32], NDArray[np.int32]]],
    patients: Sequence[str],
    n_clusters: int,
    doubling: NDArray[np.float64] | float = GAIN,
) -> Places:
    """Of some events of each sample, and their clusters.

    Parameters
    ----------
    samples
        Events (e, p) and cluster (e,) of each, evenly taken of each cluster.
    patients
        Of each sample.
    n_clusters
        Clusters.
    doubling
        How far a doubled signal moves on the scale of each column (p,), 0 where that is not known.
    """
    p = samples[0][0].shape[1]
    medians = np.full((len(samples), n_clusters, p), np.nan)
    for number, (events, cluster) in enumerate(samples):
        for k in np.flatnonzero(np.bincount(cluster, minlength=n_clusters) >= FEWEST):
            medians[number, k] = np.median(events[cluster == k], axis=0)
    names = np.array(list(patients), dtype=object)
    of_patient = [_mean(medians[names == name]) for name in dict.fromkeys(patients)]
    between = np.array(of_patient)
    known = np.isfinite(between).all(axis=2).sum(axis=0)
    centre, reach = np.full((n_clusters, p), np.nan), np.full((n_clusters, p), np.nan)
    enough = np.flatnonzero(known >= PATIENTS)
    if len(enough):
        squares = np.nanvar(between[:, enough], axis=0, ddof=1)
        common = np.median(squares, axis=0)
        freedom = known[enough, None] - 1
        centre[enough] = np.nanmean(between[:, enough], axis=0)
        reach[enough] = np.maximum(REACH * np.sqrt(_moderated(squares, common, freedom)), doubling)
    number_of = {name: number for number, name in enumerate(dict.fromkeys(patients))}
    kept, of, whose = [np.empty((0, p), np.float32)], [np.empty(0, np.int32)], [np.empty(0, np.int32)]
    for k in enough:
        mine = [n for n in range(len(samples)) if np.isfinite(medians[n, k]).all()]
        for n in mine:
            events = samples[n][0][samples[n][1] == k]
            events = events[pooled_rows(len(events), max(1, min(OF_PLACES, AT_MOST // len(mine))))]
            kept.append((events + (centre[k] - medians[n, k])).astype(np.float32))
            of.append(np.full(len(events), k, np.int32))
            whose.append(np.full(len(events), number_of[patients[n]], np.int32))
    return Places(
        centre.astype(np.float32), reach.astype(np.float32), np.concatenate(kept), np.concatenate(of),
        np.concatenate(whose),
    )  # fmt: skip


def _moderated(variance: Any, common: Any, freedom: Any) -> Any:
    """A variance between few patients, drawn to what is common, which stands for ``SHARED`` of them."""
    return (freedom * variance + SHARED * common) / (freedom + SHARED)


def _mean(medians: NDArray[np.float64]) -> NDArray[np.float64]:
    """Over the samples of a patient that have the cluster, (s, k, p) to (k, p)."""
    known = np.isfinite(medians)
    total = np.where(known, medians, 0.0).sum(axis=0)
    return np.where(known.any(axis=0), total / np.maximum(known.sum(axis=0), 1), np.nan)


@dataclass(frozen=True, eq=False)
class _Part:
    """Where an own cluster of the sample lies within a known one.

    Attributes
    ----------
    cluster, own
        The known cluster, and the own one.
    n, of
        Events in both, and in the known one.
    known, among
        The same of each patient of the reference (a,), of the events that are kept.
    share
        Of each of these patients the known cluster's share of all cells (a,).
    """

    cluster: int
    own: int
    n: int
    of: int
    known: NDArray[np.int64]
    among: NDArray[np.int64]
    share: NDArray[np.float64]

    @property
    def logits(self) -> NDArray[np.float64]:
        """Of the patients' shares (a,)."""
        return np.log((self.known + 0.5) / (self.among - self.known + 0.5))

    @property
    def variance(self) -> float:
        """Of the logits, between patients."""
        return float(self.logits.var(ddof=1))


def find_crowds(
    places: Places,
    shares: NDArray[np.float64],
    cluster: NDArray[np.int32],
    far: NDArray[np.bool_],
    look: Callable[[NDArray[np.int64]], NDArray[np.float32]],
) -> NDArray[np.bool_]:
    """Which events of a sample are part of a cluster that is larger in it than patients explain (n,).

    A kind that the reference has not seen may lie within a cluster, where distance says nothing. So the sample is
    clustered by itself, which parts the new kind from its neighbours where there is a valley of density between them,
    and each part of a known cluster is held beside the same part of the reference's events: it is crowded if it takes
    more of its cluster than one more patient would have (a moderated t statistic of the logits, whose variance is
    shared with the other parts), at least half as much again as in the patient who has most, and if it is more of all
    cells than in any patient, so that few neighbours do not make a crowd. Before, the reference's events are moved as a
    whole to where the rest of the sample's cluster is, no farther than patients differ: a patient whose cells are all
    brighter is no new kind.

    Parameters
    ----------
    places
        Of the reference.
    shares
        Share of the cells of each patient in each cluster, patients as ``places`` numbers them (a, k).
    cluster, far
        Nearest cluster of each event, and whether it is beyond the reach of that (n,).
    look
        Events (m, p) of some of them.
    """
    found = np.zeros(len(cluster), dtype=bool)
    rows = pooled_rows(len(cluster), SEEN)
    if len(rows) < MIN_EVENTS or not len(places.events):
        return found
    events = look(rows)
    source = ArraySource(lambda wanted: np.ascontiguousarray(events[wanted]), np.arange(len(events)), len(events))
    own = fit(source, n_prototypes="auto", resolution="auto", executor=Threads(1))
    sample = _Sample(events, cluster[rows], far[rows], Frozen(own.search, own.model))
    parts = [part for k in np.unique(places.cluster).tolist() for part in sample.parts(places, shares, int(k))]
    inner = [part.variance for part in parts if SIDES[0] < part.known.sum() / part.among.sum() < SIDES[1]]
    for part in parts:
        common = float(np.median(inner)) if inner else part.variance
        if not _crowded(part, common, len(rows)):
            continue
        again = sample.aligned(places, shares, part)
        if again is not None and _crowded(again, common, len(rows)):
            mine = np.flatnonzero(cluster == part.cluster)
            found[mine[sample.label(look(mine)) == part.own]] = True
    return found


def _crowded(part: _Part, common: float, total: int) -> bool:
    """Whether the part is larger than patients explain, ``common`` being the variance of others and ``total`` cells."""
    freedom = len(part.known) - 1
    rest = part.of - part.n
    variance = _moderated(part.variance, common, freedom)
    spread = variance * (1 + 1 / len(part.known)) + 1 / (part.n + 0.5) + 1 / (rest + 0.5)
    away = (np.log((part.n + 0.5) / (rest + 0.5)) - part.logits.mean()) / np.sqrt(spread)
    most = (part.known + 0.5) / (part.among + 1)
    return bool(
        away > t.isf(ERROR, freedom + SHARED)
        and part.n / part.of > MORE * most.max()
        and part.n / total > (most * part.share).max()
    )


@dataclass(frozen=True, eq=False)
class _Sample:
    """Some events of a new sample (m, p), what they are by the reference (m,), and its own clustering."""

    events: NDArray[np.float32]
    cluster: NDArray[np.int32]
    far: NDArray[np.bool_]
    own: Frozen

    @cached_property
    def labels(self) -> NDArray[np.int32]:
        """Own cluster of each of its events."""
        return self.label(self.events)

    def label(self, events: NDArray[np.float32]) -> NDArray[np.int32]:
        """Own cluster of each event."""
        events = np.ascontiguousarray(events)
        return self.own.assign(events, self.own.look(events)[0])[0]

    def parts(self, places: Places, shares: NDArray[np.float64], k: int) -> list[_Part]:
        """Own clusters that lie in a known one."""
        mine = np.flatnonzero((self.cluster == k) & ~self.far)
        if len(mine) < FEWEST:
            return []
        known = self.label(places.events[places.cluster == k])
        sizes = np.bincount(self.labels[~self.far], minlength=int(self.labels.max()) + 1)
        inside = np.bincount(self.labels[mine], minlength=len(sizes))
        which = np.flatnonzero((inside >= LEAST) & (inside >= BELONG * sizes))
        return [self._part(places, shares, k, int(j), len(mine), int(inside[j]), known) for j in which]

    def aligned(self, places: Places, shares: NDArray[np.float64], part: _Part) -> _Part | None:
        """The part again, where the rest of its cluster lies on that of the reference, as far as there is enough of it;
        None where the reference has no rest.
        """
        k, j, reach = part.cluster, part.own, places.reach[part.cluster]
        rest = self.events[(self.cluster == k) & ~self.far & (self.labels != j)]
        theirs = places.events[places.cluster == k]
        known = self.label(theirs)
        for _ in range(ROUNDS if len(rest) >= FEWEST else 0):
            others = theirs[known != j]
            if not len(others):
                return None
            move = np.clip(np.median(rest, axis=0) - np.median(others, axis=0), -reach, reach)
            known = self.label(theirs + move.astype(np.float32))
        return self._part(places, shares, k, j, part.of, part.n, known)

    def _part(
        self, places: Places, shares: NDArray[np.float64], k: int, j: int, of: int, n: int, known: NDArray[np.int32]
    ) -> _Part:  # fmt: skip
        patient = places.patient[places.cluster == k]
        several, among = np.unique(patient, return_counts=True)
        inside = np.array([int((known[patient == each] == j).sum()) for each in several])
        return _Part(k, j, n, of, inside, among, shares[several, k])
