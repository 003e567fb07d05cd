"""Levels of one marker: groups of clusters whose medians are set apart by a gap.

Of the program's four tests of a valley the one that sees no events, but medians of clusters, so that a rare level
counts as a common one: each has a kernel of its own width and about the same say. Counts say nothing here, so that no
error is asked for, but a distance in spreads. ``engine/_valley.py`` is what parts events.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from cytoclust.positivity._equal_error import cluster_weight

__all__ = ["Clusters", "group_levels", "weighted_quantile"]

_BANDWIDTH = 0.45
"""Of a cluster's spread: a median is known far better than one event. Chosen: see sensitivity."""
_DEPTH = 0.7
"""A valley between levels is at most this fraction of the lower peak. Chosen: see sensitivity."""
_HUMPS = 1.5
"""Least distance of two humps, in spreads. Chosen: see sensitivity."""
_UPPER = 2.2
"""Spreads between positive levels: 98.6 % of a normal lie below (Φ(2.2)), and batches move less. Chosen: see
sensitivity."""
LOWEST = 2.8
"""Spreads of the lowest level from the next: 8 % of either err then (Φ(-1.4)), and what errs more is no border.
Chosen: see sensitivity."""
_CONTINUUM = 5.0
"""Spreads: medians that reach over more are cut even without a clear valley. Chosen: see sensitivity."""
_STEPS = 16
"""Of the density between each two medians. Chosen: see sensitivity."""
_LARGE = 0.2
"""Of the say of the largest cluster of a group, with which another is heard. Chosen: see sensitivity."""
_WIDE = 1.6
"""Times the spread of the narrower ones, up to which a cluster is narrow. Chosen: see sensitivity."""
_LOW = 0.25
"""Quantile, over clusters, of what is the negative centre, and of what is a narrow spread: wide and raised ones must
not move them. Chosen: see sensitivity."""
_ANCHOR = 0.2
"""Events at zero for each below it, from which on zero is where cells lack the marker: with fewer the whole sample has
moved. Chosen: see sensitivity."""
AT_ZERO = 1.5
"""Spreads from zero, within which a cluster is at zero: noise, and some autofluorescence. Chosen: see sensitivity."""
NEAR = 1.0
"""Spreads above the negative mode up to which a cluster is plainly negative. Chosen: see sensitivity."""


@dataclass(frozen=True)
class Clusters:
    """Clusters on one marker, each array ``(c,)``.

    Attributes
    ----------
    x
        Median, without autofluorescence.
    raw
        Median as measured.
    lower, upper
        Spread below and above the median: what 34 % of the events lie within.
    n_events
        Events.
    zero
        Where a signal of zero lies; nan where that is not known.
    """

    x: np.ndarray
    raw: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    n_events: np.ndarray
    zero: float = np.nan

    @property
    def spread(self) -> np.ndarray:
        """Mean of the two."""
        return (self.lower + self.upper) / 2

    @property
    def weight(self) -> np.ndarray:
        """Say of each cluster."""
        return cluster_weight(self.n_events)

    def middle(self, values: np.ndarray, rows: np.ndarray, q: float = 0.5) -> float:
        """Weighted quantile of some values over some clusters."""
        rows = self.large_enough(rows)
        return weighted_quantile(values[rows], self.weight[rows], q)

    def large_enough(self, rows: np.ndarray) -> np.ndarray:
        """Those of some clusters that are not far smaller than the largest: a few stray events are no witness."""
        return rows[self.weight[rows] >= _LARGE * self.weight[rows].max()]

    def narrow(self, rows: np.ndarray, than: np.ndarray | None = None) -> np.ndarray:
        """Those of some clusters that are not far wider than the others (or than others given): no mixture or smear."""
        return rows[self.spread[rows] <= _WIDE * self.middle(self.spread, rows if than is None else than, _LOW)]

    def negative(self, low: np.ndarray) -> tuple[float, float]:
        """Centre and spread of the negative mode, of the clusters of the lowest level.

        The centre is a low quantile: what joined the level from above (a smear of weak binding) must not move it. Nor
        does what lies below zero, where cells without the marker are at zero.
        """
        low = self.not_below_zero(low)
        return self.middle(self.x, low, _LOW), self.middle(self.spread, low)

    def at_zero(self, rows: np.ndarray) -> np.ndarray:
        """Those of some clusters that lie at zero, give or take their own spread."""
        return rows[np.abs(self.x[rows] - self.zero) <= AT_ZERO * self.spread[rows]]

    def below_zero(self, rows: np.ndarray) -> np.ndarray:
        """Those of some clusters that lie farther below zero than that."""
        return rows[self.zero - self.x[rows] > AT_ZERO * self.spread[rows]]

    def anchored(self, rows: np.ndarray) -> bool:
        """Whether zero is where cells lack the marker: events are there, and not nearly all of the low ones below
        it.
        """
        at, below = (int(self.n_events[each].sum()) for each in (self.at_zero(rows), self.below_zero(rows)))
        return at > 0 and at >= _ANCHOR * below

    def not_below_zero(self, low: np.ndarray) -> np.ndarray:
        """Clusters of the lowest level without those that lie below zero, where zero is its anchor."""
        return np.setdiff1d(low, self.below_zero(low)) if self.anchored(low) else low

    def distance(self, low: np.ndarray, high: np.ndarray) -> float:
        """Between the centres of two groups, in spreads."""
        between = self.middle(self.x, high) - self.middle(self.x, low)
        return 2 * max(between, 1e-12) / (self.middle(self.upper, low) + self.middle(self.lower, high))


def weighted_quantile(values: np.ndarray, weight: np.ndarray, q: float) -> float:
    """Quantile of values ``(k,)``, linear between the middles of their weights."""
    order = np.argsort(values, kind="stable")
    at = np.cumsum(weight[order])
    return float(np.interp(q, (at - weight[order] / 2) / at[-1], values[order]))


def group_levels(clusters: Clusters, rows: np.ndarray) -> list[np.ndarray]:
    """Group clusters by their median on one marker, each with about the same say whatever its size.

    The density of the medians (a Gaussian kernel for each cluster, as wide as its own spread allows) is cut at
    its valleys; shallow valleys are filled, and humps closer than 1.5 spreads joined. Then what is less than 2.8
    spreads above the plainly negative clusters is joined with them: weak binding that smears the negatives upwards
    is no level of its own. Last, positive levels closer than 2.2 spreads are joined.

    Where the scale goes through zero, zero is an anchor: if events lie there, the clusters at zero are negative, and so
    is all that lies below them, as no cell has less than nothing.

    Returns
    -------
    Indices into the clusters: one array for each level, from low to high.
    """
    groups = _from_zero(clusters, _valleys(clusters, rows), rows)
    while len(groups) > 1:
        centre, spread = clusters.negative(groups[0])
        low = clusters.not_below_zero(groups[0])
        core = low[clusters.x[low] <= centre + NEAR * spread]
        if clusters.distance(clusters.narrow(core), groups[1]) >= LOWEST:
            break
        groups[:2] = [np.concatenate(groups[:2])]
    while len(groups) > 2:
        distance = [clusters.distance(low, high) for low, high in pairwise(groups[1:])]
        at = 1 + int(np.argmin(distance))
        if distance[at - 1] >= _UPPER:
            break
        groups[at : at + 2] = [np.concatenate(groups[at : at + 2])]
    return groups


def _from_zero(clusters: Clusters, groups: list[np.ndarray], rows: np.ndarray) -> list[np.ndarray]:
    """The groups, those up to the highest that is at zero joined."""
    if not clusters.anchored(rows):
        return groups
    at = clusters.at_zero(rows)
    reach = clusters.zero + AT_ZERO * clusters.middle(clusters.spread, at)
    joined = [group for group in groups if clusters.middle(clusters.x, group) <= reach]
    return [np.concatenate(joined), *groups[len(joined) :]] if joined else groups


def _valleys(clusters: Clusters, rows: np.ndarray) -> list[np.ndarray]:
    order = rows[np.argsort(clusters.x[rows], kind="stable")]
    x, s = clusters.x[order], clusters.spread[order]
    peaks, below, depth = _peaks_and_saddles(x, s, clusters.weight[order])
    groups = [order[a:b] for a, b in pairwise([0, *below, len(x)])]
    while depth:
        ratio = [saddle / min(peaks[i], peaks[i + 1]) for i, saddle in enumerate(depth)]
        distance = [clusters.distance(groups[i], groups[i + 1]) for i in range(len(depth))]
        continuum = len(depth) == 1 and np.ptp(x) > _CONTINUUM * np.median(s)
        bad = [
            (max(ratio[i] / _DEPTH, _HUMPS / distance[i]), i)
            for i in range(len(depth))
            if distance[i] < _HUMPS or (ratio[i] > _DEPTH and not continuum)
        ]
        if not bad:
            break
        _, at = max(bad)
        groups[at : at + 2] = [np.concatenate(groups[at : at + 2])]
        peaks[at : at + 2] = [max(peaks[at : at + 2])]
        del depth[at]
    return groups


def _peaks_and_saddles(x: np.ndarray, s: np.ndarray, weight: np.ndarray) -> tuple[list[float], list[int], list[float]]:
    """Heights of the density's peaks; of its minima between them, the number of clusters below and the height."""
    widths = _BANDWIDTH * s
    grid = np.unique(np.concatenate([np.linspace(a, b, _STEPS) for a, b in pairwise(x)] or [x]))
    density = np.exp(-0.5 * ((grid[:, None] - x) / widths) ** 2) @ (weight / widths)
    inner = density[1:-1]
    at = 1 + np.flatnonzero((inner < density[:-2]) & (inner <= density[2:]))
    below = np.searchsorted(x, grid[at], side="right")
    keep = np.flatnonzero(np.diff(below, prepend=0) > 0)
    keep = keep[below[keep] < len(x)]
    at, below = at[keep], below[keep]
    peaks = [float(density[a:b].max()) for a, b in pairwise([0, *at, len(grid)])]
    return peaks, below.tolist(), density[at].tolist()
