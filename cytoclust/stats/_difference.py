"""The difference between two sets of patients: effect, interval and p."""

from dataclasses import dataclass, replace
from itertools import compress

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from cytoclust.stats._comparisons import Comparison
from cytoclust.stats._paired_test import informative_pairs, paired_test
from cytoclust.stats._permutation_test import Permuted, permutation_test

__all__ = ["Difference", "difference"]


@dataclass(frozen=True)
class Difference:
    """Of k populations.

    Attributes
    ----------
    test
        In words; "" where nothing could be tested.
    counted
        (u,) patients, a then b, that the test rests on.
    effect, ci_low, ci_high
        (k,) difference of the means of a and b, and the limits of its interval (NaN where there is none).
    permuted
        The test.
    """

    test: str
    counted: NDArray[np.bool_]
    effect: NDArray[np.float64]
    ci_low: NDArray[np.float64]
    ci_high: NDArray[np.float64]
    permuted: Permuted


def difference(
    values: NDArray[np.float64], used: NDArray[np.bool_], comparison: Comparison, *,
    n_permutations: int, confidence: float, seed: int,
) -> Difference:  # fmt: skip
    """Compare values (u, k) of the patients of ``comparison``, a then b, that are ``used`` (u,).

    The effect is the coefficient of least squares with an effect of each batch. Its interval is by Student's t: of
    pairs, the usual one; of groups, with errors that allow unequal variances (HC3, MacKinnon & White 1985). p is
    two-sided, by permutation within batches: of groups, of the studentised difference; of pairs, by flipping signs.
    Where no batch holds both sides, the effect is the plain difference, without interval or p.
    """
    if comparison.paired:
        return _of_pairs(values, used, comparison, n_permutations, confidence, seed)
    n = len(comparison.a)
    kept = _only(comparison, used[:n], used[n:])
    y, group, strata = values[used], np.repeat([True, False], [len(kept.a), len(kept.b)]), kept.strata
    inside = np.isin(strata, [s for s in np.unique(strata) if 0 < group[strata == s].mean() < 1])
    if not inside.any():
        return _untested(used, y[group], y[~group])
    design = np.column_stack([group, *(strata == s for s in np.unique(strata[inside]))])[inside].astype(float)
    found = permutation_test(y, group, strata, n_permutations=n_permutations, seed=seed, studentised=True)
    text = "permutation" + (" within batches" if design.shape[1] > 2 else "")
    fitted = _fit(y[inside], design, confidence, robust=True)
    return Difference(_named(text, found), _back(used, inside), *fitted, found)


def _of_pairs(
    values: NDArray[np.float64], used: NDArray[np.bool_], comparison: Comparison, n_permutations: int,
    confidence: float, seed: int,
) -> Difference:  # fmt: skip
    n = len(comparison.a)
    both = used[:n] & used[n:]
    kept = _only(comparison, both, both)
    d, strata, turned = (values[:n] - values[n:])[both], kept.strata, kept.turned
    inside = informative_pairs(strata, ~turned)
    if not inside.any():
        return _untested(np.tile(both, 2), d, np.zeros_like(d))
    way = np.where(turned, -1.0, 1.0)
    crossed = [np.where(strata == s, way, 0.0) for s in np.unique(strata[inside & (strata > 0)])]
    design = np.column_stack([np.ones(len(d)), *crossed])[inside]
    found = paired_test(d, strata, turned, n_permutations=n_permutations, seed=seed)
    text = "sign flips" + (", batches crossed over" if crossed else "")
    fitted = _fit(d[inside], design, confidence, robust=False)
    return Difference(_named(text, found), _back(np.tile(both, 2), np.tile(inside, 2)), *fitted, found)


def _fit(
    y: NDArray[np.float64], design: NDArray[np.float64], confidence: float, *, robust: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """The first coefficient of each column, and its limits: NaN where the design leaves a patient no residual.

    Its variance is ``s² (X'X)⁻¹`` with s² the residual variance, or, if ``robust``, ``X⁺ diag(r / (1 - h))² X⁺'`` with
    the residuals r and leverages h (HC3, MacKinnon and White 1985, J Econometrics 29:305).
    """
    effect = np.linalg.lstsq(design, y, rcond=None)[0][0]
    inverse = np.linalg.pinv(design)
    unscaled = inverse @ inverse.T
    leverage = np.diag(design @ (unscaled @ design.T))
    if len(y) <= design.shape[1] or leverage.max() > 1 - 1e-9:
        return effect, np.full(len(effect), np.nan), np.full(len(effect), np.nan)
    freedom = len(y) - np.linalg.matrix_rank(design)
    limits = []
    for column in y.T:
        fitted = inverse @ column
        residuals = column - design @ fitted
        weights = (residuals / (1 - leverage)) ** 2
        spread = residuals @ residuals / freedom
        covariance = inverse @ (weights[:, None] * inverse.T) if robust else unscaled * spread
        half = student.ppf(1 - (1 - confidence) / 2, freedom) * np.sqrt(covariance[0, 0])
        limits.append((fitted[0] - half, fitted[0] + half))
    low, high = np.reshape(limits, (-1, 2)).T
    return effect, low, high


def _untested(used: NDArray[np.bool_], a: NDArray[np.float64], b: NDArray[np.float64]) -> Difference:
    nothing = np.full(a.shape[1], np.nan)
    effect = a.mean(axis=0) - b.mean(axis=0) if min(len(a), len(b)) else nothing
    return Difference("", used, effect, nothing, nothing, Permuted(nothing, (np.empty(0),) * len(nothing), True))


def _only(comparison: Comparison, a: NDArray[np.bool_], b: NDArray[np.bool_]) -> Comparison:
    return replace(
        comparison,
        a=tuple(compress(comparison.a, a)),
        b=tuple(compress(comparison.b, b)),
        batch_a=tuple(compress(comparison.batch_a, a)),
        batch_b=tuple(compress(comparison.batch_b, b)),
    )


def _back(used: NDArray[np.bool_], inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Of those used, the ones inside, among all."""
    result = used.copy()
    result[used] = inside
    return result


def _named(text: str, found: Permuted) -> str:
    return f"exact {text}" if found.exact else text
