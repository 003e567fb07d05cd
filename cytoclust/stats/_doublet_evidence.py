"""Whether a cluster is made of doublets."""

import numpy as np
import pandas as pd
import scipy

from cytoclust import keys
from cytoclust.stats._expected_doublets import Doublets

__all__ = ["doublet_evidence"]

VARIATION = 0.5
"""Standard deviation of the rate of doublets between samples, as a fraction of it. Chosen: see sensitivity."""
STRAY = 0.5
"""Events of another kind that a cluster may have in a sample. Chosen: see sensitivity."""
REFUTED = 0.001
"""Of the chance that doublets make counts so unlike n_i n_j / n. Chosen: see sensitivity."""


def doublet_evidence(counts: pd.DataFrame, doublets: Doublets) -> pd.DataFrame:
    """What speaks for and against each cluster being doublets of others.

    A cluster of doublets looks like the sum of others, has no more events than doublets that escaped quality control
    can make, and its counts go with n_i n_j / n from sample to sample (chi-squared, with a rate that varies by half
    between samples). All three together are needed for ``doublet``; a real population of cells that have what both
    have, and as rare where these are rare, cannot be told from doublets by counts.

    Parameters
    ----------
    counts
        Samples × clusters: events.
    doublets
        Doublets that chance meetings of cells give, of each cluster.

    Returns
    -------
    Index cluster: ``pairs`` ("3+7; 3+5", at most three), ``n_events``, ``meetings`` (sum of 2 n_i n_j / n), ``ratio``
    of both, ``expected`` (events), ``p_follows`` (that counts go with the meetings so badly by chance; NaN where no
    pair fits), ``doublet``.
    """
    events, met = counts.to_numpy(dtype=np.float64), doublets.meetings
    total, meetings = events.sum(axis=0), met.sum(axis=0)
    looks = meetings > 0
    ratio = np.divide(total, meetings, out=np.full(len(total), np.nan), where=looks)
    fitted = met * np.where(looks, ratio, 0.0)
    variance = fitted + STRAY + (VARIATION * fitted) ** 2
    distance = ((events - fitted) ** 2 / variance).sum(axis=0)
    follows = np.where(looks, scipy.stats.chi2.sf(distance, max(1, len(events) - 1)), np.nan)
    return pd.DataFrame(
        {
            "pairs": ["; ".join(f"{i}+{j}" for i, j in pairs[:3]) for pairs in doublets.pairs],
            keys.N_EVENTS: total.astype(np.int64),
            "meetings": meetings,
            "ratio": ratio,
            "expected": doublets.expected.sum(axis=0),
            "p_follows": follows,
            "doublet": looks & (ratio <= doublets.ceiling) & (follows >= REFUTED),
        },
        index=pd.Index(counts.columns, name=keys.CLUSTER),
    )
