"""New samples beside the patients of the reference."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import binom

from cytoclust import keys
from cytoclust.tables import TABLES

__all__ = ["FILE", "range_table"]

FILE: Final = "file"
"""Column of what the data set of a sample is known by (:func:`file_key`). Bears on no result: a name."""

FEWEST: Final = 20
"""Patients from which on a range is told. Convention: CLSI EP28 verifies a reference interval with so many."""
LOW, HIGH = 0.025, 0.975
"""Quantiles of a reference interval. Convention: CLSI EP28."""
CONFIDENCE: Final = 0.9
"""Of the intervals of these quantiles. Convention: CLSI EP28."""
ALL: Final = "all"


def range_table(
    new: pd.DataFrame, reference: pd.DataFrame, earlier: Sequence[pd.DataFrame] = ()
) -> pd.DataFrame:  # fmt: skip
    """The table ``reference.csv``.

    Parameters
    ----------
    new, reference
        Rows of ``populations.csv`` of new samples, and of those of the reference, with ``file`` (:data:`FILE`): a
        patient of several samples counts with the median of these, and one of whom the new sample's file is, is none of
        the patients that it is held against.
    earlier
        The same table of earlier runs, whose samples of the same patient are held beside: each file once, as in the
        last table that has it, and not the file itself.
    """
    known = _by_patient(reference)
    visits = pd.concat([*earlier], ignore_index=True) if earlier else pd.DataFrame(columns=list(new))
    visits = visits.drop_duplicates([FILE, keys.POPULATION], keep="last")
    whose = dict(zip(reference[FILE], _patients(reference), strict=True))
    groups = [ALL, *sorted(known[keys.GROUP].dropna().unique())]
    rows: list[dict[str, Any]] = []
    by_name = dict(list(known.groupby(keys.POPULATION)))
    for each in new.to_dict("records"):
        told = {str(name): value for name, value in each.items()}
        mine = by_name.get(told[keys.POPULATION], known.iloc[:0])
        mine = mine[mine["patient"] != whose.get(told[FILE])]
        for group in groups:
            values = mine[keys.FRACTION] if group == ALL else mine.loc[mine[keys.GROUP] == group, keys.FRACTION]
            rows.append(_row(told, group, np.sort(values.dropna().to_numpy(dtype=np.float64))))
        rows += _visits(told, visits)
    return pd.DataFrame(rows, columns=[each.name for each in TABLES["reference"].columns])


def _by_patient(reference: pd.DataFrame) -> pd.DataFrame:
    """A row a patient and population."""
    named = reference.assign(patient=_patients(reference))
    by = named.groupby(["patient", keys.POPULATION], sort=False)
    return by.agg({keys.FRACTION: "median", keys.GROUP: "first"}).reset_index()


def _patients(table: pd.DataFrame) -> pd.Series:
    """Of each row; the sample itself where none is named."""
    return table[keys.PATIENT].where(table[keys.PATIENT].notna(), table[keys.SAMPLE])


def _row(told: dict[str, Any], group: str, values: NDArray[np.float64]) -> dict[str, Any]:
    row = {name: told[name] for name in (keys.SAMPLE, keys.POPULATION, keys.N_EVENTS, keys.FRACTION)}
    row |= {keys.CI_LOW: told[keys.CI_LOW], keys.CI_HIGH: told[keys.CI_HIGH], "reference_group": group}
    n = len(values)
    row |= {"n_reference": n, "reference_median": float(np.median(values)) if n else np.nan}
    if n < FEWEST:
        points = " ".join(f"{value:.3g}" for value in values)
        return row | {
            "reference_low": np.nan, "reference_high": np.nan, "reference_low_ci": "", "reference_high_ci": "",
            "reference_points": points, "flag": "points only" if n else "no reference",
        }  # fmt: skip
    low, high = np.quantile(values, [LOW, HIGH])
    outside = told[keys.CI_HIGH] < low or told[keys.CI_LOW] > high
    return row | {
        "reference_low": float(low), "reference_high": float(high), "reference_low_ci": _interval(values, LOW),
        "reference_high_ci": _interval(values, HIGH), "reference_points": "", "flag": "outside" if outside else "",
    }  # fmt: skip


def _interval(values: NDArray[np.float64], q: float) -> str:
    """Order statistics that hold a quantile between them: ranks of a binomial (David and Nagaraja 2003, 7.1).

    An end that no order statistic can hold is left open.
    """
    n, tail = len(values), (1 - CONFIDENCE) / 2
    first, last = int(binom.ppf(tail, n, q)), int(binom.ppf(1 - tail, n, q)) + 1
    low = f"{values[first - 1]:.3g}" if first >= 1 and binom.cdf(first - 1, n, q) <= tail else "below"
    high = f"{values[last - 1]:.3g}" if last <= n else "above"
    return f"{low} to {high}"


def _visits(told: dict[str, Any], visits: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of earlier visits of the same patient."""
    if not len(visits) or not isinstance(told.get(keys.PATIENT), str):
        return []
    mine = visits[
        (visits[keys.PATIENT] == told[keys.PATIENT])
        & (visits[keys.POPULATION] == told[keys.POPULATION])
        & (visits[FILE] != told[FILE])
    ]
    rows = []
    for visit in mine.to_dict("records"):
        when = visit[keys.TIMEPOINT] if isinstance(visit[keys.TIMEPOINT], str) else visit[keys.SAMPLE]
        value = visit[keys.FRACTION]
        rows.append(_row(told, f"earlier: {when}", np.array([value] if np.isfinite(value) else [])))
    return rows
