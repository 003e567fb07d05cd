"""``report.html``."""

from typing import TYPE_CHECKING

import pandas as pd

from cytoclust.pipeline._context import Context
from cytoclust.pipeline._record import timed
from cytoclust.record import Record

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["export_report"]


def export_report(context: Context, *, adata: "AnnData", tables: dict[str, pd.DataFrame], record: Record) -> None:
    """Draw the page."""
    from cytoclust.report import write  # which brings matplotlib: not before the labels are out

    known = timed(record, context).to_json()
    write(
        adata, context.output.path("report.html"), tables=tables, run=known, title=context.config.report.title,
        beside=context.beside,
    )  # fmt: skip
