"""What a comparison takes into account beside batches: sex, site, age."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.stats._questions import Question

__all__ = ["with_covariates"]


def with_covariates(question: Question, sheet: pd.DataFrame, names: Sequence[str]) -> Question:
    """The question with columns of the sheet taken into account; a question about paired visits stays as it is.

    Words (sex, site) divide the strata further, if both sides are in every stratum that comes of it, else they enter
    the regression, as numbers (age) do. Of a column that separates the sides, the question tells its name.

    Parameters
    ----------
    question
        Of :func:`questions` or :func:`pairs_of`, made of ``sheet``.
    sheet
        Index sample.
    names
        Of its columns (``contrasts.covariates``).

    Raises
    ------
    InputError
        A column that is not there, or a sample without a number where the others have one.
    """
    if question.paired:
        return question
    for name in names:
        question = _with(question, sheet, name)
    inseparable = question.separated or question.confounded or not names
    if not inseparable and _spanned(question):
        question = replace(question, separated=" and ".join(names))
    return replace(question, adjusted=tuple(names))


def _with(question: Question, sheet: pd.DataFrame, name: str) -> Question:
    values = _column(sheet, name)
    numbers = pd.to_numeric(values, errors="coerce")
    if numbers.notna().any() and (numbers.notna() | (values == "")).all():
        if numbers.isna().any():
            raise InputError(
                f"The contrasts.covariates parameter: column {name!r} of the sheet has numbers, and none for sample "
                f"{sheet.index[numbers.isna().to_numpy()][0]!r}. Give it one, or leave the sample or the column out."
            )
        column = np.array([numbers.iloc[list(unit)].mean() for unit in question.units])
        one, other = column[question.inside], column[~question.inside]
        apart = one.min() > other.max() or other.min() > one.max()
        return _add(question, column[:, None], separated=name if apart else "")
    levels = np.array(["+".join(dict.fromkeys(values.iloc[list(unit)])) for unit in question.units], dtype=object)
    if not set(levels[question.inside]) & set(levels[~question.inside]):
        return _add(question, np.empty((len(levels), 0)), separated=name)
    finer = tuple(f"{old}\t{new}" if old else new for old, new in zip(question.levels or [""] * len(levels), levels,
                                                                    strict=True))  # fmt: skip
    divided = replace(question, levels=finer)
    if all(len(set(question.inside[divided.strata == stratum])) == 2 for stratum in np.unique(divided.strata)):
        return divided
    columns = [(levels == level).astype(np.float64) for level in sorted(set(levels))[1:]]
    return _add(question, np.array(columns).reshape(len(columns), len(levels)).T)


def _column(sheet: pd.DataFrame, name: str) -> pd.Series:
    if name not in sheet or name in keys.SHEET_COLUMNS:
        has = [each for each in sheet if each not in keys.SHEET_COLUMNS]
        known = f"Its further columns are {', '.join(map(str, has))}" if has else "It has no further columns"
        raise InputError(f"The contrasts.covariates parameter: the sheet has no further column {name!r}. {known}.")
    return sheet[name].where(sheet[name].notna(), "").astype(str).str.strip()


def _add(question: Question, columns: NDArray[np.float64], separated: str = "") -> Question:
    old = np.empty((len(question.units), 0)) if question.numbers is None else question.numbers
    return replace(question, numbers=np.hstack([old, columns]), separated=question.separated or separated)


def _spanned(question: Question) -> bool:
    """Whether strata and covariates together leave nothing of the sides, or no patient to tell how they differ."""
    strata = (question.strata[:, None] == np.unique(question.strata)).astype(np.float64)
    design = np.hstack([strata, question.covariates])
    side = question.inside.astype(np.float64)
    rest = side - design @ np.linalg.lstsq(design, side, rcond=None)[0]
    return bool(np.abs(rest).max() < 1e-6 or len(side) - np.linalg.matrix_rank(design) < 2)
