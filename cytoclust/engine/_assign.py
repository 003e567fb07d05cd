"""From prototypes to the cluster of every event, with a probability."""

from collections.abc import Sequence
from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from cytoclust.engine._mixture import Overlap, likeliest, responsibility
from cytoclust.engine._nearest import nearest
from cytoclust.engine._representatives import COMMON, Representatives

__all__ = ["Model", "assign", "build_model", "overlapping", "posterior"]

CANDIDATES = 12
"""Kernels near a prototype that an event of it may belong to. Chosen: see sensitivity."""
SHARE = 1e-4
"""A cluster of an overlap in which no representative of a prototype has more than this share is not asked about events
of the prototype. Chosen for speed: what it leaves out is no more than that."""


@dataclass(frozen=True)
class Model:
    """A mixture of spherical kernels, each belonging to one cluster; an event sees those near its prototype."""

    prototypes: NDArray[np.float32]
    """K × p."""
    centres: NDArray[np.float32]
    """Of the kernels, k × p: a prototype with events of two clusters has two kernels."""
    variance: NDArray[np.float32]
    """Of the kernels, per marker (k,)."""
    mass: NDArray[np.float64]
    """Events that a kernel stands for (k,)."""
    cluster: NDArray[np.int32]
    """Cluster of each kernel (k,)."""
    candidates: NDArray[np.int32]
    """Kernels near each prototype, K × CANDIDATES, or × all kernels where there are fewer."""
    overlaps: tuple[Overlap, ...]
    """Clusters between which Gaussians decide."""
    borders: tuple["Border", ...]
    """The same of each overlap."""
    only: NDArray[np.int32]
    """The cluster of all events of a prototype, or one that overlaps with all that they may have; -1 if kernels decide
    (K,)."""


@dataclass(frozen=True)
class Border:
    """What the Gaussians of an overlap are asked for the events of each prototype."""

    first: NDArray[np.int64]
    """Place of the cluster that most of its events have (K,)."""
    near: NDArray[np.bool_]
    """Clusters of the overlap that some of its events may belong to (K × k)."""

    @property
    def between(self) -> NDArray[np.bool_]:
        """Prototypes that lie between clusters (K,)."""
        return np.asarray(self.near.sum(axis=1) > 1)


def build_model(
    prototypes: NDArray[np.float32],
    representatives: Representatives,
    cluster: NDArray[np.int64],
    overlaps: Sequence[Overlap] = (),
) -> Model:
    """Kernels from the representatives of each prototype in each cluster; ``cluster`` is each representative's."""
    count = int(cluster.max()) + 1
    codes, kernel = np.unique(representatives.prototype * count + cluster, return_inverse=True)
    size = np.bincount(kernel)
    events = representatives.events.astype(np.float64)
    centres = np.stack([np.bincount(kernel, column) for column in events.T], axis=1) / size[:, None]
    scatter = np.bincount(kernel, ((events - centres[kernel]) ** 2).mean(axis=1))
    typical = scatter.sum() / max(1, len(events) - len(size))
    variance = (scatter + COMMON * typical) / (size + COMMON)  # a kernel of one event has no spread of its own
    owner = (codes % count).astype(np.int32)
    candidates = _candidates(prototypes, centres, codes // count)
    borders = tuple(_border(len(prototypes), representatives, cluster, overlap) for overlap in overlaps)
    return Model(
        prototypes=prototypes,
        centres=centres.astype(np.float32),
        variance=np.maximum(variance, 1e-12).astype(np.float32),
        mass=np.bincount(kernel, representatives.weight).astype(np.float64),
        cluster=owner,
        candidates=candidates,
        overlaps=tuple(overlaps),
        borders=borders,
        only=_only(owner[candidates], overlaps, borders),
    )


def _border(count: int, representatives: Representatives, cluster: NDArray[np.int64], overlap: Overlap) -> Border:
    rows = np.flatnonzero(np.isin(cluster, overlap.clusters))
    of, share = representatives.prototype[rows], responsibility(overlap, representatives.events[rows])
    total = np.stack([np.bincount(of, column, count) for column in share.T], axis=1)
    near = np.stack([np.bincount(of, column > SHARE, count) > 0 for column in share.T], axis=1)
    near[np.bincount(of, minlength=count) == 0] = True
    return Border(total.argmax(axis=1), near)


def _only(owners: NDArray[np.int32], overlaps: Sequence[Overlap], borders: Sequence[Border]) -> NDArray[np.int32]:
    """For the events of each prototype, of whose kernels ``owners`` are the clusters (K × width)."""
    only = np.where((owners == owners[:, :1]).all(axis=1), owners[:, 0], -1)
    for overlap, border in zip(overlaps, borders, strict=True):
        within = np.isin(owners, overlap.clusters).all(axis=1)
        only[within] = overlap.clusters[border.first[within]]
    return only.astype(np.int32)


def _candidates(
    prototypes: NDArray[np.float32], centres: NDArray[np.float64], owner: NDArray[np.int64]
) -> NDArray[np.int32]:
    """A prototype's own kernels first, then those nearest to it."""
    width = min(CANDIDATES, len(centres))
    chosen = np.empty((len(prototypes), width), dtype=np.int32)
    for start in range(0, len(prototypes), 512):
        rows = slice(start, start + 512)
        squared = -2 * prototypes[rows].astype(np.float64) @ centres.T + (centres**2).sum(axis=1)
        squared[owner == np.arange(len(prototypes))[rows, None]] = -np.inf
        order = np.argpartition(squared, width - 1, axis=1)[:, :width]
        chosen[rows] = np.sort(order, axis=1)
    return chosen


def assign(
    model: Model, events: NDArray[np.float32], prototype: NDArray[np.int32] | None = None
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Cluster of each event (n,) and the probability that it belongs there (n,).

    The posterior under the model's kernels. Where clusters overlap, the Gaussians of the overlap part what the kernels
    give to all of its clusters.

    ``prototype`` is the nearest prototype of each event, where it is known already.
    """
    if prototype is None:
        prototype = nearest(events, model.prototypes)[0]
    count = int(model.cluster.max()) + 1
    part = np.arange(count)
    for overlap in model.overlaps:
        part[overlap.clusters] = overlap.clusters[0]
    cluster = np.empty(len(events), dtype=np.int32)
    probability = np.empty(len(events), dtype=np.float32)
    offset, precision = _densities(model, events.shape[1])
    _assign(
        events, prototype, model.candidates, model.only, model.centres, precision, offset, model.cluster, part,
        cluster, probability,
    )  # fmt: skip
    for overlap, border in zip(model.overlaps, model.borders, strict=True):
        rows = np.flatnonzero(border.between[prototype] & np.isin(np.arange(count), overlap.clusters)[cluster])
        likely, its_probability = likeliest(overlap, events[rows], prototype[rows], border.first, border.near)
        cluster[rows] = overlap.clusters[likely]
        probability[rows] *= its_probability
    return cluster, probability


def _densities(model: Model, p: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Of each kernel, the logarithm of its density at the centre, and what a squared distance takes away (k,)."""
    variance = model.variance.astype(np.float64)
    return np.log(model.mass) - 0.5 * p * np.log(variance), 0.5 / variance


def posterior(model: Model, events: NDArray[np.float32], prototype: NDArray[np.integer]) -> NDArray[np.float32]:
    """Probability of every cluster for each event (n × k), of which :func:`assign` gives the chosen one's."""
    out = np.zeros((len(events), int(model.cluster.max()) + 1), dtype=np.float32)
    offset, precision = _densities(model, events.shape[1])
    _posterior(events, prototype, model.candidates, model.centres, precision, offset, model.cluster, out)
    top = out.argmax(axis=1)
    for overlap in model.overlaps:
        rows = np.flatnonzero(np.isin(top, overlap.clusters))
        both = np.ix_(rows, overlap.clusters)
        out[both] = out[both].sum(axis=1, keepdims=True) * responsibility(overlap, events[rows])
    return out


def overlapping(model: Model, representatives: Representatives) -> NDArray[np.int64]:
    """Of each cluster that to which most of its events would belong if not to it, -1 where all are sure (k,)."""
    events, prototype = representatives.events, representatives.prototype.astype(np.int32)
    cluster, probability = assign(model, events, prototype)
    some = np.flatnonzero(probability < 1)
    elsewhere = np.zeros((int(model.cluster.max()) + 1,) * 2)
    likely = posterior(model, events[some], prototype[some])
    np.add.at(elsewhere, cluster[some], representatives.weight[some, None] * likely)
    np.fill_diagonal(elsewhere, 0.0)
    return np.where(elsewhere.any(axis=1), elsewhere.argmax(axis=1), -1)


@numba.njit(nogil=True, cache=True)
def _weights(event, kernels, centres, precision, offset, density):  # type: ignore[no-untyped-def]
    """Into ``density`` that of each kernel, the greatest 1; returns their sum."""
    top = -np.inf
    for i in range(len(kernels)):
        k = kernels[i]
        squared = 0.0
        for j in range(len(event)):
            squared += (event[j] - centres[k, j]) ** 2
        density[i] = offset[k] - squared * precision[k]
        top = max(top, density[i])
    total = 0.0
    for i in range(len(kernels)):
        density[i] = np.exp(density[i] - top)
        total += density[i]
    return total


@numba.njit(nogil=True, cache=True)
def _assign(events, prototype, near, only, centres, precision, offset, owner, part, cluster, probability):  # type: ignore[no-untyped-def]
    """The likeliest cluster, and what it and those that overlap with it have together."""
    width = near.shape[1]
    density = np.empty(width)
    for e in range(len(events)):
        if only[prototype[e]] >= 0:
            cluster[e], probability[e] = only[prototype[e]], 1.0
            continue
        kernels = near[prototype[e]]
        total = _weights(events[e], kernels, centres, precision, offset, density)
        best = -1.0
        cluster[e] = owner[kernels[0]]  # where squares overflow and nothing below is true
        for i in range(width):
            mine = 0.0
            for other in range(width):
                if owner[kernels[other]] == owner[kernels[i]]:
                    mine += density[other]
            if mine > best:
                best = mine
                cluster[e] = owner[kernels[i]]
        together = 0.0
        for i in range(width):
            if part[owner[kernels[i]]] == part[cluster[e]]:
                together += density[i]
        probability[e] = together / total


@numba.njit(nogil=True, cache=True)
def _posterior(events, prototype, near, centres, precision, offset, owner, out):  # type: ignore[no-untyped-def]
    width = near.shape[1]
    density = np.empty(width)
    for e in range(len(events)):
        kernels = near[prototype[e]]
        total = _weights(events[e], kernels, centres, precision, offset, density)
        for i in range(width):
            out[e, owner[kernels[i]]] += density[i] / total
