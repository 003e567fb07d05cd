"""What figures take from an AnnData: columns of X, the events of a population, thresholds."""

import anndata as ad
import numpy as np
import pandas as pd

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.pl._style import categories

__all__ = ["column", "members", "positive_limits"]


def column(adata: ad.AnnData, name: str) -> np.ndarray:
    """One column of ``X`` (n,), without a copy where X is a plain array.

    Raises
    ------
    InputError
        No such column.
    """
    if name not in adata.var_names:
        raise InputError(f"var has no {name!r}. It has {list(adata.var_names)}.")
    if not adata.is_view and isinstance(adata.X, np.ndarray):
        return adata.X[:, adata.var_names.get_loc(name)]
    values = adata[:, name].X
    return np.asarray(values.toarray() if hasattr(values, "toarray") else values).ravel()


def members(adata: ad.AnnData, key: str, name: str) -> np.ndarray:
    """Which events ``obs[key]`` calls ``name``, bool (n,).

    Raises
    ------
    InputError
        No such column, or no such event.
    """
    if key not in adata.obs:
        raise InputError(f"obs has no {key!r}. It has {list(adata.obs)}.")
    labels = adata.obs[key]
    if isinstance(labels.dtype, pd.CategoricalDtype):  # ten million strings would take seconds to compare
        codes = np.flatnonzero(labels.cat.categories.astype(str) == str(name))
        rows = np.isin(labels.cat.codes.to_numpy(), codes)
    else:
        rows = labels.astype(str).to_numpy() == str(name)
    if not rows.any():
        raise InputError(f"obs[{key!r}] has no {name!r}. It has {categories(labels)}.")
    return rows


def positive_limits(adata: ad.AnnData) -> pd.Series:
    """Lower limit of positivity by marker, as far as ``uns["thresholds"]`` has it."""
    table = adata.uns.get(keys.THRESHOLDS)
    if not isinstance(table, pd.DataFrame):
        return pd.Series(dtype=float)
    return table.drop_duplicates(keys.MARKER).set_index(keys.MARKER)["positive"].astype(float).dropna()
