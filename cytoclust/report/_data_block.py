"""Data for the page's script: JSON that no HTML parser can mistake for markup."""

import json
from typing import Any

import pandas as pd
from markupsafe import Markup

from cytoclust.report._blocks import Table

__all__ = ["csv_rows", "data_block"]


def data_block(value: Any) -> Markup:
    """JSON for a ``<script type="application/json">``: ASCII, with every ``<`` escaped, so that it cannot end early."""
    written = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return Markup(written.replace("<", "\\u003c"))  # noqa: S704 (JSON without `<`)


def csv_rows(table: Table) -> dict[str, Any] | None:
    """Header and rows of a table's file, numbers to the bit, null where there is none; None if the page has all."""
    if table.data is None:
        return None
    columns = [_values(table.data[column]) for column in table.data]
    return {
        "columns": [str(column) for column in table.data],
        "rows": [list(row) for row in zip(*columns, strict=True)],
    }


def _values(column: pd.Series) -> list[Any]:
    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_integer_dtype(column):
        return [None if pd.isna(value) else value for value in column.tolist()]
    if pd.api.types.is_float_dtype(column):
        finite = column.abs() < float("inf")
        whole = bool((column[finite] % 1 == 0).all())
        return [None if not ok else int(x) if whole else x for x, ok in zip(column.tolist(), finite, strict=True)]
    return [_value(value) for value in column.astype(object)]


def _value(value: Any) -> Any:
    """A number as it is, all else as text."""
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or None
    if pd.isna(value) or value == "":
        return None
    return value if isinstance(value, int | float) else str(value)
