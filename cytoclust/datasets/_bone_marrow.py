"""The simulated cohort in memory."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cytoclust import io
from cytoclust.datasets._load_truth import load_truth
from cytoclust.datasets._simulate import simulate

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["bone_marrow"]


def bone_marrow(
    *,
    n_samples: int = 8,
    n_events: int = 12_000,
    enrich: float = 40.0,
    rng: int | np.random.Generator = 0,
) -> "AnnData":
    """A simulated bone marrow cohort with known truth, as ``ct.io.read_samples`` gives it.

    Parameters
    ----------
    n_samples, n_events, enrich
        As for ``simulate``; stromal cells are enriched by default, since so few events would hold none.
    rng
        Seed, or a generator that a seed is drawn from.

    Returns
    -------
    AnnData
        Events × channels, linear and uncompensated, with the spillover of each sample in ``uns["meta"]``;
        the truth is in ``obs["kind"]``, ``obs["kind2"]`` and ``obs["state"]``.
    """
    seed = int(rng.integers(2**32)) if isinstance(rng, np.random.Generator) else rng
    with tempfile.TemporaryDirectory() as folder:
        simulate(folder, n_samples=n_samples, n_events=n_events, seed=seed, enrich=enrich)
        adata = io.read_samples(Path(folder) / "samples.csv")
        truth = load_truth(folder)
    for column in ("kind", "kind2", "state"):
        adata.obs[column] = truth[column].array
    return adata
