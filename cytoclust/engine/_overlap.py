"""Where clusters overlap, the border is drawn by Gaussians."""

from dataclasses import dataclass, replace
from itertools import combinations

import numba
import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from cytoclust.engine._merge import group_events
from cytoclust.engine._representatives import Representatives
from cytoclust.engine._split import RIDGE
from cytoclust.engine._valley import Group, valley

__all__ = ["Overlap", "find_overlaps", "responsibility"]

NEAR = 3.6
"""Standard deviations between means, up to which clusters may overlap. Derived: cut midway, two normals of one size
err by Φ(-1.8) = 3.6 % there. That this is little is chosen: see sensitivity."""
SHALLOW = 0.4
"""Density over the chord (see ``valley``): a deeper valley parts clusters well enough. Chosen: see sensitivity."""
ENOUGH = 200
"""Events (Kish's effective number) of a cluster that a Gaussian is fitted to. Chosen: see sensitivity."""
STEPS = 15
"""Of expectation and maximisation. Chosen: see sensitivity."""
AT_MOST = 8_000
"""Representatives of a cluster that its Gaussian is fitted to. Chosen: see sensitivity."""
MOVED, KEPT = 0.12, 0.5
"""If more of the events moved, or a cluster kept less than this (Jaccard), the Gaussians were not the clusters.
Chosen: see sensitivity."""


@dataclass(frozen=True)
class Overlap:
    """Clusters that overlap, each with a Gaussian."""

    clusters: NDArray[np.int64]
    """Their numbers (k,)."""
    mean: NDArray[np.float64]
    """k × p."""
    whiten: NDArray[np.float64]
    """Inverse Cholesky factors of the covariances, k × p × p, lower triangles."""
    offset: NDArray[np.float64]
    """Logarithm of share and of the factor of the density (k,)."""

    def renumbered(self, number: NDArray[np.int64]) -> "Overlap":
        """The same with a new number for each cluster."""
        return replace(self, clusters=number[self.clusters])


def find_overlaps(
    representatives: Representatives, cluster: NDArray[np.int64]
) -> tuple[NDArray[np.int64], list[Overlap]]:
    """The cluster of each representative with borders redrawn (r,), and the overlaps where they were.

    No valley tells where two overlapping populations part, so that their border would be left to chance. Clusters that
    overlap are fitted with a Gaussian each by EM, and events between them belong to the likelier. A fit under which
    the clusters become something else is not taken.
    """
    groups = group_events(representatives.events, representatives.weight, cluster)
    count, part = connected_components(_touching(groups), directed=False)
    cluster, overlaps = cluster.copy(), []
    for number in range(count):
        clusters = np.flatnonzero(part == number)
        if len(clusters) < 2:
            continue
        overlap = _fit_gaussians(clusters, [groups[k] for k in clusters])
        rows = np.flatnonzero(np.isin(cluster, clusters))
        events = np.ascontiguousarray(representatives.events[rows])
        after = np.argmax(responsibility(overlap, events), axis=1)
        if _alike(np.searchsorted(clusters, cluster[rows]), after, representatives.weight[rows], len(clusters)):
            cluster[rows] = clusters[after]
            overlaps.append(overlap)
    return cluster, overlaps


def _touching(groups: list[Group]) -> NDArray[np.bool_]:
    """Pairs that overlap (k × k)."""
    touching = np.zeros((len(groups), len(groups)), dtype=bool)
    large = [k for k, group in enumerate(groups) if group.effective > ENOUGH]
    for b, a in combinations(large, 2):
        distance = groups[a].mean - groups[b].mean
        pooled = (groups[a].covariance + groups[b].covariance) / 2 + 1e-12 * np.eye(len(distance))
        near = distance @ np.linalg.lstsq(pooled, distance, rcond=None)[0] < NEAR**2
        touching[a, b] = near and valley(groups[a], groups[b], z=0.0) > SHALLOW
    return touching


def _fit_gaussians(clusters: NDArray[np.int64], groups: list[Group]) -> Overlap:
    """EM from the clusters as they are."""
    thinned = [group.thinned(AT_MOST) for group in groups]
    events = np.concatenate([each[0] for each in thinned])
    weight = np.concatenate([each[1] for each in thinned])
    member = np.repeat(np.eye(len(groups)), [len(each[0]) for each in thinned], axis=0)
    for _ in range(STEPS):
        overlap = _gaussians(clusters, events, member * weight[:, None])
        member = responsibility(overlap, events)
    return overlap


def _gaussians(clusters: NDArray[np.int64], events: NDArray[np.float32], weight: NDArray[np.float64]) -> Overlap:
    """Of weighted events: weights are n × k."""
    p = events.shape[1]
    mass = np.maximum(weight.sum(axis=0), 1e-12)
    mean = weight.T @ events / mass[:, None]
    whiten = np.empty((len(mass), p, p))
    for k in range(len(mass)):
        distance = events - mean[k]
        covariance = (distance * weight[:, k, None]).T @ distance / mass[k]
        covariance += np.eye(p) * (RIDGE * np.trace(covariance) / p + 1e-12)
        whiten[k] = np.linalg.inv(np.linalg.cholesky(covariance))
    diagonal = np.diagonal(whiten, axis1=1, axis2=2)
    return Overlap(clusters, mean, whiten, np.log(mass / mass.sum()) + np.log(diagonal).sum(axis=1))


def _alike(before: NDArray[np.int64], after: NDArray[np.int64], weight: NDArray[np.float64], count: int) -> bool:
    both = np.zeros((count, count))
    np.add.at(both, (before, after), weight)
    same = np.diag(both)
    kept = same / (both.sum(axis=0) + both.sum(axis=1) - same)
    return bool(same.sum() > (1 - MOVED) * both.sum() and kept.min() > KEPT)


def responsibility(overlap: Overlap, events: NDArray[np.float32]) -> NDArray[np.float64]:
    """Posterior probability of each of the overlapping clusters, n × k."""
    return np.asarray(_responsibility(events, overlap.mean, overlap.whiten, overlap.offset))


@numba.njit(nogil=True, cache=True)
def _responsibility(events, mean, whiten, offset):  # type: ignore[no-untyped-def]
    n, p = events.shape
    count = len(offset)
    out = np.empty((n, count))
    distance = np.empty(p)
    for e in range(n):
        top = -np.inf
        for k in range(count):
            for j in range(p):
                distance[j] = events[e, j] - mean[k, j]
            squared = 0.0
            for i in range(p):
                value = 0.0
                for j in range(i + 1):
                    value += whiten[k, i, j] * distance[j]
                squared += value * value
            out[e, k] = offset[k] - 0.5 * squared
            top = max(top, out[e, k])
        total = 0.0
        for k in range(count):
            out[e, k] = np.exp(out[e, k] - top)
            total += out[e, k]
        for k in range(count):
            out[e, k] /= total
    return out
