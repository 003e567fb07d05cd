"""How many events of each cluster belong elsewhere."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.positivity import Profile
from cytoclust.stats._expected_doublets import unrefuted
from cytoclust.stats._outliers import outliers
from cytoclust.stats._spread_overlap import spread_overlap

__all__ = ["expected_background"]

LEAST = 0.01
"""Fewer events than this in all samples are left out. Chosen: they cannot change a status."""


def expected_background(
    profile: Profile, counts: pd.DataFrame, doubt: pd.DataFrame, *, doublets: NDArray[np.float64]
) -> pd.DataFrame:
    """Events that each sample is expected to show in each cluster without having what the cluster stands for.

    - ``leakage``: the sum of 1 − probability over the events of the cluster. Where they belong is not known of each;
      they are shared out among the clusters whose events may lie there.
    - ``spread``: events of other clusters whose own spread (noise, spill-over spreading, tails) reaches beyond the
      border, see :func:`~cytoclust.stats._spread_overlap.spread_overlap`, as far as they are more than the leakage: the
      engine's probabilities are too sure where clusters touch. Samples that have many events of the other cluster and
      few of this one bound the share that can reach it.
    - ``doublets``: those that escaped quality control.
    - ``outliers``: events that lie far from the rest of the cluster, see ``_outliers.py``. Every
      event has a cluster, so that debris and dead cells fall to some; they go with a sample's cells, whether it has the
      population or not, and make up for a limit of detection in events when a sample is deep.

    Cells that look like the cluster in every marker, but are something else (mimics), are no part of it: counts cannot
    tell them, only the rules' guards can, and the probability of the name says how well.

    Parameters
    ----------
    profile, counts
        The clusters, and samples × clusters: events.
    doubt
        Samples × clusters: sum of 1 − probability.
    doublets
        (n, k) events that are doublets: ``expected`` of :func:`~cytoclust.stats.expected_doublets`.

    Returns
    -------
    Samples × (``cluster``, ``belongs``, ``component``): events; ``belongs`` is another cluster, or "" where it is none.
    """
    names = [str(name) for name in counts.columns]
    events, doubts = counts.to_numpy(dtype=np.float64), doubt.to_numpy(dtype=np.float64)
    overlap = spread_overlap(profile)
    stray = events.sum(axis=1, keepdims=True) / max(1.0, events.sum()) * outliers(profile)
    stray *= unrefuted(events, stray)
    parts: dict[tuple[str, str, str], NDArray[np.float64]] = {}
    for number, name in enumerate(names):
        reach = events * overlap[number]
        reach *= unrefuted(events[:, [number]], reach)
        reach *= unrefuted(events[:, [number]], reach.sum(axis=1, keepdims=True))
        total = reach.sum(axis=1, keepdims=True)
        share = np.divide(reach, total, out=np.zeros_like(reach), where=total > 0)
        leakage = doubts[:, [number]] * share
        spread = np.maximum(reach - leakage, 0.0)
        for other in np.flatnonzero(reach.sum(axis=0) > 0):
            parts[name, names[other], "leakage"] = leakage[:, other]
            parts[name, names[other], "spread"] = spread[:, other]
        parts[name, "", "leakage"] = np.where(total[:, 0] > 0, 0.0, doubts[:, number])
        parts[name, "", "doublets"] = doublets[:, number]
        parts[name, "", "outliers"] = stray[:, number]
    kept = {column: values for column, values in parts.items() if values.sum() >= LEAST}
    columns = pd.MultiIndex.from_tuples(list(kept), names=[keys.CLUSTER, "belongs", "component"]) if kept else None
    values = np.stack(list(kept.values()), axis=1) if kept else np.zeros((len(events), 0))
    empty = pd.MultiIndex.from_arrays([[], [], []], names=[keys.CLUSTER, "belongs", "component"])
    return pd.DataFrame(values, index=counts.index, columns=empty if columns is None else columns)
