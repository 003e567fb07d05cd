"""``tables/*.csv``."""

import pandas as pd

from cytoclust.pipeline._context import Context

__all__ = ["export_tables"]


def export_tables(context: Context, *, tables: dict[str, pd.DataFrame]) -> None:
    """Write every table in full precision."""
    folder = context.output.path("tables")
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
