"""Pairs of clusters whose cells, stuck together, would look like a third."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from cytoclust.positivity import Profile

__all__ = ["Pairs", "doublet_pairs"]

SUM = np.log(2)
"""Two equal signals together lie this much higher on an arcsinh scale. Derived: arcsinh 2x - arcsinh x is log 2 for
large x."""
TYPICAL, FARTHEST = 1.0, 2.0
"""Spreads of the cluster, by root mean square over markers and in the worst one, that the sum may be off. Chosen: see
sensitivity."""


Pairs: TypeAlias = list[NDArray[np.int64]]


def doublet_pairs(profile: Profile) -> Pairs:
    """For each cluster, the pairs of larger clusters whose doublets would look like it.

    The signal of a doublet is the sum of two cells' signals: on an arcsinh or logarithmic scale the higher of both,
    or up to ln 2 more. A pair fits if the medians of the cluster lie there, and differ from those of either.

    Returns
    -------
    For each cluster the pairs (p, 2), the nearest first.
    """
    low, medians, high = (profile.quantile(q) for q in (0.16, 0.5, 0.84))
    spread = np.maximum((high - low) / 2, 1e-9)
    sizes = profile.n_events
    return [
        _pairs(medians, number, spread[number], np.flatnonzero(sizes > max(size, 0)))
        for number, size in enumerate(sizes)
    ]


def _pairs(
    medians: NDArray[np.float64], number: int, spread: NDArray[np.float64], larger: NDArray[np.int64]
) -> NDArray[np.int64]:
    first, second = (larger[index] for index in np.triu_indices(len(larger), 1))
    higher = np.maximum(medians[first], medians[second])
    gap = (medians[number] - higher) / spread
    off = np.maximum(np.maximum(-gap, gap - SUM / spread), 0)
    both = ((higher - medians[first]) / spread).max(axis=1, initial=0) > 1
    both &= ((higher - medians[second]) / spread).max(axis=1, initial=0) > 1
    distance = np.sqrt((off**2).mean(axis=1)) if off.shape[1] else np.full(len(off), np.inf)
    fits = np.flatnonzero(both & (distance < TYPICAL) & (off.max(axis=1, initial=0) < FARTHEST))
    fits = fits[np.argsort(distance[fits], kind="stable")]
    return np.stack([first[fits], second[fits]], axis=1)
