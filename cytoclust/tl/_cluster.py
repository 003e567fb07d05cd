"""Clustering of AnnData."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys, params
from cytoclust.engine import PARENTS, cluster_events, level, passes
from cytoclust.errors import InputError
from cytoclust.executor import Threads
from cytoclust.io import Panel
from cytoclust.params import D
from cytoclust.pp import (
    PreparedEvents,
    choose_markers,
    is_apart,
    panel_of,
    passed_rows,
    preparations_of,
    scatter_of,
    spread_samples,
)
from cytoclust.progress import watched
from cytoclust.slots import write_clusters
from cytoclust.tl._naming_params import cluster_params
from cytoclust.tl._warn_linear import LOOKED_AT, warn_linear

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["cluster", "seed_of"]

Seed: TypeAlias = int | np.random.Generator | np.random.RandomState | None


def cluster(
    adata: "AnnData",
    *,
    method: str = D.cluster.method,
    resolution: float | str = D.cluster.resolution,
    markers: Sequence[str] | None = D.cluster.markers,
    n_prototypes: int | str = D.cluster.n_prototypes,
    n_redraws: int = D.cluster.n_redraws,
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
        Markers to cluster on; by default every stained marker but the viability dye. Scatter may be named where it was
        transformed: ``ct.pp.arcsinh(adata, scatter=["SSC-A"])``.
    n_prototypes
        Of ``prototypes``: how many stand for the events.
    n_redraws
        Of ``prototypes``: further draws that tell the stability of clusters, and move no label; 0 leaves it out.
    n_neighbors
        Of ``knn``: neighbours of each event in the graph.
    viability
        The viability dye, which is never clustered on unless named in ``markers``: a marker, ``none`` or ``auto``.
    key_added
        Name of the column of clusters.
    rng, random_state
        Seed or NumPy generator; two names for one thing. It moves no label of our methods, which draw events by their
        values; methods of other packages may use it.
    workers, chunk_events
        Threads, and events that each holds at once; they change no result.
    copy
        Return a copy instead of writing into ``adata``.

    Returns
    -------
    None, or the copy. Written are ``obs[key_added]`` (categorical of "0", "1", … by size; missing where ``qc`` is not
    ``ok``), ``obs["probability"]`` (float32, of the event's cluster; prefixed by ``key_added`` if that is not
    ``cluster``), ``obs["cluster_parent"]`` (likewise; the largest cluster of the branch one level up the tree) and
    ``uns[key_added]``: ``params``, ``stability`` of each cluster (0–1; NaN without redraws), ``overlaps_with`` (the
    cluster that has most of its uncertain events; -1: none), ``parted`` (what parts each from its nearest, as in
    ``tables/clusters.csv``), ``joins``, the tree (see :func:`coarsen`): each row is two clusters that become one across
    a valley of this depth; and ``pieces``, the level below (see :func:`refine`).

    Raises
    ------
    InputError
        Markers that there are not, scatter that was not transformed beside markers that were, events with NaN or values
        beyond 1e15, or fewer than 50 events.

    Warns
    -----
    CytoclustWarning
        Events that are on the linear scale.
    """
    chosen = params.check(
        "cluster", method=method, resolution=resolution, n_prototypes=n_prototypes, n_redraws=n_redraws,
        n_neighbors=n_neighbors,
        markers=markers if markers is None or isinstance(markers, str) else list(markers),
    )  # fmt: skip
    params.check("run", workers=workers, chunk_events=chunk_events)
    seed = params.check("run", seed=seed_of(rng, random_state)).seed
    adata = adata.copy() if copy else adata
    panel = panel_of(adata, strict=False)
    columns = choose_markers(panel, chosen.markers, viability)
    samples, _ = spread_samples(
        list(preparations_of(adata, check=columns).values()), panel, executor=Threads(workers)
    )  # fmt: skip
    source = PreparedEvents(samples, columns, size=chunk_events)
    if len(source.sizes) and source.sizes[0]:
        looked = source.block(0)[:LOOKED_AT]
        warn_linear(adata, looked, by="cytoclust.tl.cluster")
        _refuse_linear_scatter(panel, columns, looked)
    total = int(source.sizes.sum())
    with watched("clustering", passes(total) * total) as tick:
        found = cluster_events(source, chosen, seed=seed, executor=Threads(workers), tick=tick)
    joins, names = found.joins(), [panel.names[i] for i in columns]
    write_clusters(
        adata, passed_rows(adata), found.labels, found.probability,
        parent=level(joins, found.n_clusters, PARENTS), stability=found.stability(), joins=found.tree(),
        overlaps_with=found.overlaps_with(), parted=found.parted(names), pieces=found.pieces(),
        params=cluster_params(chosen, names, seed), key=key_added,
    )  # fmt: skip
    return adata if copy else None


def _refuse_linear_scatter(panel: Panel, columns: NDArray[np.int64], events: NDArray[np.float32]) -> None:
    """Refuse scatter that would decide alone, as it is linear beside markers (n × columns) that are not."""
    scatter = scatter_of(panel, columns)
    markers = events[:, [i not in scatter for i in columns.tolist()]]
    apart = [panel.names[i] for i in scatter if is_apart(events[:, columns.tolist().index(i)], markers)]
    if apart:
        raise InputError(
            f"{', '.join(apart)} ranges far wider than the markers: transform it with them, "
            f"ct.pp.arcsinh(adata, scatter={apart}), or leave it out of markers."
        )


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
