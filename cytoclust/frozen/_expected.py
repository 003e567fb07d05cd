"""How many events of a patient are far where the reference does not know the patient."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from cytoclust.engine import nearest
from cytoclust.frozen._limits import far_limits

__all__ = ["Distances", "expected_range", "far_when_left_out", "one_more"]

FEWEST = 3
"""Events of other patients that a prototype needs, to be one without the patient. Chosen."""
ERROR = 0.01
"""Chance of a patient outside the expected range. Chosen."""
PATIENTS = 3
"""Patients with which a range between them is told; with fewer, ``TIMES`` their share is. Chosen."""
TIMES = 3.0
"""See there. Chosen: the haze of patients differs by less."""

Distances = tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.int32]]
"""Of the events of a sample that passed: prototype, distance, and cluster, (n,) each."""


def far_when_left_out(
    samples: Sequence[Distances], patients: Sequence[str], prototypes: NDArray[np.float32], n_clusters: int,
    events: Sequence[NDArray[np.float32]] | None = None,
) -> NDArray[np.float64]:  # fmt: skip
    """Share of far events of each sample and cluster (s, k), NaN where there are none.

    The limits are those of the other patients, and a prototype that only the patient has is none: its events go to the
    nearest other one. Of one patient the share within the limits that it made itself.

    Parameters
    ----------
    samples
        Distances of the events.
    patients
        Of each sample.
    prototypes
        (K, p).
    n_clusters
        Clusters.
    events
        Of each sample (n, p), to look for another prototype; None where there is no need for one.
    """
    count = len(prototypes)
    found = np.full((len(samples), n_clusters), np.nan)
    alone = len(set(patients)) < 2
    for patient in dict.fromkeys(patients):
        mine = [number for number, each in enumerate(patients) if each == patient]
        others = [each for number, each in enumerate(samples) if number not in mine or alone]
        prototype, distance = (np.concatenate([each[i] for each in others]) for i in (0, 1))
        limits = far_limits(prototype, distance, count)
        kept = np.bincount(prototype, minlength=count) >= FEWEST
        for number in mine:
            own, away, cluster = samples[number]
            lost = np.flatnonzero(~kept[own])
            if len(lost) and events is not None and kept.any():
                own, away = own.copy(), away.copy()
                place, squared = nearest(np.ascontiguousarray(events[number][lost]), prototypes[kept])
                own[lost], away[lost] = np.flatnonzero(kept)[place], np.sqrt(squared)
            far = np.bincount(cluster[away > limits[own]], minlength=n_clusters)
            total = np.bincount(cluster, minlength=n_clusters)
            found[number] = np.where(total > 0, far / np.maximum(total, 1), np.nan)
    return found


def expected_range(shares: NDArray[np.float64], pooled: float) -> tuple[float, float]:
    """Where the share of far events of one further patient lies, from those of the patients (n,), one each.

    A prediction interval of the log odds (t distribution); of fewer than three patients up to three times the share.
    """
    known = shares[np.isfinite(shares)]
    if len(known) < PATIENTS:
        return 0.0, min(1.0, TIMES * max(pooled, float(known.max()) if len(known) else 0.0))
    odds = np.log((known + 1e-3) / (1 - known + 1e-3))
    low, high = one_more(odds, ERROR)
    return _share(low), max(_share(high), float(known.max()))


def one_more(values: NDArray[np.float64], error: float) -> tuple[float, float]:
    """Between which one further value lies, but for an error of this chance: a prediction interval (t distribution)."""
    n = len(values)
    reach = stats.t.ppf(1 - error / 2, n - 1) * values.std(ddof=1) * np.sqrt(1 + 1 / n)
    return float(values.mean() - reach), float(values.mean() + reach)


def _share(odds: float) -> float:
    """Back from log odds."""
    return float(np.clip((1 + 2e-3) / (1 + np.exp(-odds)) - 1e-3, 0.0, 1.0))
