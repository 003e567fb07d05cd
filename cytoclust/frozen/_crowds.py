"""Places inside known clusters where a sample has more cells than its patients explain."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from cytoclust.engine import nearest
from cytoclust.pp import pooled_rows

__all__ = ["OF_PLACES", "Places", "find_crowds", "learn_places"]

OF_PLACES = 300
"""Events of a cluster that a sample of the reference gives, evenly along it. Chosen, for time and size."""
AT_MOST = 1_500
"""Events of a cluster that are kept of all samples. Chosen, for time and size."""
LOOKED_AT = 1_000
"""Events of a cluster of a new sample that are looked at; others follow the nearest. Chosen, for time."""
FEWEST = 50
"""Events of a cluster that a sample of the reference needs to tell of it. Chosen: its median then errs by a fifth of
the spread or less."""
LEAST = 300
"""Events of a cluster that a new sample needs. Chosen: twelve times what a ball holds, which is then no larger than a
place."""
PATIENTS = 3
"""Patients that a cluster needs, below which how they differ is not known. Chosen."""
NEAR = 25
"""Events of the sample in a ball. Chosen: chance then makes one ball in a thousand half as dense again."""
REACH = 5.0
"""Standard deviations between patients by which a cluster may be moved as a whole. Chosen: with few patients these are
known poorly."""
SHARED = 4
"""Patients for which the common standard deviation of the clusters stands. Chosen."""
GAIN = float(np.log(2.0))
"""By how much a cluster may always be moved: a doubling of the signal, on the scale of arcsinh. Chosen: a detector that
drifts moves a cluster as a whole, which other tests tell."""
ROUNDS = 3
"""Of moving a cluster, each without what was found too dense. Chosen: little moves after these."""
ERROR = 1e-3
"""Chance at which a ball holds as many events by chance. Chosen."""
DENSER = 2.0
"""Times as dense as in the patient of the reference who has most, at least, that a place is crowded. Chosen: simulated
patients with twice as many of one known kind are then none."""
SHARE = 0.1
"""Of the events of a cluster that must lie in such places. Chosen: simulated patients without a new kind had up to
0.06."""
RATHER = 1.5
"""Times as dense, from which on an event of a crowded cluster is unlike: one in three is then new. Chosen."""


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
        reach[enough] = np.maximum(
            REACH * np.sqrt((freedom * squares + SHARED * common) / (freedom + SHARED)), doubling
        )  # fmt: skip
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


def _mean(medians: NDArray[np.float64]) -> NDArray[np.float64]:
    """Over the samples of a patient that have the cluster, (s, k, p) to (k, p)."""
    known = np.isfinite(medians)
    total = np.where(known, medians, 0.0).sum(axis=0)
    return np.where(known.any(axis=0), total / np.maximum(known.sum(axis=0), 1), np.nan)


def find_crowds(
    places: Places, cluster: NDArray[np.int32], look: Callable[[NDArray[np.int64]], NDArray[np.float32]]
) -> NDArray[np.bool_]:
    """Which events of a sample lie where their cluster is much denser than patients explain (n,).

    A kind that the reference has not seen may lie within a cluster, where distance says nothing. Around some events of
    the sample is the ball that holds the 25 nearest of them; the reference's events in it, times the ratio at which
    half of these see more of the sample's and half fewer, are what is expected. Before, the sample's cluster is moved
    as a whole to where it is most like the reference, no farther than patients differ: a patient whose cells are all
    brighter is no new kind. A cluster is crowded where a tenth of its events lie in places at least twice as dense as
    they are in the patient who has most there, so that a patient with more of one known kind is no new kind either.

    Parameters
    ----------
    places
        Of the reference.
    cluster
        Of each event (n,); those that are far have none (-1).
    look
        Events (m, p) of some of them.
    """
    found = np.zeros(len(cluster), dtype=bool)
    for k in np.flatnonzero(np.isfinite(places.centre).all(axis=1)):
        rows = np.flatnonzero(cluster == k)
        mine = places.cluster == k
        known, patient = places.events[mine], places.patient[mine]
        if len(rows) < LEAST or len(known) < LEAST:
            continue
        some = rows[pooled_rows(len(rows), LOOKED_AT)]
        events = look(some)
        expected, most = _expected(events, known, patient, places.centre[k], places.reach[k])
        least = chi2.ppf(ERROR, 2 * NEAR) / 2
        if (least > DENSER * most).mean() < SHARE:
            continue
        dense = RATHER * expected < NEAR
        if len(some) < len(rows):
            dense = dense[nearest(np.ascontiguousarray(look(rows)), np.ascontiguousarray(events))[0]]
        found[rows[dense]] = True
    return found


def _expected(
    events: NDArray[np.float32],
    known: NDArray[np.float32],
    patient: NDArray[np.int32],
    centre: NDArray[np.float32],
    reach: NDArray[np.float32],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Events of the reference in the ball around each event (m,), in events of the sample, and one more; and as many as
    there were if all patients had as many as the one who has most, over neighbouring balls.
    """
    apart = _squared(events, events)
    around_each = np.argpartition(apart, NEAR, axis=1)[:, : NEAR + 1]
    radius = np.partition(apart, NEAR, axis=1)[:, [NEAR]]
    several, size = np.unique(patient, return_counts=True)
    of_patient = (patient[:, None] == several).astype(np.float32)
    seen = known[pooled_rows(len(known), OF_PLACES)]
    around = np.partition(_squared(seen, known), NEAR, axis=1)[:, [NEAR]]
    move = np.zeros(events.shape[1], dtype=np.float32)
    for turn in range(ROUNDS + 1):
        moved = events + move
        inside = (_squared(moved, known) <= radius).astype(np.float32) @ of_patient
        ratio = float(np.median((_squared(seen, moved) <= around).sum(axis=1))) / NEAR
        ratio = max(ratio, len(events) / len(known) / 2)  # at most half of the cluster is new
        expected = ratio * (inside.sum(axis=1) + 1)
        if turn < ROUNDS:
            weight = np.minimum(1.0, (expected + 1) / NEAR)
            median = np.array([_weighted_median(column, weight) for column in events.T])
            move = np.clip(centre - median, -reach, reach).astype(np.float32)
    highest = (inside[around_each].mean(axis=1) / size).max(axis=1) * len(known)
    return np.asarray(expected, dtype=np.float64), ratio * np.maximum(highest + 1, inside.sum(axis=1) + 1)


def _weighted_median(values: NDArray[np.float32], weight: NDArray[np.float64]) -> float:
    order = np.argsort(values, kind="stable")
    total = np.cumsum(weight[order])
    return float(values[order][min(int(np.searchsorted(total, total[-1] / 2)), len(values) - 1)])


def _squared(some: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float32]:
    """Squared distances (a, b)."""
    product = some @ others.T
    return (some**2).sum(axis=1)[:, None] + (others**2).sum(axis=1)[None, :] - 2 * product
