"""How many cells each event that is drawn stands for."""

from typing import Any, Final

import anndata as ad
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys

__all__ = ["stand_for"]

ROUNDS: Final = 50
"""Times that both margins are met in turn. Chosen: they agree long before, where they can."""


def stand_for(adata: ad.AnnData, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Cells that each of some events stands for (k,), as those of its cluster in its sample do.

    The events drawn of a cluster in a sample share its cells, in proportion to their own weight. Where no event of a
    cluster in a sample is drawn, its other samples, and the sample's other clusters, stand for these cells: weights are
    raked to the totals of samples and clusters (Deming and Stephan, Ann. Math. Stat. 11:427, 1940), those of clusters
    last, which are met to the digit. Cells of a cluster of which no event is drawn are nobody's.

    Parameters
    ----------
    adata
        Cells (n); ``obs["weight"]`` if they are an event sample.
    rows
        Those drawn (k,).
    """
    weight = adata.obs[keys.WEIGHT].to_numpy(float) if keys.WEIGHT in adata.obs else np.ones(adata.n_obs)
    sample, cluster = (_places(adata, column) for column in (keys.SAMPLE, keys.CLUSTER))
    both = np.unique(np.column_stack([sample, cluster]), axis=0, return_inverse=True)[1].ravel()
    found = _scaled(weight[rows], both[rows], np.bincount(both, weight))
    drawn = np.isin(cluster, cluster[rows])
    wanted = [(place[rows], np.bincount(place[drawn], weight[drawn])) for place in (sample, cluster)]
    for _ in range(ROUNDS):
        before = found
        for place, totals in wanted:
            found = _scaled(found, place, totals)
        if np.allclose(found, before, rtol=1e-9):
            break
    return found


def _places(adata: ad.AnnData, column: str) -> NDArray[np.int64]:
    """A number for each label (n,), one for all where there is no column; a label that is missing is one too."""
    if column not in adata.obs:
        return np.zeros(adata.n_obs, dtype=np.int64)
    return np.asarray(pd.factorize(adata.obs[column])[0] + 1, dtype=np.int64)


def _scaled(weight: NDArray[np.float64], place: NDArray[np.int64], totals: NDArray[Any]) -> NDArray[np.float64]:
    """Weights (k,) that sum to the total of each place."""
    sums = np.bincount(place, weight, minlength=len(totals))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(weight * np.nan_to_num(totals[: len(sums)] / sums)[place])
