"""In what clusters of one name differ."""

import numpy as np
import pandas as pd

from cytoclust import keys
from cytoclust.pl.medians import split_cluster_table
from cytoclust.pl.style import NO_NAME
from cytoclust.report._gather import Inputs

__all__ = ["same_name"]


def same_name(inputs: Inputs) -> dict[str, str]:
    """Of each cluster whose name another has: the marker that parts it most from the largest other one of that name.

    ``CD31 2.1 SD lower than cluster 0``. A difference is that of the medians, in root mean squares of the spreads of
    both clusters; a spread is that of the events at hand about the cluster's mean.
    """
    if (
        not {keys.CLUSTER, keys.POPULATION, keys.N_EVENTS} <= set(inputs.clusters)
        or keys.CLUSTER not in inputs.adata.obs
    ):
        return {}
    known, medians = split_cluster_table(inputs.clusters)
    markers = [name for name in medians.columns if name in inputs.adata.var_names]
    spreads = _spreads(inputs, markers)
    found: dict[str, str] = {}
    for name, rows in known.groupby(known[keys.POPULATION].astype(str), sort=False):
        if name in NO_NAME or len(rows) < 2 or not markers:
            continue
        order = rows[keys.N_EVENTS].astype(float).sort_values(ascending=False, kind="stable").index
        for cluster in order:
            other = next(each for each in order if each != cluster)
            if cluster in spreads.index and other in spreads.index:
                apart = (medians.loc[cluster, markers] - medians.loc[other, markers]).astype(float)
                pooled = np.sqrt((spreads.loc[cluster] ** 2 + spreads.loc[other] ** 2) / 2)
                told = _told((apart / pooled.where(pooled > 0)).dropna(), str(other))
                found |= {str(cluster): told} if told else {}
    return found


def _spreads(inputs: Inputs, markers: list[str]) -> pd.DataFrame:
    """Standard deviation of each marker (clusters × markers)."""
    adata = inputs.adata
    columns = [int(adata.var_names.get_loc(name)) for name in markers]
    values = pd.DataFrame(np.asarray(adata.X)[:, columns], columns=markers)
    return values.groupby(adata.obs[keys.CLUSTER].astype(str).to_numpy()).std(ddof=0)


def _told(apart: pd.Series, other: str) -> str:
    if not len(apart):
        return ""
    marker = str(apart.abs().idxmax())
    sd = float(apart[marker])
    return f"{marker} {abs(sd):.1f} SD {'higher' if sd > 0 else 'lower'} than cluster {other}"
