"""UMAP of events."""

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from cytoclust import keys, params
from cytoclust.engine import FEWEST_MARKERS, Embedder, choose_events
from cytoclust.errors import InputError
from cytoclust.executor import Threads
from cytoclust.params import D
from cytoclust.pp import choose_markers, panel_of, preparations_of, samples_of, spread_samples
from cytoclust.tl._choose_event_sample import DRAW
from cytoclust.tl._cluster import Seed, seed_of

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["umap", "umap_params"]


def umap(
    adata: "AnnData",
    *,
    n_events: int = D.embed.n_events,
    n_neighbors: int = D.embed.n_neighbors,
    min_dist: float = D.embed.min_dist,
    key: str = keys.CLUSTER,
    rng: Seed = None,
    random_state: Seed = None,
    copy: bool = False,
) -> "AnnData | None":
    """UMAP of an event sample in which rare clusters are kept whole, as far as ``n_events`` has room; others get NaN.

    Parameters
    ----------
    adata
        Events × channels on the transformed scale, clustered by :func:`cluster`.
    n_events
        Size of the event sample: clusters are given equal numbers of events, and smaller ones are kept whole.
    n_neighbors, min_dist
        Neighbours in the graph, and least distance between points, of UMAP.
    key
        Column of ``obs`` with the clusters.
    rng, random_state
        Seed or NumPy generator; two names for one thing.
    copy
        Return a copy instead of writing into ``adata``.

    Returns
    -------
    None, or the copy. Written are ``obsm["X_umap"]`` (n × 2 float32) and ``uns["umap"]["params"]``.

    Raises
    ------
    InputError
        There are no clusters, or they were found on one marker: a map takes two.
    """
    chosen = params.check("embed", n_events=n_events, n_neighbors=n_neighbors, min_dist=min_dist)
    seed = params.check("run", seed=seed_of(rng, random_state)).seed
    if key not in adata.obs:
        raise InputError(f"obs has no column {key!r}: run ct.tl.cluster first.")
    adata = adata.copy() if copy else adata
    markers = adata.uns.get(key, {}).get("params", {}).get("markers")
    panel = panel_of(adata, strict=False)
    columns = choose_markers(panel, None if markers is None else list(markers), D.panel.viability)
    if len(columns) < FEWEST_MARKERS:
        raise InputError(
            f"A map takes at least {FEWEST_MARKERS} markers. The clusters are of {adata.var_names[columns[0]]} alone."
        )
    codes = adata.obs[key].astype("category").cat.codes.to_numpy(dtype=np.int64)
    samples, _ = spread_samples(list(preparations_of(adata, check=columns).values()), panel, executor=Threads(1))
    wheres = [where for _, where in samples_of(adata)]
    clustered = [np.flatnonzero(codes[where] >= 0) for where in wheres]
    lots = (sample.lots(mine, DRAW, seed) for sample, mine in zip(samples, clustered, strict=True))
    labels = np.concatenate([codes[where[mine]] for where, mine in zip(wheres, clustered, strict=True)])
    chosen_places = choose_events(labels, n_events, lots=lots)
    starts = np.cumsum([0, *map(len, clustered)])
    rows = [
        mine[chosen_places[a:b] - start]
        for mine, start, (a, b) in zip(
            clustered, starts[:-1], pairwise(np.searchsorted(chosen_places, starts)), strict=True
        )
    ]
    events = [sample.events(mine, columns) for sample, mine in zip(samples, rows, strict=True)]
    points = np.full((adata.n_obs, 2), np.nan, dtype=np.float32)
    with Embedder() as embedder:
        embedder.start(np.concatenate(events), n_neighbors=n_neighbors, min_dist=min_dist, seed=seed)
        points[np.concatenate([where[mine] for where, mine in zip(wheres, rows, strict=True)])] = embedder.finish()
    adata.obsm["X_umap"] = points
    adata.uns[keys.UMAP] = {"params": umap_params(chosen, seed)}
    return adata if copy else None


def umap_params(chosen: params.Embed, seed: int) -> dict[str, Any]:
    """Of ``uns["umap"]``."""
    return chosen.model_dump(exclude={"enabled"}) | {"seed": seed}
