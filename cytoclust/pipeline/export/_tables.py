"""``tables/*.csv``."""

import pandas as pd

from cytoclust.pipeline._context import Context
from cytoclust.tables import write_csv

__all__ = ["export_tables"]


def export_tables(context: Context, *, tables: dict[str, pd.DataFrame]) -> None:
    """Write every table in full precision."""
    folder = context.output.path("tables")
    for name, table in tables.items():
        write_csv(name, table, folder / f"{name}.csv")
