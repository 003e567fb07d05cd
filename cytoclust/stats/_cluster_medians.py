"""Medians of each cluster in each sample."""

import numpy as np
import pandas as pd

from cytoclust import keys
from cytoclust.positivity import Profile

__all__ = ["cluster_medians"]


def cluster_medians(profile: Profile, naming: pd.DataFrame) -> pd.DataFrame:
    """The table ``cluster_medians.csv``: one row a cluster and sample with an event of it.

    Parameters
    ----------
    profile
        The clusters.
    naming
        Index cluster: ``population``.

    Returns
    -------
    ``cluster, population, sample_id, n_events``, then a column a marker, on the transformed scale; cluster by cluster,
    samples in their order.
    """
    cluster, sample = np.nonzero(profile.sample_events.reshape(-1, len(profile.clusters)).T)
    table = pd.DataFrame(
        {
            keys.CLUSTER: np.array(profile.clusters, dtype=object)[cluster],
            keys.POPULATION: naming[keys.POPULATION].reindex(profile.clusters).to_numpy(dtype=object)[cluster],
            keys.SAMPLE: np.array(profile.samples, dtype=object)[sample],
            keys.N_EVENTS: profile.sample_events[sample, cluster],
        }
    )
    medians = profile.sample_medians.reshape(len(profile.samples), len(profile.clusters), len(profile.markers))
    values = pd.DataFrame(medians[sample, cluster].astype(np.float64), columns=list(profile.markers))
    return pd.concat([table, values], axis=1)
