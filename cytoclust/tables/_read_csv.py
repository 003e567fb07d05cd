"""A table from its file."""

from collections import defaultdict
from pathlib import Path
from typing import Final

import pandas as pd
from pandas.api.types import pandas_dtype

from cytoclust.tables._check import check
from cytoclust.tables._column import Column, Kind
from cytoclust.tables._declared import TABLES
from cytoclust.tables._formulas import without_apostrophe

__all__ = ["read_csv"]

DTYPES: Final[dict[Kind, str]] = {
    "text": "str",
    "category": "str",
    "findings": "str",
    "integer": "Int64",
    "number": "float64",
    "boolean": "bool",
}


def read_csv(name: str, path: str | Path) -> pd.DataFrame:
    """Read the table ``name`` as it was written: numbers to the bit, and a sample called NA or 007 keeps its name.

    Raises
    ------
    ValueError
        The file is not such a table.
    """
    declared = TABLES[name]
    dtypes = {each.name: DTYPES[each.kind] for each in declared.columns if not each.several}
    rest = next((DTYPES[each.kind] for each in declared.columns if each.several), "str")
    table = pd.read_csv(
        path, dtype=defaultdict(lambda: rest, dtypes), keep_default_na=False, na_values=[""],
        float_precision="round_trip", lineterminator="\n",
    ).rename(columns=without_apostrophe)  # fmt: skip
    check(name, table)
    columns = {each: declared.column(each) for each in map(str, table)}
    return table.assign(**{each: _cells(table[each], column) for each, column in columns.items() if column})


def _cells(cells: pd.Series, column: Column) -> pd.Series:
    """With the type, also where there are no rows, and with empty cells as they are in memory."""
    if DTYPES[column.kind] == "str":
        cells = cells.map(without_apostrophe, na_action="ignore")
        return cells.where(cells.notna(), None) if column.missing else cells.fillna("")
    whole = column.kind == "integer" and not column.empty
    return cells.astype(pandas_dtype("int64" if whole else DTYPES[column.kind]))
