"""Clusters that two others make when their cells stick together."""

import numpy as np

from cytoclust.rules import Profile

__all__ = ["doublet_partners"]

MOST = 0.2
"""More than this times n_i n_j / n, which is twice what one doublet in ten events gives, cannot be doublets."""
SUM = np.log(2)
"""Two equal signals together lie this much higher on an arcsinh scale."""
TYPICAL, FARTHEST = 1.0, 2.0
"""Spreads of the cluster, by root mean square over markers and in the worst one, that the sum may be off."""


def doublet_partners(profile: Profile) -> list[str]:
    """For each cluster, the two larger clusters whose doublets it may be, as "3+7"; "" where there are none.

    The signal of a doublet is the sum of two cells' signals: on an arcsinh or logarithmic scale the higher of both,
    or up to ln 2 more. A cluster whose medians lie there for a pair of larger clusters, with no more events than chance
    meetings of these give, may be nothing else. A real population that has all that both have is marked too, if it
    is as rare: this is no proof.
    """
    low, medians, high = (profile.quantile(q) for q in (0.16, 0.5, 0.84))
    spread = np.maximum((high - low) / 2, 1e-9)
    sizes, total = profile.n_events, max(1, int(profile.n_events.sum()))
    return [_partners(number, medians, spread[number], sizes / total) for number in range(len(sizes))]


def _partners(number: int, medians: np.ndarray, spread: np.ndarray, shares: np.ndarray) -> str:
    larger = np.flatnonzero(shares > shares[number])
    first, second = (larger[index] for index in np.triu_indices(len(larger), 1))
    often = shares[number] <= MOST * shares[first] * shares[second]
    first, second = first[often], second[often]
    if not len(first):
        return ""
    higher = np.maximum(medians[first], medians[second])
    apart = (medians[number] - higher) / spread
    off = np.maximum(np.maximum(-apart, apart - SUM / spread), 0)
    both = ((higher - medians[first]) / spread).max(axis=1) > 1
    both &= ((higher - medians[second]) / spread).max(axis=1) > 1
    distance = np.sqrt((off**2).mean(axis=1))
    fits = both & (distance < TYPICAL) & (off.max(axis=1) < FARTHEST)
    if not fits.any():
        return ""
    best = int(np.argmin(np.where(fits, distance, np.inf)))
    return f"{first[best]}+{second[best]}"
