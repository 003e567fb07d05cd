"""Whether a table is as it was declared."""

from collections.abc import Callable
from typing import Final

import pandas as pd
from pandas.api import types

from cytoclust.tables._column import Kind
from cytoclust.tables._declared import TABLES

__all__ = ["check"]


def check(name: str, table: pd.DataFrame) -> None:
    """Compare columns and their types with what is declared of ``tables/<name>.csv``.

    Columns of a table without rows have no type.

    Raises
    ------
    ValueError
        A column is missing, unknown, there twice or of another type: a defect of ours, or a file that others changed.
    """
    declared, names = TABLES[name], list(table.columns)
    missing = [
        each.name for each in declared.columns if not (each.optional or each.several or each.name in names)
    ]  # fmt: skip
    unknown = [each for each in names if declared.column(each) is None]
    twice = [each for each in dict.fromkeys(names) if names.count(each) > 1]
    for fault, found in (("is missing", missing), ("is not declared", unknown), ("is there more than once", twice)):
        if found:
            raise ValueError(f"tables/{name}.csv: column {found[0]!r} {fault}. Columns are {names}.")
    for each in names if len(table) else ():
        column = declared.column(each)
        if column and not HOLDS[column.kind](table[each]):
            raise ValueError(f"tables/{name}.csv: column {each!r} must hold {column.kind}, not {_found(table[each])}.")
        strange = sorted({*table[each].dropna()} - {*column.words, ""}) if column and column.words else []
        if strange:
            raise ValueError(f"tables/{name}.csv: column {each!r} says {strange[0]!r}, which is none of its words.")


def _text(cells: pd.Series) -> bool:
    return types.infer_dtype(cells, skipna=True) in ("string", "empty")


def _integer(cells: pd.Series) -> bool:
    """Sums over no column are 0.0, and whole numbers with one missing are floats."""
    return types.is_integer_dtype(cells) or (types.is_float_dtype(cells) and not (cells.dropna() % 1).any())


def _number(cells: pd.Series) -> bool:
    return types.is_numeric_dtype(cells) and not types.is_bool_dtype(cells)


HOLDS: Final[dict[Kind, Callable[[pd.Series], bool]]] = {
    "text": _text,
    "category": _text,
    "findings": _text,
    "integer": _integer,
    "number": _number,
    "boolean": types.is_bool_dtype,
}


def _found(cells: pd.Series) -> str:
    return f"{types.infer_dtype(cells, skipna=True)} such as {cells.iloc[0]!r}"
