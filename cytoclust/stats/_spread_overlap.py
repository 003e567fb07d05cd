"""How many events of one cluster lie where another is."""

import numpy as np
from numpy.typing import NDArray

from cytoclust.positivity import Profile

__all__ = ["spread_overlap"]

HALVINGS = 30
"""Of the bisection. Derived: 2⁻³⁰ of the range is far below what matters."""


def spread_overlap(profile: Profile) -> NDArray[np.float64]:
    """Share (k, k) of the events of cluster j (column) that lie beyond its border with cluster c (row).

    What a cluster lost to its neighbour is not in its histograms any more, but on its other side, away from the
    neighbour, its tail is whole: noise, spreading of spill-over by bright dyes and what is not normal about it. The
    tail is taken as alike on both sides. The border is where both densities are equal if the clusters are normal with
    their spreads (from the median to the 16 % quantile on the far side) and sizes; it lies no farther than the other's
    median. Of all markers the one that parts the two best counts: an upper bound, however markers go together.
    """
    low, medians, high = (profile.quantile(q) for q in (0.16, 0.5, 0.84))
    sizes = np.maximum(profile.n_events, 1).astype(np.float64)
    k, m = medians.shape
    cumulated = profile.cumulated / sizes[:, None, None]
    overlap = np.zeros((k, k))
    for j in np.flatnonzero(profile.n_events > 0):
        distance = medians - medians[j]
        own = np.where(distance > 0, medians[j] - low[j], high[j] - medians[j])
        other = np.where(distance > 0, high - medians, medians - low)
        border = _border(np.abs(distance), own, other, sizes[j] / sizes[:, None])
        share = np.empty((k, m))
        for marker in range(m):
            mirrored = medians[j, marker] - np.sign(distance[:, marker]) * border[:, marker]
            below = np.interp(mirrored, profile.edges[marker], cumulated[j, marker])
            share[:, marker] = np.where(distance[:, marker] > 0, below, 1 - below)
        overlap[:, j] = np.min(share, axis=1, initial=1.0)
    overlap[profile.n_events < 1] = 0.0
    np.fill_diagonal(overlap, 0.0)
    return overlap


def _border(
    distance: NDArray[np.float64], own: NDArray[np.float64], other: NDArray[np.float64], ratio: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How far from the first of two normals, ``apart`` from each other, the second is as dense; ``ratio`` of sizes."""
    own, other = np.maximum(own, 1e-9), np.maximum(other, 1e-9)
    surplus = np.log(ratio * other / own)
    near, far = np.zeros_like(distance), distance.copy()
    for _ in range(HALVINGS):
        middle = (near + far) / 2
        denser = surplus - (middle / own) ** 2 / 2 + ((distance - middle) / other) ** 2 / 2 > 0
        near, far = np.where(denser, middle, near), np.where(denser, far, middle)
    return (near + far) / 2
