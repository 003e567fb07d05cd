"""One row a cluster."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys

__all__ = ["cluster_table"]

OVERLAP = 0.01
"""Share of a cluster's events that are uncertain, from which on it overlaps with another. Chosen: bears on that column
only."""


SIZES = (keys.PARTED_SIZE, keys.PARTED_DEPTH, keys.PARTED_CERTAINTY)


def cluster_table(
    naming: pd.DataFrame,
    medians: pd.DataFrame,
    counts: pd.DataFrame,
    *,
    stability: NDArray[np.float64],
    parent: NDArray[np.int64],
    doubt: pd.DataFrame | None = None,
    overlaps_with: NDArray[np.int64] | None = None,
    parted: pd.DataFrame | None = None,
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
    doubt
        Samples × clusters, events expected to belong to another cluster: sum of 1 − probability.
    overlaps_with
        Of each cluster, the one to which most of these would belong, -1 where there is none (k,).
    parted
        A row a cluster: ``nearest``, the cluster that it is least apart from (-1: none), ``parted_by``, the marker
        that parts them most ("" for none), ``parted_size``, ``parted_depth`` and ``parted_certainty``.

    Returns
    -------
    ``cluster, population, phenotype, n_events, fraction, n_samples, stability, novelty``, then a column a
    marker, ``cluster_parent``, ``leftover``, ``junk``, ``junk_why``, ``near``, ``uncertain_share``,
    ``overlaps_with``, ``nearest``, ``parted_by``, ``parted_size``, ``parted_depth`` and ``parted_certainty``.
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
    uncertain = doubt.sum(axis=0).reindex(naming.index) / events.clip(lower=1) if doubt is not None else np.nan
    other = pd.Series(-1 if overlaps_with is None else overlaps_with, index=naming.index, dtype="Int64")
    return (
        pd.concat([table, medians.reindex(naming.index)], axis=1)
        .assign(
            cluster_parent=parent,
            leftover=naming[keys.LEFTOVER],
            junk=naming[keys.JUNK],
            junk_why=naming[keys.JUNK_WHY],
            near=naming[keys.NEAR],
        )
        .assign(uncertain_share=uncertain, overlaps_with=other.where((other >= 0) & (uncertain >= OVERLAP)))
        .assign(**_parted(parted, naming.index))
        .reset_index(drop=True)
    )


def _parted(parted: pd.DataFrame | None, index: pd.Index) -> dict[str, pd.Series]:
    """The columns that say what parts each cluster from its nearest."""
    if parted is None or len(parted) != len(index):
        parted = pd.DataFrame({keys.NEAREST: -1, keys.PARTED_BY: "", **dict.fromkeys(SIZES, np.nan)}, index=index)
    told = parted.set_axis(index)
    near = told[keys.NEAREST].astype("Int64")
    return {
        keys.NEAREST: near.where(near >= 0),
        keys.PARTED_BY: told[keys.PARTED_BY].astype(str),
        **{name: told[name].astype(float) for name in SIZES},
    }
