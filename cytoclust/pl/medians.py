"""The clusters of an AnnData as a table like ``tables/clusters.csv``."""

from typing import Final

import anndata as ad
import numpy as np
import pandas as pd

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.pl._weights import Weights, medians, n_events, of_rows, weights_of
from cytoclust.pl.style import categories

__all__ = ["CLUSTER_COLUMNS", "cluster_table", "population_table", "rows_by", "split_cluster_table", "stained"]

CLUSTER_COLUMNS: Final = (
    keys.CLUSTER,
    keys.POPULATION,
    keys.PHENOTYPE,
    keys.N_EVENTS,
    keys.FRACTION,
    keys.N_SAMPLES,
    keys.STABILITY,
    keys.NOVELTY,
    keys.CLUSTER_PARENT,
    keys.LEFTOVER,
    keys.JUNK,
    keys.JUNK_WHY,
    keys.NEAR,
    keys.UNCERTAIN_SHARE,
    keys.OVERLAPS_WITH,
    keys.NEAREST,
    keys.PARTED_BY,
    keys.PARTED_SIZE,
    keys.PARTED_DEPTH,
    keys.PARTED_CERTAINTY,
)  # fmt: skip  (the other columns are medians of markers)


def stained(adata: ad.AnnData) -> list[str]:
    """Names of the columns that measure a marker, and of scatter clustered on; every column where ``var`` is silent."""
    if keys.SIGNAL_TYPE not in adata.var:
        return [str(name) for name in adata.var_names]
    measured = adata.var[keys.SIGNAL_TYPE].isin(["fluorescence", "mass"])
    if keys.MARKER in adata.var and (measured & (adata.var[keys.MARKER].astype(str) != "")).any():
        measured &= adata.var[keys.MARKER].astype(str) != ""
    clustered = [str(name) for name in adata.uns.get(keys.CLUSTER, {}).get("params", {}).get("markers", [])]
    measured |= (adata.var[keys.SIGNAL_TYPE] == "scatter") & adata.var_names.isin(clustered)
    return [str(name) for name in adata.var_names[measured]]


def cluster_table(
    adata: ad.AnnData, *, key: str = keys.CLUSTER, population_key: str = keys.POPULATION, weights: bool = True
) -> pd.DataFrame:
    """Counts, fractions, names and marker medians of each cluster (one row a cluster).

    Parameters
    ----------
    adata
        Clustered events; those without a cluster are left out.
    key, population_key
        Columns of ``obs`` with clusters and their names.
    weights
        Count each event for as many as it stands for (``obs["weight"]``, of an event sample), else as one.

    Raises
    ------
    InputError
        ``obs`` has no column ``key``, or weights that are none.
    """
    if key not in adata.obs:
        raise InputError(f"obs must have the column {key!r} (run ct.tl.cluster first). It has {list(adata.obs)}.")
    names = [name for name in categories(adata.obs[key]) if name not in ("nan", str(keys.NO_CLUSTER))]
    rows = rows_by(adata.obs[key], names)
    weighed = weights_of(adata, weights)
    number = [n_events(r, weighed) for r in rows]
    table = pd.DataFrame({keys.CLUSTER: names})
    if population_key in adata.obs:
        table[keys.POPULATION] = [_most(adata.obs[population_key].iloc[r], of_rows(weighed, r)) for r in rows]
    table[keys.N_EVENTS] = [round(each) for each in number]
    table[keys.FRACTION] = [each / sum(number) for each in number]
    if keys.SAMPLE in adata.obs:
        table[keys.N_SAMPLES] = [adata.obs[keys.SAMPLE].iloc[r].nunique() for r in rows]
    markers = stained(adata)
    values = np.asarray(adata[:, markers].X)
    middle = np.array([medians(values[r], of_rows(weighed, r)) for r in rows]).reshape(len(rows), len(markers))
    return pd.concat([table, pd.DataFrame(middle, columns=markers)], axis=1)


def _most(names: pd.Series, weights: Weights) -> str:
    """The name that most events have."""
    spelled = names.astype(str)
    if weights is None:
        return str(spelled.mode().iloc[0])
    return str(pd.Series(weights, index=spelled.to_numpy()).groupby(level=0).sum().idxmax())


def rows_by(labels: pd.Series, names: list[str]) -> list[np.ndarray]:
    """Row numbers of the events of each name."""
    if isinstance(labels.dtype, pd.CategoricalDtype):  # without a string for each of ten million events
        known = pd.Index(names).get_indexer(labels.cat.categories.astype(str))
        codes = np.append(known, -1)[labels.cat.codes.to_numpy()]
    else:
        codes = pd.Categorical(labels.astype(str), categories=names).codes
    ends = np.cumsum(np.bincount(codes + 1, minlength=len(names) + 1))
    return np.split(np.argsort(codes, kind="stable"), ends[:-1])[1:]


def population_table(table: pd.DataFrame) -> pd.DataFrame:
    """Clusters of a table gathered by population: events added, medians averaged by events.

    Raises
    ------
    InputError
        The table has no populations.
    """
    if keys.POPULATION not in table:
        raise InputError(f"The table of clusters must have the column {keys.POPULATION!r}. It has {list(table)}.")
    described, medians = split_cluster_table(table)
    events = described.get(keys.N_EVENTS, pd.Series(1.0, index=described.index)).astype(float)
    by = described[keys.POPULATION].astype(str)
    gathered = medians.mul(events, axis=0).groupby(by).sum().div(events.groupby(by).sum(), axis=0)
    names = categories(by)
    out = pd.DataFrame({keys.CLUSTER: names, keys.POPULATION: names})
    if keys.N_EVENTS in described:
        out[keys.N_EVENTS] = events.groupby(by).sum().loc[names].to_numpy()
    return pd.concat([out, gathered.loc[names].reset_index(drop=True)], axis=1)


def split_cluster_table(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What is told of the clusters, and their medians (clusters × markers), both by cluster name.

    Raises
    ------
    InputError
        No column of clusters, or no cluster.
    """
    if keys.CLUSTER not in table:
        raise InputError(f"The table of clusters must have the column {keys.CLUSTER!r}. It has {list(table)}.")
    if table.empty:
        raise InputError("There are no clusters to draw: the table has no rows.")
    table = table.set_index(table[keys.CLUSTER].astype(str).rename(None)).drop(columns=keys.CLUSTER)
    described = [name for name in table.columns if name in CLUSTER_COLUMNS]
    return table[described], table.drop(columns=described).astype(float)
