"""Fewer events, with rare clusters whole."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cytoclust import keys, params
from cytoclust.errors import InputError
from cytoclust.params import D
from cytoclust.pp import passed_rows, preparations_of, samples_of
from cytoclust.tl._choose_event_sample import choose_event_sample
from cytoclust.tl._cluster import Seed, seed_of

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["sample"]


def sample(
    adata: "AnnData",
    *,
    n_events: int = D.embed.n_events,
    key: str = keys.CLUSTER,
    rng: Seed = None,
    random_state: Seed = None,
) -> "AnnData":
    """An event sample: every event of rare clusters, some of the others, and some that quality control set aside.

    A run's ``cohort.h5ad`` is such a sample.

    Parameters
    ----------
    adata
        Clustered events.
    n_events
        Events of clusters: each is given as many, and smaller ones are kept whole. Those set aside come on top.
    key
        Column of ``obs`` with the clusters.
    rng, random_state
        Seed or NumPy generator; two names for one thing.

    Returns
    -------
    A new object with all slots, and ``obs["weight"]``: how many events each stands for. Percentages are right where
    they are taken of weights.

    Raises
    ------
    InputError
        There are no clusters, or the events are a sample already.
    """
    params.check("embed", n_events=n_events)
    seed = params.check("run", seed=seed_of(rng, random_state)).seed
    if key not in adata.obs:
        raise InputError(f"obs has no column {key!r}: run ct.tl.cluster first.")
    if keys.WEIGHT in adata.obs:
        raise InputError(f"obs has the column {keys.WEIGHT!r}: these events are a sample already.")
    labels = adata.obs[key].astype("category").cat.codes.to_numpy(dtype=np.int32)[passed_rows(adata)]
    if (labels < 0).any():
        raise InputError(f"{int((labels < 0).sum())} events that passed quality control have no cluster.")
    wheres = [where for _, where in samples_of(adata)]
    chosen = choose_event_sample(labels, list(preparations_of(adata).values()), at_most=n_events, seed=seed)
    rows = np.concatenate([where[mine] for where, mine in zip(wheres, chosen.rows, strict=True)])
    categories = {
        name: column.cat.categories
        for name, column in adata.obs.items()
        if isinstance(column.dtype, pd.CategoricalDtype)
    }
    taken = adata[rows].to_memory() if adata.isbacked else adata[rows].copy()
    for name, names in categories.items():  # a subset of AnnData drops what it lacks
        taken.obs[name] = taken.obs[name].cat.set_categories(names)
    for name in [str(name) for name in adata.uns if str(name).endswith("_colors")]:
        taken.uns[name] = adata.uns[name]
    taken.obs[keys.WEIGHT] = np.concatenate(chosen.weight)
    return taken
