"""Clusters that hold both kinds of a marker."""

import numpy as np

from cytoclust.positivity._autofluorescence import corrected_medians
from cytoclust.positivity._profile import Profile
from cytoclust.positivity._thresholds import Thresholds

__all__ = ["with_mixed"]

_SIDE = 0.2
"""Least share of the events on either side of a cut. Chosen: see sensitivity."""
_CLEAR = 1.0
"""Spreads from the cut that these events keep. Chosen: see sensitivity."""


def with_mixed(levels: np.ndarray, profile: Profile, thresholds: Thresholds) -> np.ndarray:
    """Level probabilities in which a cluster on both sides of a cut is at neither: half of it goes to each.

    The median of a mixed cluster (a few MSCs with CD271 and as many without) lies clearly on one side, and would give
    all its events that side's name. A cluster is mixed at a cut if 20 % of its events lie more than one spread of the
    negative mode below it and 20 % as far above. A wide cluster that is the same kind all along is treated alike: it
    has no typical cell either.

    Parameters
    ----------
    levels
        ``(c, m, 4)`` from :func:`level_probabilities`.
    profile, thresholds
        The clusters, and what was learnt of their markers.
    """
    mixed = levels.copy()
    shift = profile.medians - corrected_medians(profile.medians, thresholds.negative, thresholds.spread)
    low, high = profile.quantile(_SIDE) - shift, profile.quantile(1 - _SIDE) - shift
    cuts = np.stack([thresholds.positive, thresholds.dim, thresholds.bright])
    margin = _CLEAR * thresholds.spread
    straddles = (low < cuts[:, None] - margin) & (high > cuts[:, None] + margin)
    for cluster, marker in np.argwhere(straddles.any(axis=0)):
        at = cuts[:, marker] + shift[cluster, marker]
        share = _shares(profile.edges[marker], profile.counts[cluster, marker], at)
        below = np.cumsum(share)[:-1]  # of the events: below each cut
        cut = int(np.argmax(np.where(straddles[:, cluster, marker], np.minimum(below, 1 - below), -1)))
        share[: cut + 1] *= 0.5 / below[cut]
        share[cut + 1 :] *= 0.5 / (1 - below[cut])
        mixed[cluster, marker] = np.where(np.isnan(levels[cluster, marker]), np.nan, share)
    return mixed


def _shares(edges: np.ndarray, counts: np.ndarray, cuts: np.ndarray) -> np.ndarray:
    """Share of the events at each level; a level without a cut of its own has none."""
    positive, dim, bright = cuts
    borders = [positive, positive if np.isnan(dim) else dim, np.inf if np.isnan(bright) else bright]
    cumulated = np.concatenate([[0.0], np.cumsum(counts)]) / max(counts.sum(), 1)
    below = np.interp(borders, edges, cumulated)
    return np.diff(np.concatenate([[0.0], below, [1.0]]))
