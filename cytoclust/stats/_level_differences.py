"""Levels of two sides compared, as differences, where some units may lack one."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtr, stdtrit

from cytoclust.stats._compare import Basis, arrangements
from cytoclust.stats._log_rates import LogRates
from cytoclust.stats._moderated import Regression
from cytoclust.stats._questions import LEAST
from cytoclust.stats._step_down import step_down

__all__ = ["LevelDifferences", "level_differences"]

Matrix = NDArray[np.float64]

_ROUNDING = 1e-6
"""Bears on no result: what strata and covariates leave of a label, and is less, is rounding."""
_RAREST = 1e-300
"""Bears on no result: a p of the t distribution that is less is taken for this, so that its deviate is finite."""


@dataclass(frozen=True)
class LevelDifferences:
    """The outcome for k subjects; each array (k,), NaN of a subject that cannot be compared.

    Attributes
    ----------
    t
        Moderated t, positive where the side asked about is higher.
    difference, low, high
        Side asked about less the other, with effects of strata and covariates taken off, and its interval (of t).
    p, p_family
        Share of the arrangements of labels that give as much, in this subject, and in any (step-down maximum).
    p_model
        By the t distribution.
    least
        The least p that each could reach.
    n_arrangements
        That were counted.
    basis
        Whether labels were exchanged within strata, or between all patients.
    """

    t: Matrix
    difference: Matrix
    low: Matrix
    high: Matrix
    p: Matrix
    p_family: Matrix
    p_model: Matrix
    least: Matrix
    n_arrangements: int
    basis: Basis


def level_differences(
    levels: Matrix, inside: NDArray[np.bool_], *, strata: NDArray[np.int64], covariates: Matrix | None = None,
    two_sided: bool = False, alpha: float = 0.05, n_permutations: int = 9999, seed: int = 0, confidence: float = 0.95,
    pairs: bool = False,
) -> LevelDifferences:  # fmt: skip
    """Is the side asked about higher (or lower, if ``two_sided``) than the other, in any of the subjects?

    The moderated t (``_moderated.py``) of the units that have a level, every arrangement of the labels of all units,
    and the step-down maximum over subjects (``_step_down.py``) of the normal deviates that are as rare as t, since
    degrees of freedom differ. Exact where labels are exchangeable within strata. Units without a level may be more on
    one side, and then only labels of those that have one are exchangeable: such a subject, with others that the same
    units have, is held against all arrangements of theirs too, and the larger p counts.

    Parameters
    ----------
    levels
        Units × subjects (n, k) on a scale on which differences are told, NaN where there is none.
    inside, strata, covariates, two_sided, alpha, n_permutations, seed, confidence, pairs
        As for :func:`compare`.
    """
    y = np.asarray(levels, dtype=np.float64)
    x = np.zeros((len(y), 0)) if covariates is None else np.asarray(covariates, dtype=np.float64)
    fixed = np.lexsort(np.column_stack([strata, inside, y]).T[::-1])  # so that the sheet's order draws nothing else
    y, x, inside, strata = y[fixed], x[fixed], inside[fixed], strata[fixed]
    asked: dict[str, Any] = {
        "two_sided": two_sided, "alpha": alpha, "n_permutations": n_permutations, "seed": seed, "pairs": pairs,
    }  # fmt: skip
    labels, least, basis = arrangements(inside, strata, **asked)
    deviates = np.zeros((len(labels), y.shape[1]))
    told = {name: np.full(y.shape[1], np.nan) for name in ("t", "difference", "low", "high", "p_model")}
    own, least_of = np.zeros((2, y.shape[1])), np.full(y.shape[1], least)
    seen = np.isfinite(y)
    for rows in np.unique(seen, axis=1).T:
        mine = np.flatnonzero((seen == rows[:, None]).all(axis=0))
        if not _is_told(inside[rows], strata[rows], x[rows]):
            continue
        regression = Regression(LogRates(y[rows][:, mine], np.ones((rows.sum(), len(mine)))), strata[rows], x[rows])
        if not rows.all():
            drawn, fewest, _ = arrangements(inside[rows], strata[rows], **asked)
            own[:, mine] = step_down(_sided(regression.t(drawn, regression.prior())[0], two_sided=two_sided))
            least_of[mine] = max(fewest, least)
        of_all, deviates[:, mine] = _of_units(regression, labels[:, rows], confidence, two_sided=two_sided)
        for name, values in of_all.items():
            told[name][mine] = values
    known = np.isfinite(told["t"])
    p, family = (np.full(y.shape[1], np.nan) for _ in range(2))
    if known.any():
        alone, together = step_down(_sided(deviates[:, known], two_sided=two_sided))
        p[known], family[known] = np.maximum(alone, own[0, known]), np.maximum(together, own[1, known])
    return LevelDifferences(
        **told, p=p, p_family=family, least=np.where(known, least_of, np.nan), n_arrangements=len(labels), basis=basis
    )


def _of_units(
    regression: Regression, labels: NDArray[np.bool_], confidence: float, *, two_sided: bool
) -> tuple[dict[str, Matrix], Matrix]:
    """What is told of subjects that the same units have; and deviates (m, k) of all arrangements."""
    prior = regression.prior()
    freedom = prior[0] + regression.freedom
    t, coefficient = regression.t(labels, prior)
    observed, difference = t[0], coefficient[0]
    error = np.abs(np.divide(difference, observed, out=np.full(observed.shape, np.inf), where=observed != 0))
    reach = -stdtrit(freedom, (1 - confidence) / 2) * error
    told = {
        "t": observed, "difference": difference, "low": difference - reach, "high": difference + reach,
        "p_model": np.minimum(stdtr(freedom, -_sided(observed, two_sided=two_sided)) * (1 + two_sided), 1.0),
    }  # fmt: skip
    return told, -np.sign(t) * ndtri(np.maximum(stdtr(freedom, -np.abs(t)), _RAREST))


def _sided(t: Matrix, *, two_sided: bool) -> Matrix:
    return np.abs(t) if two_sided else t


def _is_told(inside: NDArray[np.bool_], strata: NDArray[np.int64], x: Matrix) -> bool:
    """Whether either side has units enough, and strata and covariates leave something of the label and a residual."""
    if min(np.count_nonzero(inside), np.count_nonzero(~inside)) < LEAST:
        return False
    design = np.hstack([(strata[:, None] == np.unique(strata)).astype(np.float64), x])
    label = inside.astype(np.float64)
    rest = label - design @ np.linalg.lstsq(design, label, rcond=None)[0]
    return bool(np.abs(rest).max() > _ROUNDING and len(label) - np.linalg.matrix_rank(design) >= LEAST)
