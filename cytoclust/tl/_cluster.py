"""Clustering of AnnData."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd
from natsort import natsorted
from numpy.typing import NDArray

from cytoclust import keys, params
from cytoclust.engine import PARENTS, ArraySource, Clustering, Join, cluster_events, level, passes
from cytoclust.errors import InputError
from cytoclust.executor import Threads
from cytoclust.params import D
from cytoclust.pp import choose_markers, panel_of
from cytoclust.progress import watched
from cytoclust.registry import METHODS
from cytoclust.tl._warn_linear import LOOKED_AT, warn_linear

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["cluster", "events_at", "seed_of"]

Seed: TypeAlias = int | np.random.Generator | np.random.RandomState | None


def cluster(
    adata: "AnnData",
    *,
    method: str = D.cluster.method,
    resolution: float | str = D.cluster.resolution,
    markers: Sequence[str] | None = D.cluster.markers,
    n_prototypes: int | str = D.cluster.n_prototypes,
    n_neighbors: int = D.cluster.n_neighbors,
    viability: str = D.panel.viability,
    key_added: str = keys.CLUSTER,
    rng: Seed = None,
    random_state: Seed = None,
    workers: int = D.run.workers,
    chunk_events: int = D.run.chunk_events,
    copy: bool = False,
) -> "AnnData | None":
    """Cluster events by their markers; sample, group and batch are never looked at.

    Parameters
    ----------
    adata
        Events × channels on the transformed scale. Where there is ``obs["qc"]``, only events that are ``ok`` count.
    method
        ``prototypes`` for any number of events; ``knn`` is scanpy's neighbours graph with Leiden, for small data.
    resolution
        ``auto`` is 1: how deep a valley parts two clusters; a higher number gives more clusters, a lower one fewer.
    markers
        Markers to cluster on; by default every stained marker but the viability dye.
    n_prototypes
        Of ``prototypes``: how many stand for the events.
    n_neighbors
        Of ``knn``: neighbours of each event in the graph.
    viability
        The viability dye, which is never clustered on unless named in ``markers``: a marker, ``none`` or ``auto``.
    key_added
        Name of the column of clusters.
    rng, random_state
        Seed or NumPy generator; two names for one thing.
    workers, chunk_events
        Threads, and events that each holds at once; they change no result.
    copy
        Return a copy instead of writing into ``adata``.

    Returns
    -------
    None, or the copy. Written are ``obs[key_added]`` (categorical of "0", "1", … by size; missing where ``qc`` is not
    ``ok``), ``obs["probability"]`` (float32, of the event's cluster; prefixed by ``key_added`` if that is not
    ``cluster``), ``obs["cluster_parent"]`` (likewise; the largest cluster of the branch one level up the tree) and
    ``uns[key_added]``: ``params``, ``stability`` of each cluster (0–1) and ``joins``, the tree (see :func:`coarsen`):
    each row is two clusters that become one across a valley of this depth.

    Raises
    ------
    InputError
        Markers that there are not, events with NaN or values beyond 1e15, or fewer than 50 events.

    Warns
    -----
    CytoclustWarning
        Events that are on the linear scale.
    """
    chosen = params.check(
        "cluster", method=method, resolution=resolution, n_prototypes=n_prototypes, n_neighbors=n_neighbors,
        markers=markers if markers is None or isinstance(markers, str) else list(markers),
    )  # fmt: skip
    params.check("run", workers=workers, chunk_events=chunk_events)
    seed = params.check("run", seed=seed_of(rng, random_state)).seed
    adata = adata.copy() if copy else adata
    columns = choose_markers(panel_of(adata, strict=False), chosen.markers, viability)
    rows = _rows(adata)
    source = ArraySource(lambda some: events_at(adata, some, columns), rows, chunk_events)
    if len(rows):
        warn_linear(adata, events_at(adata, rows[:LOOKED_AT], columns), by="cytoclust.tl.cluster")
    with watched("clustering", passes(len(rows)) * len(rows)) as tick:
        found = cluster_events(source, chosen, seed=seed, executor=Threads(workers), tick=tick)
    joins = found.joins()
    _write(adata, rows, found, joins, key_added)
    adata.uns[key_added] = {
        "params": chosen.model_dump() | {"markers": [str(adata.var_names[i]) for i in columns], "seed": seed},
        "stability": found.stability(),
    }
    if METHODS[chosen.method].tree:
        adata.uns[key_added]["joins"] = pd.DataFrame(joins, columns=Join._fields)
    return adata if copy else None


LARGEST = 1e15
"""Squares of larger values, summed over markers, do not fit a float32."""


def seed_of(rng: Seed, random_state: Seed) -> int:
    """The seed under either of its names; a generator gives one."""
    if rng is not None and random_state is not None and rng is not random_state and rng != random_state:
        raise InputError(f"rng and random_state are two names for one seed. Got {rng!r} and {random_state!r}.")
    given = rng if rng is not None else random_state
    if isinstance(given, np.random.Generator):
        return int(given.integers(2**32))
    if isinstance(given, np.random.RandomState):
        return int(given.randint(2**32, dtype=np.uint32))
    return D.run.seed if given is None else given


def _rows(adata: "AnnData") -> NDArray[np.int64]:
    """Rows of events that count, sample after sample."""
    if keys.QC_COLUMN not in adata.obs:
        return np.arange(adata.n_obs)
    return np.flatnonzero(adata.obs[keys.QC_COLUMN].to_numpy() == keys.QC[keys.QC_OK])


def events_at(adata: "AnnData", rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.float32]:
    """Sorted ``rows`` of the markers in ``columns``, whether X is dense, sparse, in dask or on disk."""
    block: Any = adata.X[rows.min() : rows.max() + 1][rows - rows.min()][:, columns]
    block = block.compute() if hasattr(block, "compute") else block  # dask
    block = block.toarray() if hasattr(block, "toarray") else block  # sparse
    events = np.ascontiguousarray(block, dtype=np.float32)
    usable = (np.abs(events) <= LARGEST).all(axis=1)
    if not usable.all():
        row = int(rows[~usable][0])
        raise InputError(
            f"X must be finite, and at most {LARGEST:g}, in events to be clustered. "
            f"Row {row} is not: drop it, or mark it in obs[{keys.QC_COLUMN!r}]."
        )
    return events


def _write(adata: "AnnData", rows: NDArray, found: Clustering, joins: list[Join], key_added: str) -> None:
    parent = level(joins, found.n_clusters, PARENTS)[found.labels]
    for name, labels in ((key_added, found.labels), (f"{key_added}_parent", parent)):
        names = np.full(adata.n_obs, None, dtype=object)
        names[rows] = labels.astype(str)
        adata.obs[name] = pd.Categorical(names, categories=natsorted(np.unique(labels).astype(str)))
    full = np.full(adata.n_obs, np.nan, dtype=np.float32)
    full[rows] = found.probability
    adata.obs[keys.PROBABILITY if key_added == keys.CLUSTER else f"{key_added}_{keys.PROBABILITY}"] = full
