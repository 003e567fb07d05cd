"""Fewer clusters from those that there are."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from natsort import natsorted

from cytoclust import keys, params
from cytoclust.engine import PARENTS, level
from cytoclust.errors import InputError
from cytoclust.params import D
from cytoclust.tl._read_tree import joins_of, resolution_of

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["coarsen"]


def coarsen(
    adata: "AnnData",
    *,
    resolution: float | str = D.cluster.resolution,
    key: str = keys.CLUSTER,
    key_added: str = "cluster_coarse",
    copy: bool = False,
) -> "AnnData | None":
    """Look at clusters some levels up their tree, without clustering again.

    Parameters
    ----------
    adata
        Clustered by :func:`cytoclust.tl.cluster` with ``method="prototypes"``.
    resolution
        Lower than that of the clusters. Branches with no valley between them that counts at this resolution are one.
        ``auto`` is the level of ``cluster_parent``: 0.2, or a valley to half the density.
    key
        Where the clusters are.
    key_added
        Where to write; a branch has the name of its largest cluster.
    copy
        Return a copy instead of writing into ``adata``.

    Returns
    -------
    None, or the copy. Writes ``obs[key_added]`` (categorical; missing where the cluster is).

    Raises
    ------
    InputError
        No tree, or a resolution above that of the clusters.
    """
    params.check("cluster", resolution=resolution)
    resolution = PARENTS if isinstance(resolution, str) else resolution
    if key not in adata.obs or "joins" not in adata.uns.get(key, {}):
        raise InputError(f"uns[{key!r}] holds no tree of clusters. Use tl.cluster with method='prototypes' first.")
    given = resolution_of(adata.uns[key])
    if resolution > given:
        raise InputError(f"The resolution parameter must be at most {given:g}, as the clusters'. Got {resolution:g}.")
    adata = adata.copy() if copy else adata
    joins = joins_of(adata.uns[key]["joins"])
    branch = level(joins, len(joins) + 1, resolution).astype(str)
    clusters = adata.obs[key]
    renamed = clusters.astype(object).map(dict(zip(np.arange(len(branch)).astype(str), branch, strict=True)))
    adata.obs[key_added] = pd.Categorical(renamed, categories=natsorted(set(branch)))
    return adata if copy else None
