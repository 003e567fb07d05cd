"""Who was in the study."""

import re
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from cytoclust import keys
from cytoclust.io import is_missing

__all__ = ["table_one"]

COLUMNS: Final = ("characteristic", "level", keys.GROUP, "n", "of", "percent", "median", "low", "high")
PATIENTS: Final = "patients"
NUMBERS: Final = "median (range)"
MISSING: Final = "missing"
EVERYONE: Final = "all"
_WHOLE_LEVELS = 5
"""Different whole numbers up to which they are counted, as stages are, not averaged, as ages. Chosen."""
_WORDS = 12
"""Different words up to which they are counted; a column of more is a remark. Chosen."""
_NUMBER: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)?")


def table_one(sheet: pd.DataFrame) -> pd.DataFrame:
    """The table ``table1.csv``: what the sheet says of patients beyond its known columns, by group and of all.

    A patient counts once, with what the first sample that tells it says. Words are counted, with their share of the
    patients for whom they are told; of numbers the median and range are told, and of both how many are missing.

    Parameters
    ----------
    sheet
        Index sample: ``patient_id, group`` and further columns. A sample without a patient is its own.
    """
    patients = _patients(sheet)
    named = [name for name in dict.fromkeys(patients[keys.GROUP]) if name]
    groups = {**{name: patients[patients[keys.GROUP] == name] for name in named}, EVERYONE: patients}
    rows = [_row(PATIENTS, "", name, len(mine), len(mine)) for name, mine in groups.items()]
    for column in [each for each in sheet if each not in keys.SHEET_COLUMNS]:
        rows += list(_of_column(str(column), patients, groups))
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.astype({"n": int, "of": int, **dict.fromkeys(("percent", "median", "low", "high"), float)})


def _patients(sheet: pd.DataFrame) -> pd.DataFrame:
    """One row a patient: group and further columns as text, "" where nothing is told."""

    def told(column: pd.Series) -> pd.Series:
        cells = column.astype(object).where(column.notna(), "").astype(str).str.strip()
        return pd.Series(["" if is_missing(cell, str(column.name)) else cell for cell in cells], index=column.index)

    table = sheet.drop(columns=[keys.TIMEPOINT, keys.BATCH], errors="ignore").apply(told)
    for name in (keys.PATIENT, keys.GROUP):
        if name not in table:
            table[name] = ""
    own = pd.Series(sheet.index.astype(str), index=sheet.index)
    patient = table[keys.PATIENT].where(table[keys.PATIENT] != "", own)

    def first(cells: pd.Series) -> str:
        return next((cell for cell in cells if cell), "")

    return table.groupby(patient.to_numpy(), sort=False).agg(first)


def _of_column(column: str, patients: pd.DataFrame, groups: dict[str, pd.DataFrame]) -> Iterator[dict[str, Any]]:
    levels = [cell for cell in dict.fromkeys(patients[column]) if cell]
    if not levels:
        return
    numbers = _numbers(levels)
    if numbers is not None:
        for name, mine in groups.items():
            value = np.array([float(cell.replace(",", ".")) for cell in mine[column] if cell])
            summary = (np.median(value), value.min(), value.max()) if len(value) else (np.nan,) * 3
            yield _row(column, NUMBERS, name, len(value), len(mine)) | dict(
                zip(("median", "low", "high"), summary, strict=True)
            )
    elif len(levels) <= _WORDS:
        for level in sorted(levels):
            for name, mine in groups.items():
                n, known = int((mine[column] == level).sum()), int((mine[column] != "").sum())
                yield _row(column, level, name, n, len(mine)) | {"percent": 100 * n / known if known else np.nan}
    else:
        for name, mine in groups.items():
            yield _row(column, f"{len(levels)} different", name, int((mine[column] != "").sum()), len(mine))
    if (patients[column] == "").any():
        for name, mine in groups.items():
            yield _row(column, MISSING, name, int((mine[column] == "").sum()), len(mine))


def _numbers(levels: list[str]) -> list[float] | None:
    """Values that are measured; None of words, and of few whole numbers, which are levels."""
    if not all(_NUMBER.fullmatch(cell) for cell in levels):
        return None
    values = [float(cell.replace(",", ".")) for cell in levels]
    return None if len(levels) <= _WHOLE_LEVELS and not any(value % 1 for value in values) else values


def _row(characteristic: str, level: str, group: str, n: int, of: int) -> dict[str, Any]:
    nothing = dict.fromkeys(("percent", "median", "low", "high"), np.nan)
    return {"characteristic": characteristic, "level": level, keys.GROUP: group, "n": n, "of": of, **nothing}
