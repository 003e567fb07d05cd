"""What the patients say to one question, for every subject at once."""

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from cytoclust import params
from cytoclust.stats._blank import FALSE_ALARM, limit_of_blank, upper_limit
from cytoclust.stats._compare import Compared, compare
from cytoclust.stats._counted import Counted
from cytoclust.stats._questions import Question

__all__ = ["Evidence", "evidence"]

Matrix = NDArray[np.float64]

_FAR_BELOW = 0.1
"""Of the level found, that the others' upper limit must not exceed for "only". Convention: one order of magnitude."""


@dataclass(frozen=True)
class Evidence:
    """Of k subjects, each array (k,).

    Attributes
    ----------
    n_in, n_out
        Patients of either side with more than their background makes.
    events_in, events_out, cells_in, cells_out
        Of all patients of a side.
    level_in
        Median level of the patients asked about, per million.
    upper_out
        Upper limit of the others' level, per million, their events taken together.
    only
        Whether each of the others is within his background, and ``upper_out`` is far below ``level_in``.
    compared
        The test; None where a batch or covariate and the side cannot be told apart.
    """

    n_in: NDArray[np.int64]
    n_out: NDArray[np.int64]
    events_in: Matrix
    events_out: Matrix
    cells_in: Matrix
    cells_out: Matrix
    level_in: Matrix
    upper_out: Matrix
    only: NDArray[np.bool_]
    compared: Compared | None


def evidence(
    question: Question, counted: Counted, *, alpha: float, worth: float, contrasts: params.Contrasts,
    detect: params.Detect, seed: int,
) -> Evidence:  # fmt: skip
    """Compare the side asked about with the other.

    What the side asked about shows by background alone, beyond what the others do, is taken off first: its 99 % limit,
    so that events in nobody's population that follow, say, the tumour make no claim.

    Parameters
    ----------
    question
        Who is compared.
    counted
        Samples × subjects, in the order of the sheet that the question is of.
    alpha
        The error that this question may make.
    worth
        p up to which a ratio is worked out; and of what occurs only on the side asked about.
    contrasts, detect
        Arrangements at most, confidence.
    seed
        Of arrangements, where there are too many to count all.
    """
    units, inside = counted.of_units(question.units), question.inside
    shown = units.events > limit_of_blank(units.background)
    level = 1e6 * np.median(units.events[inside] / np.maximum(units.cells[inside], 1), axis=0)
    sums = [each[side].sum(axis=0) for each in (units.events, units.cells) for side in (inside, ~inside)]
    upper = 1e6 * upper_limit(sums[1], confidence=detect.confidence) / np.maximum(sums[3], 1)
    n_out = _patients(shown, question, inside=False)
    only = (n_out == 0) & (upper <= _FAR_BELOW * level)
    compared = None
    if not question.confounded and not question.separated:
        compared = compare(
            _without_background(units, inside), units.ordinary, inside, strata=question.strata,
            covariates=question.covariates, alpha=alpha, worth=worth, also=only,
            n_permutations=contrasts.permutations, seed=seed, confidence=detect.confidence, pairs=question.paired,
        )  # fmt: skip
    return Evidence(
        n_in=_patients(shown, question, inside=True), n_out=n_out, events_in=sums[0], events_out=sums[1],
        cells_in=sums[2], cells_out=sums[3], level_in=level, upper_out=upper,
        only=only, compared=compared,
    )  # fmt: skip


def _without_background(units: Counted, inside: NDArray[np.bool_]) -> Matrix:
    """Events (n, k) less, on the side asked about, the limit of the background that the other side has not."""
    others = units.background[~inside].sum(axis=0) / np.maximum(units.cells[~inside].sum(axis=0), 1)
    excess = np.maximum(units.background - others * units.cells, 0.0)
    off = np.where(excess > 0, scipy.stats.poisson.ppf(1 - FALSE_ALARM, excess), 0.0)
    return np.maximum(units.events - np.where(inside[:, None], off, 0.0), 0.0)


def _patients(shown: NDArray[np.bool_], question: Question, *, inside: bool) -> NDArray[np.int64]:
    """Patients (k,) of a side in whom a subject is seen."""
    who = np.array(question.patients, dtype=object)
    rows = [np.flatnonzero((who == name) & (question.inside == inside)) for name in question.patients_of(inside=inside)]
    return np.array([shown[row].any(axis=0) for row in rows]).sum(axis=0)
