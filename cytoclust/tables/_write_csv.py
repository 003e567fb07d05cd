"""A table into its file."""

from pathlib import Path

import pandas as pd

from cytoclust.tables._check import check
from cytoclust.tables._declared import TABLES
from cytoclust.tables._formulas import as_text

__all__ = ["write_csv"]


def write_csv(name: str, table: pd.DataFrame, path: str | Path) -> None:
    """Write the table ``name`` in the declared order of its columns, numbers in full precision.

    Text that a spreadsheet would run as a formula has an apostrophe before it, which :func:`read_csv` takes away.

    Raises
    ------
    ValueError
        It is not as declared, see :func:`check`.
    """
    check(name, table)
    order = TABLES[name].order(list(table.columns))
    safe = {each: table[each].map(_cell, na_action="ignore") for each in order if table[each].dtype.kind in "OTU"}
    table[order].assign(**safe).rename(columns=_cell).to_csv(path, index=False, lineterminator="\n")


def _cell(value: object) -> object:
    return as_text(value) if isinstance(value, str) else value
