"""How many cells each event that is drawn stands for."""

import anndata as ad
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys

__all__ = ["stand_for"]


def stand_for(adata: ad.AnnData, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Cells that each of some events stands for (k,), as those of its cluster in its sample do.

    The events drawn of a cluster in a sample share its cells, in proportion to their own weight, so that sums over
    whole clusters, samples, patients or groups are those of the tables. Cells of a cluster in a sample of which no
    event is drawn are nobody's.

    Parameters
    ----------
    adata
        Cells (n); ``obs["weight"]`` if they are an event sample.
    rows
        Those drawn (k,).
    """
    weight = adata.obs[keys.WEIGHT].to_numpy(float) if keys.WEIGHT in adata.obs else np.ones(adata.n_obs)
    stratum = np.zeros(adata.n_obs, dtype=np.int64)
    for column in (keys.SAMPLE, keys.CLUSTER):
        if column in adata.obs:
            codes, names = pd.factorize(adata.obs[column])
            stratum = stratum * (len(names) + 1) + codes + 1  # a label that is missing is one too
    place = np.unique(stratum, return_inverse=True)[1]
    whole = np.bincount(place, weight)
    drawn = np.bincount(place[rows], weight[rows], minlength=len(whole))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(weight[rows] * np.nan_to_num(whole / drawn)[place[rows]])
