"""Clusters that two others make when their cells stick together."""

import numpy as np

from cytoclust.positivity import Profile
from cytoclust.stats._doublet_pairs import Pairs

__all__ = ["doublet_partners"]

MOST = 0.2
"""More than this times n_i n_j / n cannot be doublets. Derived: it is twice what one doublet in ten events gives. That
no more are acquired is chosen: see sensitivity."""


def doublet_partners(profile: Profile, pairs: Pairs) -> list[str]:
    """For each cluster, the two larger clusters whose doublets it may be, as "3+7"; "" where there are none.

    Of the ``pairs`` that fit (see :func:`~cytoclust.stats._doublet_pairs.doublet_pairs`) the nearest of which chance
    meetings can give so many events. A real population that has all that both have is marked too, if it is as rare:
    this is no proof; see :func:`cytoclust.stats.doublet_evidence`.
    """
    shares = profile.n_events / max(1, int(profile.n_events.sum()))
    found = []
    for share, near in zip(shares, pairs, strict=True):
        often = near[share <= MOST * np.prod(shares[near], axis=1)]
        found.append(f"{often[0, 0]}+{often[0, 1]}" if len(often) else "")
    return found
