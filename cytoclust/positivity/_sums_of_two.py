"""Clusters whose every marker is the sum of two others'."""

import numpy as np
from numpy.typing import NDArray

from cytoclust.positivity._meetings import REFUTED, meetings, p_follows
from cytoclust.positivity._profile import Profile

__all__ = ["sums_of_two"]

TYPICAL, FARTHEST = 1.0, 2.0
"""Spreads of the cluster, by root mean square over markers and in the worst one, that the sum may be off. Chosen: see
sensitivity."""
APART = 1.0
"""Spreads by which the sum differs from either of the two in some marker. Chosen: see sensitivity."""
MOST = 0.2
"""More than this times 2 n_i n_j / n cannot be doublets. Derived: it is twice what one doublet in ten events gives.
That no more are acquired is chosen: see sensitivity."""


def sums_of_two(profile: Profile) -> list[NDArray[np.int64]]:
    """For each cluster, the pairs (p, 2) of larger ones whose doublets look like it and would be as many.

    Signals add on the scale of the file: the medians of a cluster of doublets are the sums of the medians of both, in
    every marker, and lie where those of neither lie. And cells meet by chance: there are no more doublets than a fifth
    of 2 n_i n_j / n, and from sample to sample they go with that.

    Returns
    -------
    The nearest first; none at all where the scale of the file is not known.
    """
    if not profile.signals.size or not profile.markers:
        return [np.empty((0, 2), dtype=np.int64) for _ in profile.clusters]
    low, medians, high = (profile.quantile(q) for q in (0.16, 0.5, 0.84))
    spread = np.maximum((high - low) / 2, 1e-9)
    columns = range(len(profile.markers))
    signals = np.stack([np.interp(medians[:, j], profile.edges[j], profile.signals[j]) for j in columns], axis=1)
    events = (profile.sample_events if len(profile.samples) else profile.n_events[None]).astype(np.float64)
    first, second = np.triu_indices(len(profile.clusters), 1)
    added = signals[first] + signals[second]
    sums = np.stack([np.interp(added[:, j], profile.signals[j], profile.edges[j]) for j in columns], axis=1)
    lesser = np.minimum(profile.n_events[first], profile.n_events[second])
    found = []
    for number, size in enumerate(profile.n_events):
        larger = np.flatnonzero(lesser > max(size, 0))
        off = np.abs(medians[number] - sums[larger]) / spread[number]
        fits = np.sqrt((off**2).mean(axis=1)) < TYPICAL
        fits &= off.max(axis=1) < FARTHEST
        for one in (first, second):
            fits &= (np.abs(sums[larger] - medians[one[larger]]) / spread[number]).max(axis=1) > APART
        near = larger[fits][np.argsort((off[fits] ** 2).mean(axis=1), kind="stable")]
        pairs = np.stack([first[near], second[near]], axis=1)
        found.append(pairs if _as_many(events, number, pairs) else pairs[:0])
    return found


def _as_many(events: NDArray[np.float64], number: int, pairs: NDArray[np.int64]) -> bool:
    """Whether chance meetings of the pairs can give the events (n samples, c clusters) of one cluster."""
    met = meetings(events, pairs)[:, None]
    mine = events[:, [number]]
    return bool(mine.sum() <= MOST * met.sum() and p_follows(mine, met)[0] >= REFUTED)
