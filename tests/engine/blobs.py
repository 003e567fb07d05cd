"""Events of known populations, for tests."""

import anndata as ad
import numpy as np
import pandas as pd

from cytoclust.engine._assign import assign
from cytoclust.engine._fit import fit
from cytoclust.engine._source import ArraySource
from cytoclust.executor import Threads


def blobs(seed, sizes, *, p=5, apart=8.0):
    """Spherical Gaussians of sd 1, any two centres at least ``apart`` from each other: events float32, truth."""
    rng = np.random.default_rng(seed)
    centres = np.zeros((0, p))
    while len(centres) < len(sizes):
        new = rng.uniform(0, 3 * apart, p)
        if len(centres) == 0 or np.linalg.norm(centres - new, axis=1).min() >= apart:
            centres = np.vstack([centres, new])
    truth = np.repeat(np.arange(len(sizes)), sizes)
    order = rng.permutation(len(truth))
    events = centres[truth] + rng.normal(0, 1, (len(truth), p))
    return events[order].astype(np.float32), truth[order]


def source_of(events, size=8192):
    return ArraySource(lambda rows: events[rows], np.arange(len(events)), size)


def run(events, *, salt=0, workers=1, size=8192, n_prototypes="auto", resolution="auto"):
    """Cluster and probability of each event, and the fit."""
    events = np.ascontiguousarray(events, dtype=np.float32)
    source = source_of(events, size)
    found = fit(
        source, n_prototypes=n_prototypes, resolution=resolution, salt=salt, n_redraws=5, executor=Threads(workers)
    )
    return *assign(found.model, events, found.prototype), found


def annotated(events, truth):
    """AnnData as another program would make it, with the truth in obs."""
    adata = ad.AnnData(events.copy())
    adata.obs_names = [f"e{i}" for i in range(len(events))]
    adata.var_names = [f"CD{i + 1}" for i in range(events.shape[1])]
    adata.obs["truth"] = pd.Categorical(truth.astype(str))
    return adata
