"""What is left of one dye in another's detector: events of clusters that lack a marker and slope with another one."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from cytoclust.normal import SD_OF_MAD

__all__ = ["Slope", "find_slopes"]

_LEAST, _MOST = 60, 4_000
"""Events of a cluster from which on its slopes are asked for, and those used. Chosen: see sensitivity."""
_SPANS = 5.0
"""Times the noise of its negatives that a source must vary within a cluster: of less, noise of the source itself, which
compensation has mixed, is a part. Chosen: 4 % of the variance then."""
_STRAY = 4.0
"""Spreads from the median, beyond which an event is stray. Chosen: see sensitivity."""
_SURE = 5.0
"""Errors that a slope must be off zero by: there are hundreds of pairs. Chosen: see sensitivity."""
_SURE_ALONE = 10.0
"""The same of a slope upwards that one cluster alone shows. Chosen: see sensitivity."""
_POINTS = 0.015
"""The least slope told: matrices are seldom better. Chosen: see sensitivity."""
_MATTERS = 2.0
"""Spreads of the negatives that the slope must move a cluster by. Chosen: see sensitivity."""
_STRAIGHT, _REST = 2.5, 0.3
"""What is left of a cluster's median once the slope is taken off is at most so many spreads of the negatives, plus this
part of what was taken off. Chosen: see sensitivity."""
_NARROW, _SPREADING = 2.0, 0.2
"""Spreads of the negatives, plus a part of what was taken off, that a cluster without the marker keeps at most: cells
that carry a little of it spread wider. Chosen: see sensitivity."""
_FLOORED = 0.02
"""Of the events, at the lowest value: where lower signals were cut off nothing slopes down. Chosen: see sensitivity."""
_AGREE = 0.5
"""Of the slope that other clusters without the marker must show. Chosen: see sensitivity."""
_STEEPEST = 0.25
"""The largest slope sought: no matrix is that far off, and a marker that slopes more is a source itself. Chosen: see
sensitivity."""
_SYSTEMATIC = 0.3
"""Spreads of the negatives by which a cluster may slope for other reasons: autofluorescence grows with the size of
cells. Chosen: see sensitivity."""
_ROUNDS = 12
"""Slopes told at most, each sought with those before it taken off. Chosen."""


@dataclass(frozen=True)
class Slope:
    """``slope`` of column ``target`` against column ``source``, on the compensated linear scale, and its ``error``."""

    source: int
    target: int
    slope: float
    error: float


@dataclass(frozen=True)
class _Cluster:
    median: np.ndarray  # (p,)
    spread: np.ndarray  # (p,)
    sources: np.ndarray  # columns that span brightness
    slopes: np.ndarray  # (sources, p) of each column against these
    errors: np.ndarray  # (sources, p)
    rest: np.ndarray  # (p,) spread of each column once these slopes are taken off


def find_slopes(events: np.ndarray, labels: np.ndarray, n_clusters: int) -> list[Slope]:
    """Slopes that a right matrix would not leave, the surest first.

    Spillover is exactly linear: with one coefficient off, each cell of a cluster without marker j lies off zero by its
    signal of marker i times the error, so that the events within clusters slope as their medians do. What cells really
    carry does neither: within a cluster two antigens rise together by the size of cells only, which leaves most of the
    median unexplained; and a cluster that carries i and shows no slope, or has less of j than the slope would give it,
    says that there is none.

    Parameters
    ----------
    events
        ``(n, p)`` compensated, on the linear scale: columns of fluorescence.
    labels
        ``(n,)`` cluster of each; below 0 is none.
    n_clusters
        How many there are.
    """
    if events.shape[1] < 2:
        return []
    order = np.argsort(labels, kind="stable")
    bounds = np.searchsorted(labels[order], np.arange(n_clusters + 1))
    rows = [order[a:b] for a, b in pairwise(bounds) if b - a >= _LEAST]
    groups = [events[each[:: -(-len(each) // _MOST)]].astype(np.float64) for each in rows]
    if len(groups) < 2:
        return []
    found: list[Slope] = []
    noise = _noise(groups)
    noise[(events == events.min(axis=0)).mean(axis=0) > _FLOORED] = np.inf
    for _ in range(_ROUNDS):
        more = _decide([_fit(group, noise) for group in groups], noise)
        more = [each for each in more if not any((each.source, each.target) == (f.source, f.target) for f in found)]
        if not more:
            break
        found.append(more[0])
        for group in groups:
            group[:, more[0].target] -= more[0].slope * group[:, more[0].source]
    return found


def _noise(groups: list[np.ndarray]) -> np.ndarray:
    """Spread (p,) of the negatives of each column: that of the narrowest clusters, but no more than thrice the
    usual.
    """
    spreads = np.array([SD_OF_MAD * np.median(np.abs(g - np.median(g, axis=0)), axis=0) for g in groups])
    low = np.quantile(spreads, 0.2, axis=0)
    return np.maximum(np.minimum(low, 3 * np.median(low)), 1e-9)


def _fit(group: np.ndarray, noise: np.ndarray) -> _Cluster:
    median = np.median(group, axis=0)
    spread = SD_OF_MAD * np.median(np.abs(group - median), axis=0)
    sources = np.flatnonzero((spread >= _SPANS * noise) & (median > 0))
    width = group.shape[1]
    slopes, errors = np.zeros((len(sources), width)), np.full((len(sources), width), np.inf)
    left = spread.copy()
    inner = group[(np.abs(group - median) <= _STRAY * np.maximum(spread, noise)).all(axis=1)]
    for j in range(width):
        mine = np.flatnonzero(sources != j)
        if not len(mine) or len(inner) < 20 * len(mine):
            continue
        design = inner[:, sources[mine]] - inner[:, sources[mine]].mean(axis=0)
        target = inner[:, j] - inner[:, j].mean()
        gram = design.T @ design
        found = np.linalg.solve(gram, design.T @ target)
        off = target - design @ found
        rest = float((off**2).sum()) / max(len(inner) - len(mine) - 1, 1)
        left[j] = SD_OF_MAD * float(np.median(np.abs(off - np.median(off))))
        slopes[mine, j], errors[mine, j] = found, np.sqrt(np.diag(np.linalg.inv(gram)) * rest)
    return _Cluster(median, spread, sources, slopes, errors, left)


def _decide(clusters: list[_Cluster], noise: np.ndarray) -> list[Slope]:
    found = []
    for i in range(len(noise)):
        for j in range(len(noise)):
            one = None if i == j or not np.isfinite(noise[j]) else _pair(clusters, noise[j], i, j)
            found += [one] if one else []
    return sorted(found, key=lambda each: -abs(each.slope) / each.error)


def _pair(clusters: list[_Cluster], noise: float, i: int, j: int) -> Slope | None:
    """The slope of j against i, if clusters tell of one."""
    near = [c.median[j] for c in clusters if abs(c.median[j]) <= 4 * noise and i not in c.sources]
    background = float(np.median(near)) if near else 0.0
    straight, others = [], []
    for c in clusters:
        at = np.flatnonzero(c.sources == i)
        if not len(at) or not np.isfinite(c.errors[at[0], j]):
            continue
        slope, error = float(c.slopes[at[0], j]), float(c.errors[at[0], j])
        error = float(np.hypot(error, _SYSTEMATIC * noise / c.median[i]))
        moved = float(c.slopes[:, j][c.sources != j] @ c.median[c.sources[c.sources != j]])
        own = slope * c.median[i]
        rest = c.median[j] - background - moved
        even = slope < 0 or c.rest[j] <= _NARROW * noise + _SPREADING * abs(own)
        if even and abs(rest) <= _STRAIGHT * noise + _REST * abs(own):
            straight.append((slope, error, own))
        else:
            others.append((slope, error, rest + own, float(c.median[i])))
    if not straight:
        return None
    slopes, errors, own = (np.array(each) for each in zip(*straight, strict=True))
    weight = 1 / errors**2
    middle = float(slopes @ weight / weight.sum())
    error = float(np.sqrt(1 / weight.sum()))
    if len(slopes) > 1:
        error = max(error, float(np.sqrt(((slopes - middle) ** 2 @ weight) / weight.sum() / len(slopes))))
    sure = _SURE_ALONE if middle > 0 and len(slopes) == 1 else _SURE
    off = np.sign(middle) * slopes < _AGREE * abs(middle)
    against = weight[off & (np.abs(slopes - middle) > 3 * errors)].sum()
    short = sum(
        1 / error**2
        for slope, error, left, carried in others
        if slope < _AGREE * middle - 3 * error and left < middle * carried - _STRAIGHT * noise
    )
    disagree = against + short > 0.5 * (weight.sum() + short)
    matters = np.abs(own).max() >= _MATTERS * noise
    if disagree or not matters or not max(_POINTS, sure * error) <= abs(middle) <= _STEEPEST:
        return None
    return Slope(i, j, middle, error)
