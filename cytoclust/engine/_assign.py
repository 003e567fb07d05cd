"""From prototypes to the cluster of every event, with a probability."""

from collections.abc import Sequence
from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from cytoclust.engine._nearest import nearest
from cytoclust.engine._overlap import Overlap, responsibility
from cytoclust.engine._representatives import COMMON, Representatives

__all__ = ["Model", "assign", "build_model"]

CANDIDATES = 12
"""Kernels near a prototype that an event of it may belong to. Chosen: see sensitivity."""


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
    return Model(
        prototypes=prototypes,
        centres=centres.astype(np.float32),
        variance=np.maximum(variance, 1e-12).astype(np.float32),
        mass=np.bincount(kernel, representatives.weight).astype(np.float64),
        cluster=(codes % count).astype(np.int32),
        candidates=_candidates(prototypes, centres, codes // count),
        overlaps=tuple(overlaps),
    )


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
    """Cluster of each event (n,) and its probability (n,) among the clusters near it.

    The posterior under the model's kernels, which is surer than it should be where clusters touch; where they overlap
    it is that of the overlap's Gaussians, times that of the kernels for all of these clusters, taken as one half at
    least.

    ``prototype`` is the nearest prototype of each event, where it is known already.
    """
    if prototype is None:
        prototype = nearest(events, model.prototypes)[0]
    p = events.shape[1]
    offset = np.log(model.mass) - 0.5 * p * np.log(model.variance.astype(np.float64))
    cluster = np.empty(len(events), dtype=np.int32)
    probability = np.empty(len(events), dtype=np.float32)
    precision = 0.5 / model.variance.astype(np.float64)
    near = model.candidates
    _assign(events, prototype, near, model.centres, precision, offset, model.cluster, cluster, probability)
    for overlap in model.overlaps:
        among = np.zeros(int(model.cluster.max()) + 1, dtype=bool)
        among[overlap.clusters] = True
        rows = np.flatnonzero(among[cluster])
        likely = responsibility(overlap, events[rows])
        cluster[rows] = overlap.clusters[np.argmax(likely, axis=1)]
        probability[rows] = np.maximum(probability[rows], 0.5) * likely.max(axis=1)
    return cluster, probability


@numba.njit(nogil=True, cache=True)
def _assign(events, prototype, near, centres, precision, offset, owner, cluster, probability):  # type: ignore[no-untyped-def]
    width = near.shape[1]
    density = np.empty(width)
    for e in range(len(events)):
        kernels = near[prototype[e]]
        top = -np.inf
        for i in range(width):
            k = kernels[i]
            squared = 0.0
            for j in range(events.shape[1]):
                squared += (events[e, j] - centres[k, j]) ** 2
            density[i] = offset[k] - squared * precision[k]
            top = max(top, density[i])
        total = 0.0
        for i in range(width):
            density[i] = np.exp(density[i] - top)
            total += density[i]
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
        probability[e] = best / total
