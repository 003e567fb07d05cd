"""All, or many, ways to give the labels of two sides to what is compared."""

from collections.abc import Sequence
from itertools import combinations
from math import comb, prod

import numpy as np
from numpy.typing import NDArray

__all__ = ["relabellings"]

_Rows = NDArray[np.bool_]


def relabellings(labels: Sequence[_Rows], n_permutations: int, seed: int) -> _Rows:
    """Every way to permute the labels within strata, the observed one first.

    Parameters
    ----------
    labels
        Of each stratum, which units are on the side asked about; a stratum may be all of one side.
    n_permutations
        If there are more ways than this and the observed one, so many are drawn at random.
    seed
        Of the draw.

    Returns
    -------
    Labels (m, n), strata side by side.
    """
    observed = np.concatenate(labels)
    if prod(comb(len(part), int(part.sum())) for part in labels) <= n_permutations + 1:
        rows = _side_by_side([_subsets(part) for part in labels])
        return np.vstack([observed, rows[(rows != observed).any(axis=1)]])
    rng = np.random.default_rng(seed)
    drawn = [rng.permuted(np.tile(part, (n_permutations, 1)), axis=1) for part in labels]
    return np.vstack([observed, np.hstack(drawn)])


def _subsets(labels: _Rows) -> _Rows:
    """Each way to choose as many as the labels do."""
    n, chosen = len(labels), int(labels.sum())
    places = np.array(list(combinations(range(n), chosen)), dtype=np.int64).reshape(comb(n, chosen), chosen)
    rows = np.zeros((len(places), n), dtype=bool)
    np.put_along_axis(rows, places, True, axis=1)
    return rows


def _side_by_side(parts: list[_Rows]) -> _Rows:
    """Each combination of one row of every part."""
    grid = np.meshgrid(*(np.arange(len(part)) for part in parts), indexing="ij")
    return np.hstack([part[index.ravel()] for part, index in zip(parts, grid, strict=True)])
