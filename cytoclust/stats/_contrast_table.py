"""One row a subject and comparison: how different, how sure, of how many patients."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from cytoclust import keys, params
from cytoclust.findings import to_cell
from cytoclust.stats._compare import compare
from cytoclust.stats._corrected import alpha_of_each, n_questions
from cytoclust.stats._counted import Counted
from cytoclust.stats._covariates import with_covariates
from cytoclust.stats._question_notes import question_notes
from cytoclust.stats._questions import Question, pairs_of

__all__ = ["contrast_table"]

COLUMNS = (
    keys.POPULATION, keys.CLUSTER, keys.CONTRAST, keys.TIMEPOINT, keys.DENOMINATOR, keys.N_A, keys.N_B, keys.LEVEL_A,
    keys.LEVEL_B, keys.RATIO, keys.RATIO_LOW, keys.RATIO_HIGH, keys.P, keys.Q, keys.BASIS, keys.NOTE, "question",
    "side_a", "side_b",
)  # fmt: skip


def contrast_table(
    subjects: pd.DataFrame,
    counted: Counted,
    sheet: pd.DataFrame,
    *,
    denominators: Sequence[str],
    contrasts: params.Contrasts = params.D.contrasts,
    detect: params.Detect = params.D.detect,
    seed: int = 0,
) -> pd.DataFrame:
    """The table ``contrasts.csv``: every population and cluster in every comparison of groups and of times, two-sided.

    The engine is that of :func:`discovery_table` (``_compare.py``): ``q`` is adjusted for all subjects by the step-down
    maximum, and for the comparisons that can reach ``contrasts.alpha``. Markers are not tested: they made the clusters.

    Parameters
    ----------
    subjects, counted, sheet
        As for :func:`discovery_table`.
    denominators
        Of each subject: what its levels are a part of, in words.
    contrasts, detect
        What to compare, the error allowed, confidence of intervals.
    seed
        Of arrangements, where there are too many to count all.

    Returns
    -------
    Its columns: ``level_a`` and ``level_b`` are medians over patients per million cells, ``ratio`` how many times
    as much the first side has; ``note`` codes of findings with their data.

    Raises
    ------
    InputError
        A contrast given by hand that cannot be made.
    """
    asked = [with_covariates(each, sheet, contrasts.covariates) for each in pairs_of(sheet, contrasts)]
    alpha = alpha_of_each(asked, contrasts.alpha, two_sided=True)
    tested = [_test(question, counted, alpha, contrasts, detect, seed) for question in asked]
    times = n_questions([each["least"] for each in tested if each], contrasts.alpha)
    rows: list[dict[str, Any]] = []
    for question, test in zip(asked, tested, strict=True):
        units = counted.of_units(question.units)
        level = 1e6 * units.events / np.maximum(units.cells, 1)
        a, b = (np.median(level[side], axis=0) for side in (question.inside, ~question.inside))
        note = to_cell(question_notes(question, test["least"] * times if test else None, alpha=contrasts.alpha))
        n_a, n_b = (len(question.patients_of(inside=inside)) for inside in (True, False))
        rows += [
            {
                **{key: subjects.iloc[i][key] for key in (keys.POPULATION, keys.CLUSTER)},
                keys.CONTRAST: question.contrast,
                keys.TIMEPOINT: question.timepoint if question.kind == "group" else " vs ".join(question.sides),
                keys.DENOMINATOR: denominators[i],
                keys.N_A: n_a,
                keys.N_B: n_b,
                keys.LEVEL_A: a[i],
                keys.LEVEL_B: b[i],
                **{
                    key: test[key][i] if test else np.nan
                    for key in (keys.RATIO, keys.RATIO_LOW, keys.RATIO_HIGH, keys.P)
                },
                keys.Q: min(1.0, test["p_family"][i] * times) if test else np.nan,
                keys.BASIS: test["basis"] if test else "",
                keys.NOTE: note,
                "question": question.kind,
                "side_a": question.sides[0],
                "side_b": question.sides[1],
            }
            for i in range(len(subjects))
        ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({keys.N_A: int, keys.N_B: int})


def _test(
    question: Question, counted: Counted, alpha: float, contrasts: params.Contrasts, detect: params.Detect, seed: int
) -> dict[str, Any]:
    """Of each subject; empty where a batch or covariate and the side cannot be told apart."""
    if question.confounded or question.separated:
        return {}
    units = counted.of_units(question.units)
    found = compare(
        units.events, units.ordinary, question.inside, strata=question.strata, covariates=question.covariates,
        two_sided=True, alpha=alpha, n_permutations=contrasts.permutations, seed=seed,
        confidence=detect.confidence, pairs=question.paired,
    )  # fmt: skip
    return {
        keys.RATIO: found.ratio, keys.RATIO_LOW: found.low, keys.RATIO_HIGH: found.high, keys.P: found.p,
        "p_family": found.p_family, "basis": found.basis, "least": found.least,
    }  # fmt: skip
