"""One row a population, marker and comparison: how much brighter, how sure, of how many patients."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys, params
from cytoclust.findings import Finding, to_cell
from cytoclust.positivity import Profile
from cytoclust.stats._corrected import alpha_of_each, n_questions
from cytoclust.stats._covariates import with_covariates
from cytoclust.stats._discovery_table import APART
from cytoclust.stats._level_differences import LevelDifferences, level_differences
from cytoclust.stats._population_levels import FEWEST_EVENTS, population_levels
from cytoclust.stats._question_notes import question_notes
from cytoclust.stats._questions import Question, pairs_of

__all__ = ["marker_level_table"]

COLUMNS = (
    keys.POPULATION, keys.CLUSTER, keys.MARKER, keys.CONTRAST, keys.TIMEPOINT, keys.N_A, keys.N_B, keys.LEVEL_A,
    keys.LEVEL_B, keys.DIFFERENCE, keys.DIFFERENCE_LOW, keys.DIFFERENCE_HIGH, keys.P, keys.Q, keys.BASIS, keys.NOTE,
)  # fmt: skip


def marker_level_table(
    profile: Profile,
    subjects: Mapping[tuple[str, str], Sequence[int]],
    sheet: pd.DataFrame,
    *,
    clustered: Collection[str],
    shifts: pd.DataFrame | None = None,
    contrasts: params.Contrasts = params.D.contrasts,
    detect: params.Detect = params.D.detect,
    seed: int = 0,
) -> pd.DataFrame:
    """The table ``marker_levels.csv``: levels of markers within populations, two-sided, as of :func:`contrast_table`.

    Only stained markers that the clusters were not made by are compared: of one that made them, cells of another level
    are in another cluster, so that its level within a cluster says nothing. Levels are those of
    :func:`population_levels`; ``q`` is adjusted for all populations and markers by the step-down maximum, and for the
    comparisons that can reach ``contrasts.alpha``.

    Parameters
    ----------
    profile
        The clusters, with their medians in each sample.
    subjects
        By population and cluster ("" for populations), the clusters that each is made of, as places in the profile.
    sheet
        Index sample: ``patient_id, group, timepoint, batch`` and covariates.
    clustered
        Markers that the clusters were made by; where none is known, nothing is compared.
    shifts
        As for :func:`discovery_table`: a marker whose background differs between the sides is told to.
    contrasts, detect
        What to compare, the error allowed, confidence of intervals.
    seed
        Of arrangements, where there are too many to count all.

    Returns
    -------
    Its columns, empty where there is nothing to compare; ``level_a`` and ``level_b`` are medians over patients.
    """
    profile = (profile.straight or profile).stained()
    markers = [j for j, name in enumerate(profile.markers) if name not in clustered]
    asked = [with_covariates(each, sheet, contrasts.covariates) for each in pairs_of(sheet, contrasts)]
    if not (clustered and markers and subjects and asked and len(profile.samples)):
        return pd.DataFrame(columns=list(COLUMNS))
    place = [profile.samples.index(str(sample)) for sample in sheet.index]
    alpha = alpha_of_each(asked, contrasts.alpha, two_sided=True)
    tested = []
    for question in asked:
        units = [tuple(place[row] for row in unit) for unit in question.units]
        levels = _complete(population_levels(profile, list(subjects.values()), markers, units), question)
        tested.append((question, levels, _test(question, levels, alpha, contrasts, detect, seed)))
    least = [float(np.nanmin(test.least)) for *_, test in tested if test and np.isfinite(test.least).any()]
    times = n_questions(least, contrasts.alpha)
    names = [profile.markers[j] for j in markers]
    rows = [
        row
        for question, levels, test in tested
        for row in _rows(question, levels, test, list(subjects), names, shifts, times, contrasts.alpha)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({keys.N_A: int, keys.N_B: int})


def _complete(levels: NDArray[np.float64], question: Question) -> NDArray[np.float64]:
    """Paired visits: without those of a patient who lacks the level at the other."""
    if question.paired:
        for stratum in np.unique(question.strata):
            mine = question.strata == stratum
            levels[mine] = np.where(np.isnan(levels[mine]).any(axis=0), np.nan, levels[mine])
    return levels


def _test(
    question: Question, levels: NDArray[np.float64], alpha: float, contrasts: params.Contrasts, detect: params.Detect,
    seed: int,
) -> LevelDifferences | None:  # fmt: skip
    """Of each subject and marker, side by side; None where batch or covariate and side cannot be told apart."""
    if question.confounded or question.separated:
        return None
    return level_differences(
        levels.reshape(len(levels), -1), question.inside, strata=question.strata, covariates=question.covariates,
        two_sided=True, alpha=alpha, n_permutations=contrasts.permutations, seed=seed, confidence=detect.confidence,
        pairs=question.paired,
    )  # fmt: skip


def _rows(
    question: Question, levels: NDArray[np.float64], test: LevelDifferences | None,
    subjects: Sequence[tuple[str, str]], markers: Sequence[str], shifts: pd.DataFrame | None, times: int, alpha: float,
) -> list[dict[str, Any]]:  # fmt: skip
    rows = []
    differ = {name for name in markers if shifts is not None and _moved_apart(question, shifts, name)}
    for place, (i, j) in enumerate(np.ndindex(levels.shape[1:])):
        level = levels[:, i, j]
        a, b = (level[side & np.isfinite(level)] for side in (question.inside, ~question.inside))
        if not len(a) and not len(b):
            continue
        lacking = int(np.isnan(level).sum()) // (2 if question.paired else 1)
        few = [Finding("too few events", n=lacking, least=FEWEST_EVENTS)] if lacking else []
        least = test.least[place] * times if test else None
        notes = question_notes(question, least, alpha=alpha, lacking=few)
        notes += [Finding("background of samples differs", markers=[markers[j]])] if markers[j] in differ else []
        told = {
            keys.DIFFERENCE: test.difference, keys.DIFFERENCE_LOW: test.low, keys.DIFFERENCE_HIGH: test.high,
            keys.P: test.p, keys.Q: np.minimum(test.p_family * times, 1.0),
        } if test else {}  # fmt: skip
        rows.append({
            **dict(zip((keys.POPULATION, keys.CLUSTER), subjects[i], strict=True)),
            keys.MARKER: markers[j],
            keys.CONTRAST: question.contrast,
            keys.TIMEPOINT: question.timepoint if question.kind == "group" else " vs ".join(question.sides),
            keys.N_A: len(a),
            keys.N_B: len(b),
            keys.LEVEL_A: np.median(a) if len(a) else np.nan,
            keys.LEVEL_B: np.median(b) if len(b) else np.nan,
            **{key: float(values[place]) for key, values in told.items()},
            keys.BASIS: test.basis if test and np.isfinite(test.p[place]) else "",
            keys.NOTE: to_cell(notes),
        })  # fmt: skip
    return rows


def _moved_apart(question: Question, shifts: pd.DataFrame, marker: str) -> bool:
    inside, outside = (shifts[marker].iloc[question.rows(inside=side)].mean() for side in (True, False))
    return bool(abs(inside - outside) >= APART)
