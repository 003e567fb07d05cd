"""More clusters from those that there are."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cytoclust import keys, params
from cytoclust.engine import FINEST, Join, level, nearest_places, valley_limit
from cytoclust.errors import InputError
from cytoclust.executor import Threads
from cytoclust.params import D
from cytoclust.pp import choose_markers, panel_of, preparations_of, samples_of, spread_samples
from cytoclust.tl._read_tree import joins_of, resolution_of

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["refine"]


def refine(
    adata: "AnnData",
    *,
    resolution: float | str = "auto",
    key: str = keys.CLUSTER,
    key_added: str = "cluster_fine",
    copy: bool = False,
) -> "AnnData | None":
    """Look at clusters a level down their tree, without clustering again: at what they were joined of.

    Pieces between which the density dips, but not as deep, or not as surely, as a cluster needs. A cluster without such
    a dip stays whole at any resolution, as it does when clustered at that resolution.

    Parameters
    ----------
    adata
        Clustered by :func:`cytoclust.tl.cluster` with ``method="prototypes"``, or an event sample of a run.
    resolution
        Higher than that of the clusters: pieces are apart where their valley counts at this resolution. ``auto`` is all
        pieces.
    key
        Where the clusters are.
    key_added
        Where to write; the largest piece of a cluster has its name, and the others the numbers that follow.
    copy
        Return a copy instead of writing into ``adata``.

    Returns
    -------
    None, or the copy. Writes ``obs[key_added]`` (categorical; missing where the cluster is), and ``uns[key_added]``:
    ``params`` and ``joins``, so that ``coarsen(adata, key=key_added)`` goes up from there.

    Raises
    ------
    InputError
        No level below, a resolution under that of the clusters, or a marker of theirs that is gone.
    """
    params.check("cluster", resolution=resolution)
    if key not in adata.obs or "pieces" not in adata.uns.get(key, {}):
        raise InputError(f"uns[{key!r}] holds no level below. Use tl.cluster with method='prototypes' first.")
    slot = adata.uns[key]
    given = resolution_of(slot)
    wanted = max(FINEST, given) if isinstance(resolution, str) else resolution
    if wanted < given:
        raise InputError(f"The resolution parameter must be at least {given:g}, as the clusters'. Got {wanted:g}.")
    adata = adata.copy() if copy else adata
    joins = _joins(slot, valley_limit(given))
    branch = np.arange(len(joins) + 1) if isinstance(resolution, str) else level(joins, len(joins) + 1, wanted)
    found = branch[_pieces(adata, key)].astype(object)
    found[adata.obs[key].isna().to_numpy()] = None
    adata.obs[key_added] = pd.Categorical(
        [None if each is None else str(each) for each in found], categories=np.unique(branch).astype(str)
    )
    adata.uns[key_added] = {
        "params": dict(slot["params"]) | {"resolution": float(wanted)},
        "joins": pd.DataFrame(joins, columns=Join._fields),
    }
    return adata if copy else None


def _joins(slot: dict, limit: float) -> list[Join]:
    """Of all pieces: those that make the clusters, and those of the clusters, which are below the limit."""
    below, above = joins_of(slot["pieces"]["joins"]), joins_of(slot["joins"])
    under = float(np.nextafter(limit, 0))
    return below + [join._replace(depth=min(join.depth, under)) for join in above]


def _pieces(adata: "AnnData", key: str) -> np.ndarray:
    """The piece of each event (n,) int64; that of an event without a cluster is of no meaning."""
    slot = adata.uns[key]
    places, of, piece = (np.asarray(slot["pieces"][name]) for name in ("places", "cluster", "piece"))
    clusters = pd.to_numeric(adata.obs[key].astype(object)).fillna(-1).to_numpy(dtype=np.int64)
    found = np.maximum(clusters, 0)
    if not len(of):
        return found
    panel = panel_of(adata, strict=False)
    columns = choose_markers(panel, [str(name) for name in slot["params"]["markers"]], D.panel.viability)
    samples, _ = spread_samples(list(preparations_of(adata, check=columns).values()), panel, executor=Threads(1))
    for sample, (_, where) in zip(samples, samples_of(adata), strict=True):
        rows = np.flatnonzero(np.isin(clusters[where], of))
        events = sample.events(rows, columns)
        found[where[rows]] = nearest_places(events, clusters[where[rows]], places, of, piece)
    return found
