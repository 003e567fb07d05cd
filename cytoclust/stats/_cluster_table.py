"""One row a cluster."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys

__all__ = ["cluster_table"]


def cluster_table(
    naming: pd.DataFrame,
    medians: pd.DataFrame,
    counts: pd.DataFrame,
    *,
    stability: NDArray[np.float64],
    parent: NDArray[np.int64],
) -> pd.DataFrame:
    """The table ``clusters.csv``.

    Parameters
    ----------
    naming
        Index cluster: ``population``, ``phenotype``, ``probability`` of the name, ``leftover`` (why most events that
        look like it were set aside, or ""), ``junk`` and ``junk_why`` (what it is instead of a population), ``near``
        (what it nearly is or may be instead, or "").
    medians
        Clusters × markers, on the transformed scale.
    counts
        Samples × clusters, events.
    stability
        Of each cluster, 0–1.
    parent
        Of each cluster, the largest cluster of its branch one level up the tree.

    Returns
    -------
    ``cluster, population, phenotype, n_events, fraction, n_samples, stability, novelty``, then a column a
    marker, ``cluster_parent``, ``leftover``, ``junk``, ``junk_why`` and ``near``.
    ``novelty`` is how sure it is that no rule fits: 1 − the probability of the name, and of an ``unknown`` cluster the
    probability that it has none.
    """
    unknown = naming[keys.POPULATION] == keys.UNKNOWN
    probability = naming["probability"].astype(float)
    events = counts.sum(axis=0).reindex(naming.index)
    table = pd.DataFrame(
        {
            keys.CLUSTER: naming.index.astype(int) if all(map(str.isdecimal, naming.index)) else naming.index,
            keys.POPULATION: naming[keys.POPULATION],
            keys.PHENOTYPE: naming[keys.PHENOTYPE],
            keys.N_EVENTS: events,
            keys.FRACTION: events / max(1, int(events.sum())),
            keys.N_SAMPLES: (counts > 0).sum(axis=0).reindex(naming.index),
            keys.STABILITY: stability,
            keys.NOVELTY: probability.where(unknown, 1 - probability),
        },
        index=naming.index,
    )
    return (
        pd.concat([table, medians.reindex(naming.index)], axis=1)
        .assign(
            cluster_parent=parent,
            leftover=naming[keys.LEFTOVER],
            junk=naming[keys.JUNK],
            junk_why=naming[keys.JUNK_WHY],
            near=naming[keys.NEAR],
        )
        .reset_index(drop=True)
    )
