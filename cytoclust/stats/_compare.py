"""Two sides compared in every subject at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, prod
from typing import Literal

import numpy as np
import scipy
from numpy.typing import NDArray
from scipy.special import stdtr

from cytoclust.stats._equal_depth import share_kept, thinned
from cytoclust.stats._log_rates import common_dispersion, log_rates
from cytoclust.stats._moderated import Regression
from cytoclust.stats._ratio import ratio_interval
from cytoclust.stats._relabellings import relabellings
from cytoclust.stats._step_down import step_down

__all__ = ["Basis", "Compared", "arrangements", "compare", "least_p"]

Matrix = NDArray[np.float64]
Basis = Literal["within strata", "all patients, strata in the statistic"]


@dataclass(frozen=True)
class Compared:
    """The outcome for k subjects; each array (k,).

    Attributes
    ----------
    t
        Moderated t, positive where the side asked about has more; of the two, the one nearer to 0.
    p, p_family
        Share of the arrangements of labels that give as much, in this subject, and in any subject (step-down maximum):
        the larger of those at all depth and at equal depth.
    p_model
        By the t distribution, never below the binomial p of the pooled counts: where arrangements are too few.
    ratio, low, high
        Of the rates, with its interval.
    least
        The least p that any subject could reach.
    n_arrangements
        That were counted.
    basis
        Whether labels were exchanged within strata, or between all patients.
    """

    t: Matrix
    p: Matrix
    p_family: Matrix
    p_model: Matrix
    ratio: Matrix
    low: Matrix
    high: Matrix
    least: float
    n_arrangements: int
    basis: Basis


def least_p(inside: NDArray[np.bool_], strata: NDArray[np.int64], *, two_sided: bool = False) -> float:
    """The least p that arrangements of labels within strata can give: 1 where there is but one arrangement."""
    rows = [inside[strata == stratum] for stratum in np.unique(strata)]
    total = prod(comb(len(row), int(row.sum())) for row in rows)
    mirrored = two_sided and all(2 * int(row.sum()) == len(row) or row.all() or not row.any() for row in rows)
    return min(1.0, (2.0 if mirrored else 1.0) / total)


def compare(
    events: Matrix, cells: Matrix, inside: NDArray[np.bool_], *, strata: NDArray[np.int64],
    covariates: Matrix | None = None, two_sided: bool = False, alpha: float = 0.05, n_permutations: int = 9999,
    seed: int = 0, confidence: float = 0.95, pairs: bool = False, worth: float = 1.0,
    also: NDArray[np.bool_] | None = None,
) -> Compared:  # fmt: skip
    """Has the side asked about more (or less, if ``two_sided``) than the other, in any of the subjects?

    One score a unit and subject that does not depend on depth (``_log_rates.py``), one moderated t (``_moderated.py``),
    every arrangement of the labels within strata, and the step-down maximum over subjects (``_step_down.py``). The test
    is exact where labels are exchangeable within strata, whatever the model is worth; the model gives it power.

    Where depth goes with the label, units are not exchangeable, and the score's mean is free of depth only if rates are
    gamma: of a population that half of the patients lack, it is not. So the same is asked a second time at equal depth
    (``_equal_depth.py``), where the score's mean is free of depth whatever rates are distributed like, and the larger p
    counts: that cannot make the test less exact. Signs within pairs can be exchanged only if differences are
    distributed alike up and down: pairs are thinned by drawing, and p is the mean over draws.

    Where arrangements within strata are too few for ``alpha``, labels are exchanged among all units, with the effects
    of strata in the statistic: exact only if strata differ by a factor. Never so for ``pairs``.

    Parameters
    ----------
    events, cells
        Units × subjects (n, k): events, and the cells they are a part of.
    inside
        (n,) the side asked about.
    strata
        (n,) batches, or patients of paired visits.
    covariates
        (n, q) numbers that enter the regression.
    two_sided
        Whether less counts as well as more.
    alpha
        The error that the question may make.
    n_permutations, seed
        If there are more arrangements, so many are drawn, with this seed.
    confidence
        Of the interval of the ratio.
    pairs
        Strata are patients.
    worth, also
        Ratios are worked out where p or p_model is no larger, and of subjects (k,) that are wanted in any case; NaN
        elsewhere.
    """
    y, of = np.asarray(events, dtype=np.float64), np.asarray(cells, dtype=np.float64)
    x = np.zeros((len(y), 0)) if covariates is None else np.asarray(covariates, dtype=np.float64)
    fixed = np.lexsort(np.column_stack([strata, inside, of, y]).T)  # so that the sheet's order draws nothing else
    y, of, x, inside, strata = y[fixed], of[fixed], x[fixed], inside[fixed], strata[fixed]
    dispersion = common_dispersion(y, of, strata)
    regression = Regression(log_rates(y, of, strata, dispersion), strata, x)
    kept = share_kept(of, inside, strata)
    if pairs:
        alike = [log_rates(each, of * kept, strata, dispersion) for each in thinned(y, kept, seed)]
    else:
        alike = [log_rates(y, of, strata, dispersion, kept=kept)]
    equal = [Regression(each, strata, x) for each in alike]
    found = _arranged(
        (regression, *equal), inside, two_sided=two_sided, alpha=alpha, n_permutations=n_permutations, seed=seed,
        pairs=pairs,
    )  # fmt: skip
    model = np.minimum(np.maximum(found.model, _pooled(y, of, inside, two_sided=two_sided)), 1.0)
    ratios = np.full((3, y.shape[1]), np.nan)
    told = (found.alone <= worth) | (model <= worth) | (False if also is None else also)
    if told.any():
        ratios[:, told] = ratio_interval(
            y[:, told], of[:, told], inside, strata, dispersion=dispersion, prior=found.prior, covariates=x,
            confidence=confidence,
        )  # fmt: skip
    ratio, low, high = ratios
    return Compared(found.t, found.alone, found.family, model, ratio, low, high, found.least, found.n, found.basis)


def arrangements(
    inside: NDArray[np.bool_], strata: NDArray[np.int64], *, two_sided: bool, alpha: float, n_permutations: int,
    seed: int, pairs: bool,
) -> tuple[NDArray[np.bool_], float, Basis]:  # fmt: skip
    """Labels (m, n) in every arrangement, the observed first; the least p they can give; among whom exchanged."""
    exchange, basis = strata, _BASES[0]
    if not pairs and least_p(inside, strata, two_sided=two_sided) > alpha:
        exchange, basis = np.zeros_like(strata), _BASES[1]
    rows = [np.flatnonzero(exchange == stratum) for stratum in np.unique(exchange)]
    drawn = relabellings([inside[row] for row in rows], n_permutations, seed)
    least = max(least_p(inside, exchange, two_sided=two_sided), 1.0 / len(drawn))
    return drawn[:, np.argsort(np.concatenate(rows))], least, basis


@dataclass(frozen=True)
class _Arranged:
    """The observed statistic, its coefficient, and what all arrangements of labels tell of it; arrays (k,)."""

    t: Matrix
    coefficient: Matrix
    alone: Matrix
    family: Matrix
    model: Matrix
    prior: tuple[float, float]
    least: float
    n: int
    basis: Basis


def _arranged(
    regressions: Sequence[Regression], inside: NDArray[np.bool_], *, two_sided: bool, alpha: float,
    n_permutations: int, seed: int, pairs: bool,
) -> _Arranged:  # fmt: skip
    """Of the first regression; where there are others, the larger p: its own, or the mean of theirs.

    Of t, likewise, the nearer to 0. The coefficient is of the first.
    """
    regression = regressions[0]
    strata, prior = regression.strata, regression.prior()
    drawn, least, basis = arrangements(
        inside, strata, two_sided=two_sided, alpha=alpha, n_permutations=n_permutations, seed=seed, pairs=pairs
    )
    moderated = [each.t(drawn, each.prior()) for each in regressions]
    full, *again = [step_down(np.abs(t) if two_sided else t) for t, _ in moderated]
    alone, family, observed = *full, moderated[0][0][0]
    if again:
        alone, family = (np.maximum(full[i], np.mean([each[i] for each in again], axis=0)) for i in (0, 1))
        mean = np.mean([t[0] for t, _ in moderated[1:]], axis=0)
        observed = np.where(np.abs(observed) < np.abs(mean), observed, mean)
    model = stdtr(max(prior[0] + regression.freedom, 1e-9), -(np.abs(observed) if two_sided else observed))
    model = np.minimum(model * (1 + two_sided), 1.0)
    return _Arranged(observed, moderated[0][1][0], alone, family, model, prior, least, len(drawn), basis)


_BASES: tuple[Basis, Basis] = ("within strata", "all patients, strata in the statistic")


def _pooled(events: Matrix, cells: Matrix, inside: NDArray[np.bool_], *, two_sided: bool) -> Matrix:
    """P of the pooled counts (k,), as if patients did not differ: no p by a model can be less."""
    n_in, n = events[inside].sum(axis=0), events.sum(axis=0)
    share = cells[inside].sum(axis=0) / np.maximum(cells.sum(axis=0), 1e-300)
    upper, lower = (
        scipy.stats.binom.sf(np.ceil(n_in) - 1, np.ceil(n), share),
        scipy.stats.binom.cdf(np.floor(n_in), np.ceil(n), share),
    )
    return np.asarray(np.minimum(2 * np.minimum(upper, lower), 1.0) if two_sided else upper)
