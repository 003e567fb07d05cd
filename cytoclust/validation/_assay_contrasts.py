"""What the bench measured, compared between groups and times as counts of events are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys, params
from cytoclust.findings import Finding, to_cell
from cytoclust.stats import Compared, Question, compare, compare_levels, pairs_of, question_notes, with_covariates

__all__ = ["assay_contrasts"]

_COLONIES: Final = "colonies"
_CLONOGENIC: Final = "clonogenic cells"


@dataclass(frozen=True)
class _Subject:
    """One thing measured in some samples.

    Attributes
    ----------
    samples
        Names, one a value.
    level
        (n,) in its unit.
    events, cells
        (n,) counts that levels come from; None of levels that are no counts.
    logs
        (n,) natural logarithms of levels that are no counts.
    ratio
        Whether levels have one.
    """

    assay: str
    population: str
    samples: tuple[str, ...]
    level: NDArray[np.float64]
    events: NDArray[np.float64] | None = None
    cells: NDArray[np.float64] | None = None
    logs: NDArray[np.float64] | None = None
    ratio: bool = True


def assay_contrasts(
    tables: Mapping[str, pd.DataFrame], sheet: pd.DataFrame, *, contrasts: params.Contrasts = params.D.contrasts,
    confidence: float = 0.95, seed: int = 0,
) -> pd.DataFrame:  # fmt: skip
    """Rows of ``contrasts.csv`` with the denominator ``assay``, of colonies, limiting dilution and differentiation.

    The unit is the patient, the questions are those of every contrast, and so is the test
    (:func:`cytoclust.stats.compare`, :func:`cytoclust.stats.compare_levels`); wells and plates are no units. A
    frequency by limiting dilution enters as the count that would be known as well. ``q`` is adjusted for all rows
    that can reach ``contrasts.alpha`` (Holm).

    Parameters
    ----------
    tables
        ``cfu, clonogenic, differentiation``, as far as made.
    sheet
        Index sample: ``patient_id, group, timepoint, batch`` and further columns.
    contrasts
        Error, covariates and number of arrangements.
    confidence
        Of intervals.
    seed
        Of arrangements, where there are too many to count all.
    """
    rows: list[dict[str, Any]] = []
    for subject in _subjects(tables):
        mine = sheet.loc[list(subject.samples)]
        asked = contrasts.model_copy(update={"groups": "auto", "timepoints": "auto"})
        for question in pairs_of(mine, asked):
            question = with_covariates(question, mine, contrasts.covariates)
            rows.append(_row(subject, question, _test(subject, question, contrasts, confidence, seed)))
    return _adjusted(pd.DataFrame(rows), contrasts.alpha)


def _subjects(tables: Mapping[str, pd.DataFrame]) -> Iterator[_Subject]:
    nothing = pd.DataFrame()
    cfu = tables.get("cfu", nothing)
    for (population, passage), mine in _parts(cfu, [keys.POPULATION, "passage"]):
        assay = f"{_COLONIES}, passage {passage}" if passage else _COLONIES
        cells = mine["cells"].to_numpy(dtype=np.float64)
        estimated = mine[keys.PER_MILLION].to_numpy(dtype=np.float64) * cells / 1e6
        events = np.where(np.isfinite(estimated), estimated, mine["colonies"].to_numpy(dtype=np.float64))
        yield _Subject(assay, population, tuple(mine[keys.SAMPLE]), 1e6 * events / cells, events, cells)
    for (population,), mine in _parts(tables.get("clonogenic", nothing), [keys.POPULATION]):
        events, cells = _as_counts(mine)
        yield _Subject(_CLONOGENIC, population, tuple(mine[keys.SAMPLE]), 1e6 * events / cells, events, cells)
    for (population, lineage, readout, unit), mine in _parts(
        tables.get("differentiation", nothing), [keys.POPULATION, "lineage", "readout", "unit"]
    ):
        for column, ratio in (("log2_ratio", True), ("score_difference", False)):
            told = mine[mine[column].notna()]
            if len(told):
                value = told[column].to_numpy(dtype=np.float64)
                name = f"{lineage}: {readout}" + ("" if ratio else f" ({unit})")
                logs, level = (value * np.log(2), 2**value) if ratio else (value, value)
                yield _Subject(name, population, tuple(told[keys.SAMPLE]), level, logs=logs, ratio=ratio)


def _parts(table: pd.DataFrame, by: list[str]) -> Iterator[tuple[Any, pd.DataFrame]]:
    if len(table):
        yield from table.groupby(by, sort=False)


def _as_counts(table: pd.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Counts with the same rate and error of its logarithm: 1 / error² events. Without a positive well, none."""
    one_in, low, high = (table[key].to_numpy(dtype=np.float64) for key in ("one_in", keys.CI_LOW, keys.CI_HIGH))
    positive = table["n_positive"].to_numpy(dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        none, all_of_them = positive == 0, np.isnan(one_in)
        events = (2 * 1.959964 / np.log(high / low)) ** 2
        events = np.where(none, 0.0, np.where(all_of_them, positive, events))
        cells = np.where(none, -np.log(0.05) * low, np.where(all_of_them, positive * high, events * one_in))
    return events, cells


def _test(
    subject: _Subject, question: Question, contrasts: params.Contrasts, confidence: float, seed: int
) -> Compared | None:
    """None where a batch or covariate and the side cannot be told apart."""
    if question.confounded or question.separated:
        return None
    settings: dict[str, Any] = {
        "strata": question.strata,
        "covariates": question.covariates,
        "two_sided": True,
        "alpha": contrasts.alpha,
        "n_permutations": contrasts.permutations,
        "seed": seed,
        "confidence": confidence,
        "pairs": question.paired,
    }
    if subject.logs is not None:
        logs = _per_unit(subject.logs, question, np.mean)
        return compare_levels(logs, question.inside, **settings)
    if subject.events is None or subject.cells is None:
        raise ValueError(f"{subject.assay} has neither counts nor levels.")
    events, cells = _per_unit(subject.events, question, np.sum), _per_unit(subject.cells, question, np.sum)
    return compare(events, cells, question.inside, **settings)


def _per_unit(values: NDArray[np.float64], question: Question, together: Any) -> NDArray[np.float64]:
    """(units, 1)."""
    return np.array([[together(values[list(unit)])] for unit in question.units])


def _row(subject: _Subject, question: Question, test: Compared | None) -> dict[str, Any]:
    level = np.array([subject.level[list(unit)].mean() for unit in question.units])
    n_a, n_b = (len(question.patients_of(inside=inside)) for inside in (True, False))
    told = (test.ratio[0], test.low[0], test.high[0]) if test and subject.ratio else (np.nan,) * 3
    ratio = dict(zip((keys.RATIO, keys.RATIO_LOW, keys.RATIO_HIGH), map(float, told), strict=True))
    return {
        keys.POPULATION: subject.population or keys.ROOT,
        keys.CLUSTER: "",
        keys.CONTRAST: question.contrast,
        keys.TIMEPOINT: question.timepoint if question.kind == "group" else " vs ".join(question.sides),
        keys.DENOMINATOR: keys.DENOMINATORS[2],
        keys.ASSAY: subject.assay,
        keys.N_A: n_a,
        keys.N_B: n_b,
        keys.LEVEL_A: float(np.median(level[question.inside])),
        keys.LEVEL_B: float(np.median(level[~question.inside])),
        **ratio,
        keys.P: float(test.p[0]) if test else np.nan,
        keys.BASIS: test.basis if test else "",
        keys.NOTE: question_notes(question, np.nan if test else None),
        "question": question.kind,
        "side_a": question.sides[0],
        "side_b": question.sides[1],
        "least": test.least if test else np.nan,
    }


def _adjusted(table: pd.DataFrame, alpha: float) -> pd.DataFrame:
    """With ``q``, for the rows that can reach ``alpha`` alone; a note where so few patients cannot among so many."""
    if not len(table):
        return table
    p, least = (table[key].to_numpy(dtype=np.float64) for key in (keys.P, "least"))
    able = least <= alpha
    n = max(int(able.sum()), 1)
    q = np.minimum(p * n, 1.0)
    order = np.flatnonzero(able)[np.argsort(p[able], kind="stable")]
    q[order] = np.minimum(np.maximum.accumulate(p[order] * (n - np.arange(len(order)))), 1.0)
    few = [
        [Finding("too few patients", least_p=float(f"{each * n:.4g}"))] if each * n > alpha else [] for each in least
    ]
    notes = [to_cell([*told, *more]) for told, more in zip(table[keys.NOTE], few, strict=True)]
    return table.drop(columns="least").assign(**{keys.Q: q, keys.NOTE: notes})
