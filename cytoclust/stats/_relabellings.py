"""Every way to hand out labels within strata, or a sample of the ways."""

from collections.abc import Sequence
from itertools import combinations, product
from math import comb, prod

import numpy as np
from numpy.typing import NDArray

__all__ = ["relabellings"]

_Rows = NDArray[np.bool_]


def relabellings(
    labels: Sequence[_Rows], free: Sequence[bool], n_permutations: int, seed: int
) -> tuple[_Rows, bool]:  # fmt: skip
    """Arrangements of labels, the observed one first.

    Parameters
    ----------
    labels
        Of each stratum.
    free
        Whether a stratum's labels are each tossed like a coin; else they are permuted, and keep their numbers.
    n_permutations
        If there are more relabellings than this and the observed one, so many are drawn at random.
    seed
        Of the draw.

    Returns
    -------
    Labels (m, n), strata side by side, and whether they are all.
    """
    observed = np.concatenate(labels)
    strata = list(zip(labels, free, strict=True))
    total = prod(2 ** len(part) if coin else comb(len(part), int(part.sum())) for part, coin in strata)
    if total <= n_permutations + 1:
        rows = _side_by_side([_tosses(len(part)) if coin else _subsets(part) for part, coin in strata])
        return np.vstack([observed, rows[(rows != observed).any(axis=1)]]), True
    rng = np.random.default_rng(seed)
    drawn = [
        rng.random((n_permutations, len(part))) < 0.5
        if coin
        else rng.permuted(np.tile(part, (n_permutations, 1)), axis=1)
        for part, coin in strata
    ]
    return np.vstack([observed, np.hstack(drawn)]), False


def _tosses(size: int) -> _Rows:
    return np.array(list(product([True, False], repeat=size)), dtype=bool)


def _subsets(labels: _Rows) -> _Rows:
    """Each way to choose as many as the labels do."""
    chosen = int(labels.sum())
    places = np.array(list(combinations(range(len(labels)), chosen)), dtype=np.int64).reshape(-1, chosen)
    rows = np.zeros((len(places), len(labels)), dtype=bool)
    np.put_along_axis(rows, places, True, axis=1)
    return rows


def _side_by_side(parts: list[_Rows]) -> _Rows:
    """Each combination of one row of every part."""
    grid = np.meshgrid(*(np.arange(len(part)) for part in parts), indexing="ij")
    return np.hstack([part[index.ravel()] for part, index in zip(parts, grid, strict=True)])
