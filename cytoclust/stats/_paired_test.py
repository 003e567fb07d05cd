"""Permutation test of differences within patients."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cytoclust.stats._permutation_test import Alternative, Permuted, centred, permuted
from cytoclust.stats._relabellings import relabellings

__all__ = ["informative_pairs", "paired_test"]


def paired_test(
    differences: ArrayLike,
    strata: ArrayLike,
    turned: ArrayLike,
    *,
    n_permutations: int,
    seed: int,
    alternative: Alternative = "two-sided",
) -> Permuted:
    """Is the mean difference within patients other than 0?

    Signs of the differences are flipped: exact where either order of a patient's two samples was as likely. If her
    samples are of two batches, their difference carries that of the batches, and flipping it alone would not do.
    Patients with the same two batches are then a crossover trial: those with one order against those with the other,
    so that the difference of the batches drops out. The statistic is the mean that least squares would give with an
    effect for each such pair of batches.

    Parameters
    ----------
    differences
        (n, k). A column with a NaN is not tested.
    strata
        (n,): 0 where the batch is the same, else a number for the two batches.
    turned
        (n,), True where the two batches come in the second order. Two batches in one order only do not count.
    n_permutations
        How many at most; if there are no more than this and one, all are counted.
    seed
        Of the permutations that are drawn.
    alternative
        ``greater``: the differences are above 0.
    """
    d, of = np.asarray(differences, dtype=np.float64), np.asarray(strata)
    forward = ~np.asarray(turned, dtype=bool)
    rows = [row for row in map(np.flatnonzero, (of == stratum for stratum in np.unique(of))) if len(row)]
    rows = [row for row in rows if informative_pairs(of, forward)[row].all()]
    if not rows:
        return Permuted(np.full(d.shape[1], np.nan), (np.empty(0),) * d.shape[1], True)
    free = [bool(of[row[0]] == 0) for row in rows]
    parts = [
        d[row] if coin else centred(np.where(forward[row, None], d[row], -d[row]))
        for row, coin in zip(rows, free, strict=True)
    ]
    labels = [np.ones(len(row), dtype=bool) if coin else forward[row] for row, coin in zip(rows, free, strict=True)]
    drawn, exact = relabellings(labels, free, n_permutations, seed)
    signs = 2.0 * drawn - 1.0  # of centred values, those of the one order less those of the other
    return permuted(np.vstack(parts), lambda values: signs @ values, len(signs), alternative, exact)


def informative_pairs(strata: NDArray[np.int64], forward: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The pairs (n,) within one batch, or with others that have their batches in the other order."""
    both = [s for s in np.unique(strata) if 0 < forward[strata == s].sum() < np.count_nonzero(strata == s)]
    return (strata == 0) | np.isin(strata, both)
