"""Gaussians, one a cluster: fitted to weighted events, and what they say of an event."""

from dataclasses import dataclass, replace

import numba
import numpy as np
from numpy.typing import NDArray

from cytoclust.engine._split import RIDGE

__all__ = ["Overlap", "fit_overlap", "likeliest", "responsibility"]

STEPS = 8
"""Of expectation and maximisation. Chosen: see sensitivity."""
NOTHING = 40.0
"""Natural logarithms below the likeliest Gaussian, from which on one has no share: e⁻⁴⁰. Bears on no result: what it
leaves out is less than rounding."""
SHARES = 1e-6
"""A cluster whose Gaussian has less than this of every event of another has no border with it. Chosen for speed."""


@dataclass(frozen=True)
class Overlap:
    """Clusters between which Gaussians decide."""

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

    def of(self, some: NDArray[np.int64]) -> "Overlap":
        """Of some of the clusters, by their place."""
        return Overlap(self.clusters[some], self.mean[some], self.whiten[some], self.offset[some])


def fit_overlap(
    clusters: NDArray[np.int64],
    events: NDArray[np.float32],
    weight: NDArray[np.float64],
    member: NDArray[np.int64],
) -> tuple[Overlap, NDArray[np.bool_]]:
    """One Gaussian for each cluster by EM from the clusters as they are, and which touch (k × k).

    A cluster that ends at a border is a population without the tail that lies beyond it, and one with the tail of
    another. EM gives both their tails back, so that the Gaussians tell how much is on the wrong side.

    Parameters
    ----------
    clusters
        Their numbers (k,).
    events, weight
        n × p, (n,).
    member
        Place in ``clusters`` of each event's (n,).
    """
    k, p = len(clusters), events.shape[1]
    centre = events.mean(axis=0, dtype=np.float64)
    centred = events - centre
    kish = np.bincount(member, weight, k) ** 2 / np.bincount(member, weight**2, k)
    shrink = p / (p + kish)  # towards a sphere where events are few
    near = np.ones((k, k), dtype=bool)
    mean, whiten, offset = _gaussians(*_hard_sums(centred, weight, member, k), shrink)
    for _ in range(STEPS):
        mass, total, outer, near = _step(centred, weight, member, near, mean, whiten, offset)
        mean, whiten, offset = _gaussians(mass, total, outer, shrink)
    return Overlap(clusters, mean + centre, whiten, offset), near | near.T


def _hard_sums(
    events: NDArray[np.float64], weight: NDArray[np.float64], member: NDArray[np.int64], k: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Mass, sum and sum of squares of each cluster's events."""
    p = events.shape[1]
    outer = np.zeros((k, p, p))
    for a in range(p):
        for b in range(a + 1):
            outer[:, a, b] = np.bincount(member, weight * events[:, a] * events[:, b], k)
    total = np.stack([np.bincount(member, weight * column, k) for column in events.T], axis=1)
    return np.bincount(member, weight, k).astype(np.float64), total.astype(np.float64), outer


def _gaussians(
    mass: NDArray[np.float64], total: NDArray[np.float64], outer: NDArray[np.float64], shrink: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Means, whitening matrices and offsets from sums, of which ``outer`` has its lower triangles."""
    p = total.shape[1]
    mass = np.maximum(mass, 1e-12)
    mean = total / mass[:, None]
    square = outer + np.tril(outer, -1).transpose(0, 2, 1)
    covariance = square / mass[:, None, None] - mean[:, :, None] * mean[:, None, :]
    spread = np.maximum(np.trace(covariance, axis1=1, axis2=2), 0) / p
    covariance = (1 - shrink)[:, None, None] * covariance
    covariance += ((shrink + RIDGE) * spread + 1e-12)[:, None, None] * np.eye(p)
    whiten = np.tril(np.linalg.inv(np.linalg.cholesky(covariance)))
    diagonal = np.diagonal(whiten, axis1=1, axis2=2)
    return mean, whiten, np.log(mass / mass.sum()) + np.log(diagonal).sum(axis=1)


@numba.njit(nogil=True, cache=True)
def _step(events, weight, member, near, mean, whiten, offset):  # type: ignore[no-untyped-def]
    """Sums of the events by their shares in the Gaussians near their cluster, and which have a share (k × k)."""
    n, p = events.shape
    k = len(offset)
    mass, total, outer = np.zeros(k), np.zeros((k, p)), np.zeros((k, p, p))
    touch = np.zeros((k, k), dtype=np.bool_)
    log, distance = np.empty(k), np.empty(p)
    for e in range(n):
        own = member[e]
        _log_densities(events[e], own, near[own], mean, whiten, offset, distance, log)
        top = log.max()
        every = 0.0
        for j in range(k):
            log[j] = np.exp(log[j] - top) if log[j] > top - NOTHING else 0.0
            every += log[j]
        for j in range(k):
            share = log[j] / every
            if share > SHARES:
                touch[own, j] = True
                share *= weight[e]
                mass[j] += share
                for a in range(p):
                    part = share * events[e, a]
                    total[j, a] += part
                    for b in range(a + 1):
                        outer[j, a, b] += part * events[e, b]
    return mass, total, outer, touch


@numba.njit(nogil=True, cache=True)
def _log_densities(event, first, near, mean, whiten, offset, distance, log):  # type: ignore[no-untyped-def]
    """Into ``log``, -inf where it is not near or has no share; the likely ``first`` one lets the others end early."""
    k, p = mean.shape
    top = -np.inf
    for turn in range(k + 1):
        j = first if turn == 0 else turn - 1
        if turn > 0 and (j == first or not near[j]):
            if j != first:
                log[j] = -np.inf
            continue
        most = 2 * (offset[j] - top + NOTHING)
        squared = 0.0
        for i in range(p):
            distance[i] = event[i] - mean[j, i]
            value = 0.0
            for a in range(i + 1):
                value += whiten[j, i, a] * distance[a]
            squared += value * value
            if squared > most:
                break
        log[j] = -np.inf if squared > most else offset[j] - 0.5 * squared
        top = max(top, log[j])


def likeliest(
    overlap: Overlap,
    events: NDArray[np.float32],
    group: NDArray[np.integer],
    first: NDArray[np.int64],
    near: NDArray[np.bool_] | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Of each event the place of the likeliest cluster (n,) and its posterior probability (n,).

    Parameters
    ----------
    overlap, events
        k clusters, n × p.
    group
        Group of each event (n,).
    first
        Of each group the place of a likely cluster (g,): it changes the time, and no result.
    near
        Places that come into question for a group (g × k), all by default; the first one always does.
    """
    if near is None:
        near = np.ones((len(first), len(overlap.clusters)), dtype=bool)
    found = _likeliest(events, group, first, near, overlap.mean, overlap.whiten, overlap.offset)
    return found[0], found[1]


@numba.njit(nogil=True, cache=True)
def _likeliest(events, group, first, near, mean, whiten, offset):  # type: ignore[no-untyped-def]
    n, p = events.shape
    k = len(offset)
    place, probability = np.empty(n, np.int64), np.empty(n)
    log, distance = np.empty(k), np.empty(p)
    for e in range(n):
        mine = group[e]
        _log_densities(events[e], first[mine], near[mine], mean, whiten, offset, distance, log)
        best = np.argmax(log)
        every = 0.0
        for j in range(k):
            if log[j] > log[best] - NOTHING:
                every += np.exp(log[j] - log[best])
        place[e], probability[e] = best, 1 / every
    return place, probability


def responsibility(overlap: Overlap, events: NDArray[np.float32]) -> NDArray[np.float64]:
    """Posterior probability of each of the overlapping clusters, n × k."""
    return np.asarray(_responsibility(events, overlap.mean, overlap.whiten, overlap.offset))


@numba.njit(nogil=True, cache=True)
def _responsibility(events, mean, whiten, offset):  # type: ignore[no-untyped-def]
    n, p = events.shape
    k = len(offset)
    out = np.empty((n, k))
    distance, near = np.empty(p), np.ones(k, np.bool_)
    for e in range(n):
        _log_densities(events[e], 0, near, mean, whiten, offset, distance, out[e])
        top = out[e].max()
        for j in range(k):
            out[e, j] = np.exp(out[e, j] - top)
        out[e] /= out[e].sum()
    return out
