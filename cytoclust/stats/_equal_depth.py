"""Both sides of a comparison at the same depth, and what counts are expected to show there."""

import numpy as np
import scipy
from numpy.typing import NDArray
from scipy.special import digamma, polygamma

__all__ = ["expected_digamma", "share_kept", "thinned"]

Matrix = NDArray[np.float64]

_DRAWS = 5
"""Times that pairs are thinned. Chosen: p is their mean; more of them changes it by less than its grid."""
_MANY = 100.0
"""Events kept on average, from which on two terms of a series serve. Derived: the next one is less than 1e-5."""


def share_kept(cells: Matrix, inside: NDArray[np.bool_], strata: NDArray[np.int64]) -> Matrix:
    """Share (n, k) of each unit's cells at which depths are alike on both sides of every stratum.

    Units of either side stand in the order of their depth; each is looked at no deeper than the unit of the same rank
    on the other side (the quantile, where numbers differ). So no single shallow unit costs the others their depth.

    Parameters
    ----------
    cells
        (n, k).
    inside, strata
        (n,) side and stratum.
    """
    kept = np.ones_like(cells)
    for stratum in np.unique(strata):
        sides = [np.flatnonzero((strata == stratum) & (inside == side)) for side in (True, False)]
        if not all(map(len, sides)):
            continue
        for mine, others in (sides, sides[::-1]):
            order = np.argsort(np.argsort(cells[mine], axis=0, kind="stable"), axis=0, kind="stable")
            there = np.quantile(cells[others], (np.arange(len(mine)) + 0.5) / len(mine), axis=0, method="hazen")
            depth = np.take_along_axis(there, order, axis=0)
            kept[mine] = np.minimum(1.0, depth / np.maximum(cells[mine], 1e-300))
    return kept


def expected_digamma(events: Matrix, kept: Matrix, r: float) -> Matrix:
    """Mean (n, k) of ψ(y' + r), where each of y events is kept with a chance: y' is binomial.

    Its expectation is that of a sample that was measured so much less, whatever the rates of patients are distributed
    like. Events are rounded.
    """
    y = np.rint(events)
    result = digamma(events + r)
    mean = y * kept
    thinned = (kept < 1) & (y > 0)
    far = thinned & (mean > _MANY)
    result[far] = digamma(mean[far] + r) + 0.5 * polygamma(2, mean[far] + r) * mean[far] * (1 - kept[far])
    near = thinned & ~far
    if near.any():
        grid = np.arange(int(np.minimum(2 * _MANY, y[near].max())) + 1)
        chance = scipy.stats.binom.pmf(grid, y[near][:, None], kept[near][:, None])
        result[near] = chance @ digamma(grid + r)
    return np.asarray(result)


def thinned(events: Matrix, kept: Matrix, seed: int) -> list[Matrix]:
    """Events (n, k) of which each is kept with a chance, drawn some times.

    The signs of differences within pairs are exchangeable only if these are distributed symmetrically: for that both
    units must have the noise of the same depth, not its mean alone. Subjects are drawn one after the other, so that
    further ones change nothing.
    """
    y, chance = np.rint(events).astype(np.int64).T, kept.T
    draws = (np.random.default_rng([seed, number]) for number in range(_DRAWS))
    return [np.asarray(rng.binomial(y, chance).T, dtype=np.float64) for rng in draws]
