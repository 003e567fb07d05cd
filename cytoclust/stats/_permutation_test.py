"""Permutation tests of many populations at once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cytoclust.stats._relabellings import relabellings

__all__ = ["Alternative", "Permuted", "centred", "permutation_test", "permuted"]

Alternative = Literal["two-sided", "greater", "less"]

_T = TypeVar("_T", bound=np.generic)

_TIE: Final = 1e-9
"""Of the largest statistic: what differs by less is a tie. Bears on no result but ties, which only rounding parts."""
_ROUNDING: Final = 1e-13
"""Of the largest value. Bears on no result but ties, as above."""
_CELLS: Final = 4_000_000
"""Numbers in one block of statistics: 32 MB. Bears on no result: memory."""


@dataclass(frozen=True)
class Permuted:
    """The outcome of a permutation test of k columns.

    Attributes
    ----------
    p
        (k,), NaN where nothing can be permuted.
    levels
        Of each column, the p values that its permutations can reach, ascending; empty where ``p`` is NaN.
    exact
        Whether all permutations were counted.
    """

    p: NDArray[np.float64]
    levels: tuple[NDArray[np.float64], ...]
    exact: bool

    @property
    def least(self) -> NDArray[np.float64]:
        """The smallest p value that each column could reach (k,), NaN where there is none (Tarone 1990)."""
        return np.array([level[0] if len(level) else np.nan for level in self.levels])

    def attained(self, alpha: float | NDArray[np.float64]) -> NDArray[np.float64]:
        """The probability under the null (k,) that a column's p is at most ``alpha`` (a number, or one a column).

        It is the largest p value not above ``alpha`` that the column can reach, and 0 where there is none: what
        multiplicity adjusted for discrete tests needs (Tarone 1990; Heyse 2011).
        """
        limits = np.broadcast_to(np.asarray(alpha, dtype=np.float64) * (1 + _TIE), len(self.levels))
        places = [np.searchsorted(level, limit, side="right") for level, limit in zip(self.levels, limits, strict=True)]
        return np.array(
            [level[place - 1] if place else 0.0 for level, place in zip(self.levels, places, strict=True)]
        )  # fmt: skip


def permutation_test(
    values: ArrayLike,
    group: ArrayLike,
    strata: ArrayLike,
    *,
    n_permutations: int,
    seed: int,
    alternative: Alternative = "two-sided",
    studentised: bool = False,
) -> Permuted:
    """Is the mean of a group different from that of the other, within strata?

    The statistic is the difference of means that least squares with an effect of each stratum would give: differences
    of strata weighted by ``n_a n_b / (n_a + n_b)``. Labels are permuted within strata, all columns by the same
    permutations. All of them are counted if there are at most ``n_permutations + 1``; else that many are drawn and
    p is (b + 1) / (m + 1) (Phipson & Smyth 2010). With values of 0 and 1 in one stratum it is Fisher's exact test.

    ``studentised`` divides by the standard error that allows unequal variances (HC2: with one stratum, Welch's). The
    test then holds in large samples when the groups have one mean but different spread, as the counts of a shallow
    and a deep group have (Janssen 1997; Chung & Romano 2013), and stays exact where labels are exchangeable.

    Parameters
    ----------
    values
        (n, k). A column with a NaN is not tested.
    group
        (n,), True for the group of which ``greater`` says that it has more.
    strata
        (n,), any integers. A stratum with one group only does not count.
    n_permutations
        How many at most.
    seed
        Of the permutations that are drawn.
    alternative
        ``greater``: more in the group.
    studentised
        Allow for unequal variances.
    """
    y, g = np.asarray(values, dtype=np.float64), np.asarray(group, dtype=bool)
    blocks = _informative(g, np.asarray(strata))
    if not blocks:
        return Permuted(np.full(y.shape[1], np.nan), (np.empty(0),) * y.shape[1], True)
    use = np.concatenate(blocks)
    y, g, sizes = y[use], g[use], [len(block) for block in blocks]
    parts = _split(g, sizes)
    labels, exact = relabellings(parts, [False] * len(parts), n_permutations, seed)
    share = np.concatenate([np.full(len(part), part.mean()) for part in parts])
    design = _Design(labels.astype(np.float64), share, np.repeat(sizes, sizes))
    values = np.vstack([centred(part) for part in _split(y, sizes)])
    return permuted(values, design.welch if studentised else design.difference, len(labels), alternative, exact)


def permuted(
    values: NDArray[np.float64],
    statistic: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    n_relabellings: int,
    alternative: Alternative,
    exact: bool,
) -> Permuted:
    """The test by a statistic (m, k) of values (n, k) under m relabellings, of which the first is the observed one."""
    width = max(1, _CELLS // n_relabellings)
    p, levels = [], []
    for first in range(0, values.shape[1], width):
        each = statistic(values[:, first : first + width])
        each = np.abs(each) if alternative == "two-sided" else -each if alternative == "less" else each
        for column in each.T:
            one, reachable = _compare(column)
            p.append(one)
            levels.append(reachable)
    return Permuted(np.array(p), tuple(levels), exact)


def centred(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values (n, k) less their column's mean; what only rounding leaves is 0, or equal values would not tie."""
    rest = values - values.mean(axis=0)
    return np.where(np.abs(rest) <= _ROUNDING * np.abs(values).max(axis=0), 0.0, rest)


def _compare(statistics: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
    """The p of the first of the statistics among all, and every p that one of them would have."""
    if np.isnan(statistics).any():
        return np.nan, np.empty(0)
    ordered = np.sort(statistics)[::-1]
    tie = _TIE * np.abs(ordered[np.isfinite(ordered)]).max(initial=0.0)
    with np.errstate(invalid="ignore"):  # infinity less infinity: a tie
        ends = np.append(np.flatnonzero(ordered[:-1] - ordered[1:] > tie), len(ordered) - 1)
    levels = (ends + 1) / len(ordered)
    at_least = np.count_nonzero(statistics >= statistics[0] - tie) / len(statistics)
    return float(levels[np.searchsorted(levels, at_least * (1 - _TIE))]), levels


@dataclass(frozen=True)
class _Design:
    """Statistics under every relabelling of labels: each is linear in the labels, so one product gives all."""

    labels: NDArray[np.float64]  # (m, n): 1 for the group
    share: NDArray[np.float64]  # (n,): of the group in the stratum
    size: NDArray[np.int64]  # (n,): of the stratum

    def difference(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Σ n_a n_b / n (mean_a − mean_b) over strata, which is the group's sum of values values."""
        return self.labels @ values

    def welch(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The coefficient over its HC2 error; the stratum and its coefficient stay out by Frisch–Waugh–Lovell.

        With d the label less its stratum's share and b = Σ d y / Σ d², the error's square is
        Σ d² (y − b d)² / (1 − h) / (Σ d²)²; d and the leverage h take one value a group and stratum.
        """
        inside, outside = 1 - self.share, -self.share
        total = np.sum(self.share * (1 - self.share))
        weight = [self._weight(d, total) for d in (inside, outside)]
        coefficient = self.difference(values) / total
        squares = self._sum(weight, values**2)
        cross = self._sum([w * d for w, d in zip(weight, (inside, outside), strict=True)], values)
        fourth = self._sum([w * d**2 for w, d in zip(weight, (inside, outside), strict=True)], np.ones_like(values))
        variance = squares - 2 * coefficient * cross + coefficient**2 * fourth
        sure = variance > _TIE * squares.max(axis=0, initial=0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = coefficient * total / np.sqrt(np.where(sure, variance, 0.0))
        return np.where(np.abs(coefficient) * total <= _TIE * np.abs(values).sum(axis=0), 0.0, ratio)

    def _weight(self, d: NDArray[np.float64], total: float) -> NDArray[np.float64]:
        """d² / (1 − h); an observation that its own parameter fits (h = 1) has no residual."""
        free = 1 - 1 / self.size - d**2 / total
        return np.divide(d**2, free, out=np.zeros_like(d), where=free > _TIE)

    def _sum(self, weight: list[NDArray[np.float64]], values: NDArray[np.float64]) -> NDArray[np.float64]:
        inside, outside = (w[:, None] * values for w in weight)
        return self.labels @ (inside - outside) + outside.sum(axis=0)


def _informative(group: NDArray[np.bool_], strata: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """The rows of each stratum that holds both groups."""
    rows = [np.flatnonzero(strata == stratum) for stratum in np.unique(strata)]
    return [row for row in rows if 0 < group[row].sum() < len(row)]


def _split(values: NDArray[_T], sizes: list[int]) -> list[NDArray[_T]]:
    return np.split(values, np.cumsum(sizes)[:-1])
