"""A table into its file."""

from pathlib import Path

import pandas as pd

from cytoclust.tables._check import check
from cytoclust.tables._declared import TABLES

__all__ = ["write_csv"]


def write_csv(name: str, table: pd.DataFrame, path: str | Path) -> None:
    """Write the table ``name`` in the declared order of its columns, numbers in full precision.

    Raises
    ------
    ValueError
        It is not as declared, see :func:`check`.
    """
    check(name, table)
    order = TABLES[name].order(list(table.columns))
    table[order].to_csv(path, index=False, lineterminator="\n")
