"""Ours, as a user of AnnData calls it; runs in the environment of cytoclust, from the folder of the project."""

import numpy as np
from anndata import AnnData
from on_array import run

import cytoclust as ct


def cluster(events, seed):
    adata = AnnData(events)
    ct.tl.cluster(adata, random_state=seed)
    return adata.obs["cluster"].to_numpy().astype(np.int32)


run(cluster, ("cytoclust", "numpy"))
