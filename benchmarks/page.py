"""Tables in Markdown."""

import pandas as pd

__all__ = ["markdown", "number"]


def markdown(table: pd.DataFrame) -> str:
    """A table in Markdown, its index first."""
    header = [table.index.name or "", *map(str, table.columns)]
    rows = [[str(index), *map(str, row)] for index, row in zip(table.index, table.to_numpy(), strict=True)]
    return "\n".join("| " + " | ".join(row) + " |" for row in [header, ["---"] * len(header), *rows])


def number(value: float, form: str = ".3f") -> str:
    """A number as written in tables; empty where there is none."""
    return "" if pd.isna(value) else format(value, form)
