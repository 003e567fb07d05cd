"""Levels of one marker: groups of clusters whose medians are set apart by a gap."""

from itertools import pairwise

import numpy as np

__all__ = ["group_levels"]

_BANDWIDTH = 0.45  # of a cluster's spread: a median is known far better than one event
_DEPTH = 0.7  # a valley between levels is at most this fraction of the lower peak
_SEPARATION = 2.2  # least distance of levels in spreads: 98.6 % of a normal lie below, and batches move less
_CONTINUUM = 5.0  # medians that reach over more spreads than this are cut even without a clear valley
_STEPS = 16


def group_levels(medians: np.ndarray, spreads: np.ndarray) -> list[np.ndarray]:
    """Group clusters by their median on one marker, each cluster with the same weight whatever its size.

    The density of the medians (a Gaussian kernel for each cluster, as wide as its own spread allows) is cut at
    its valleys; shallow valleys are filled, and groups closer than 2.2 spreads joined.

    Parameters
    ----------
    medians
        ``(c,)`` median of each cluster.
    spreads
        ``(c,)`` standard deviation within each cluster, same unit.

    Returns
    -------
    Indices into ``medians``: one array for each level, from low to high.
    """
    order = np.argsort(medians, kind="stable")
    x, s = medians[order], spreads[order]
    peaks, saddles = _peaks_and_saddles(x, s)
    groups = [
        order[a:b] for a, b in zip([0, *saddles[:, 0].astype(int)], [*saddles[:, 0].astype(int), len(x)], strict=True)
    ]
    depth = saddles[:, 1].tolist()
    while depth:
        ratio = [saddle / min(peaks[i], peaks[i + 1]) for i, saddle in enumerate(depth)]
        distance = [_distance(medians, spreads, groups[i], groups[i + 1]) for i in range(len(depth))]
        continuum = len(depth) == 1 and np.ptp(x) > _CONTINUUM * np.median(s)
        bad = [
            (max(ratio[i] / _DEPTH, _SEPARATION / distance[i]), i)
            for i in range(len(depth))
            if distance[i] < _SEPARATION or (ratio[i] > _DEPTH and not continuum)
        ]
        if not bad:
            break
        _, at = max(bad)
        groups[at : at + 2] = [np.concatenate(groups[at : at + 2])]
        peaks[at : at + 2] = [max(peaks[at : at + 2])]
        del depth[at]
    return groups


def _peaks_and_saddles(x: np.ndarray, s: np.ndarray) -> tuple[list[float], np.ndarray]:
    """Heights of the density's peaks, and its minima between them as rows (number of clusters below, height)."""
    widths = _BANDWIDTH * s
    grid = np.unique(np.concatenate([np.linspace(a, b, _STEPS) for a, b in pairwise(x)] or [x]))
    density = np.exp(-0.5 * ((grid[:, None] - x) / widths) ** 2) @ (1 / widths)
    inner = density[1:-1]
    at = 1 + np.flatnonzero((inner < density[:-2]) & (inner <= density[2:]))
    below = np.searchsorted(x, grid[at], side="right")
    keep = np.flatnonzero(np.diff(below, prepend=0) > 0)
    keep = keep[below[keep] < len(x)]
    at, below = at[keep], below[keep]
    bounds = [0, *at, len(grid)]
    peaks = [float(density[a:b].max()) for a, b in pairwise(bounds)]
    return peaks, np.column_stack([below, density[at]])


def _distance(medians: np.ndarray, spreads: np.ndarray, low: np.ndarray, high: np.ndarray) -> float:
    spread = np.sqrt((np.median(spreads[low]) ** 2 + np.median(spreads[high]) ** 2) / 2)
    return float(max(np.median(medians[high]) - np.median(medians[low]), 1e-12) / spread)
