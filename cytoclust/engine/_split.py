"""Large clusters are looked at again: is one two populations that overlap?"""

import numba
import numpy as np
from numpy.typing import NDArray

from cytoclust.engine._border import Pieces
from cytoclust.engine._merge import ValleyTest
from cytoclust.engine._representatives import Representatives
from cytoclust.engine._valley import Group
from cytoclust.executor import Threads

__all__ = ["split_large"]

ENOUGH = 1_000
"""Representatives of a cluster that is looked at again. Chosen: see sensitivity."""
LEAST = 0.05
"""Of the events, in the smaller part. Chosen: see sensitivity."""
FEWEST = 12
"""Prototypes of a cluster that is looked at again. Chosen: see sensitivity."""
AXES = 4
"""Principal axes along which mixtures start. Chosen: see sensitivity."""
SHARES = (0.15, 0.5, 0.85)
"""Where the first cuts lie along them, as shares of the events. Chosen: see sensitivity."""
STEPS = 20
"""Of expectation and maximisation, at most. Chosen: see sensitivity."""
FEWEST_EVENTS = 200
"""Representatives in a part. Chosen: see sensitivity."""
AT_MOST = 16_000
"""Representatives of a cluster by which its parts are judged. Chosen: see sensitivity."""
RIDGE = 1e-3
"""Share of the mean variance that is added to each marker's of a Gaussian that is fitted: none is flat. Chosen: see
sensitivity."""
VANISHED, GAIN = 1e-4, 1e-5
"""Share of the events below which a part of a mixture is none; gain in mean logarithmic likelihood that ends the
steps. Chosen: see sensitivity."""


def split_large(
    representatives: Representatives,
    cluster: NDArray[np.int64],
    valley_test: ValleyTest,
    *,
    pieces: Pieces,
    piece: NDArray[np.int64],
    workers: int = 1,
) -> NDArray[np.int64]:
    """The cluster of each representative (r,), where large clusters with a valley inside are two, and so on; ``piece``
    is the one of the fine ``pieces`` that each is of (r,).

    Two populations that overlap may have been joined piece by piece, as a piece can lie across the border. A mixture of
    two Gaussians, which sees the cluster as a whole, finds the border: it is fitted to the counts, means and
    covariances of the cluster's prototypes, from several starts, and its parts are then judged as any two groups, at
    their border, too.
    """
    count, mean, scatter = representatives.moments
    whole, cluster = cluster, cluster.copy()
    waiting = list(range(cluster.max() + 1))

    def second_part(number: int) -> NDArray[np.int64] | None:
        rows = np.flatnonzero(cluster == number)
        if len(rows) < ENOUGH:
            return None
        mine = np.bincount(representatives.prototype[rows], representatives.weight[rows], len(count))
        own = np.flatnonzero(mine > count / 2)
        if len(own) < FEWEST:
            return None
        others = np.flatnonzero((whole == whole[rows[0]]) & (cluster != number))
        siblings = [_group(representatives, others[cluster[others] == k]) for k in np.unique(cluster[others])]
        halves = _halves(count[own], mean[own], scatter[own])
        part = _second_part(representatives, rows, own, halves, siblings, valley_test)
        return part if part is not None and pieces.part(piece[rows], piece[part], valley_test.limit) else None

    while waiting:
        found = list(zip(waiting, Threads(workers).map(second_part, waiting), strict=True))
        waiting = []
        for number, rows in found:
            if rows is not None:
                cluster[rows] = cluster.max() + 1
                waiting += [number, int(cluster.max())]
    return cluster


def _second_part(
    representatives: Representatives,
    rows: NDArray[np.int64],
    own: NDArray[np.int64],
    halves: list[NDArray[np.bool_]],
    siblings: list[Group],
    valley_test: ValleyTest,
) -> NDArray[np.int64] | None:
    """Rows of the part to be split off, by the likeliest mixture with a valley; none if there is none.

    There must be valleys between the parts and the siblings, split off before, too: what a cut left on the wrong side
    of the border is no population.
    """
    some = _some(rows)
    weight = representatives.weight[some]
    for half in halves:
        second = np.zeros(int(representatives.prototype.max()) + 1, dtype=bool)
        second[own[half]] = True
        there = second[representatives.prototype[some]]
        share = weight[there].sum() / weight.sum()
        if LEAST <= share <= 1 - LEAST and FEWEST_EVENTS <= there.sum() <= len(some) - FEWEST_EVENTS:
            parts = [_group(representatives, some[side]) for side in (~there, there)]
            pairs = [(parts[0], parts[1]), *((part, sibling) for part in parts for sibling in siblings)]
            if all(valley_test.parts(a, b) for a, b in pairs):
                return rows[second[representatives.prototype[rows]]]
    return None


def _some(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    return rows[:: -(-len(rows) // AT_MOST)]


def _group(representatives: Representatives, rows: NDArray[np.int64]) -> Group:
    some = _some(rows)
    return Group(representatives.events[some], representatives.weight[some])


def _halves(
    count: NDArray[np.float64], mean: NDArray[np.float64], scatter: NDArray[np.float64]
) -> list[NDArray[np.bool_]]:
    """Different ways in which a mixture of two Gaussians parts the prototypes, the likeliest first."""
    share = count / count.sum()
    distance = mean - share @ mean
    covariance = (distance * share[:, None]).T @ distance + np.tensordot(share, scatter, 1)
    axes = np.linalg.eigh(covariance)[1][:, ::-1][:, :AXES]
    found: dict[bytes, tuple[float, NDArray[np.bool_]]] = {}
    for axis in axes.T:
        order = np.argsort(distance @ axis)
        rank = np.cumsum(share[order])
        for cut in SHARES:
            start = np.empty(len(share), dtype=bool)
            start[order] = rank < cut
            if 1 < start.sum() < len(start) - 1:
                half, likelihood = _two_gaussians(share, mean, scatter, start, STEPS)
                half = half if half[0] else ~half
                found[half.tobytes()] = (likelihood, half)
    return [half for _, half in sorted(found.values(), key=lambda each: -each[0]) if not half.all()]


@numba.njit(nogil=True, cache=True)
def _two_gaussians(share, mean, scatter, start, steps):  # type: ignore[no-untyped-def]
    """EM for grouped data, each prototype with its mean and covariance; which are rather of the first, likelihood."""
    n, p = mean.shape
    first = np.where(start, 1.0, 0.0)
    logs, likelihood = np.zeros((2, n)), -np.inf
    for _ in range(steps):
        for k in range(2):
            weight = share * (first if k == 0 else 1 - first)
            mass = weight.sum()
            if mass < VANISHED:
                return first > 0.5, -np.inf
            centre = np.zeros(p)
            for i in range(n):
                centre += weight[i] / mass * mean[i]
            covariance = np.zeros((p, p))
            for i in range(n):
                for a in range(p):
                    for b in range(p):
                        product = (mean[i, a] - centre[a]) * (mean[i, b] - centre[b])
                        covariance[a, b] += weight[i] / mass * (product + scatter[i, a, b])
            covariance += np.eye(p) * (RIDGE * np.trace(covariance) / p + 1e-12)
            precision = np.linalg.inv(covariance)
            constant = np.log(mass) + 0.5 * np.linalg.slogdet(precision)[1]
            for i in range(n):
                squared = 0.0
                for a in range(p):
                    for b in range(p):
                        product = (mean[i, a] - centre[a]) * (mean[i, b] - centre[b])
                        squared += precision[a, b] * (product + scatter[i, a, b])
                logs[k, i] = constant - 0.5 * squared
        before, likelihood = likelihood, 0.0
        for i in range(n):
            top = max(logs[0, i], logs[1, i])
            total = np.exp(logs[0, i] - top) + np.exp(logs[1, i] - top)
            likelihood += share[i] * (top + np.log(total))
            first[i] = np.exp(logs[0, i] - top) / total
        if likelihood - before < GAIN:
            break
    return first > 0.5, likelihood
