"""Who was in the study: the sheet's further columns, by group."""

from typing import Any

import pandas as pd

from cytoclust import keys
from cytoclust.report._blocks import Cell, Table, text
from cytoclust.report._gather import Inputs

__all__ = ["patients"]


def patients(inputs: Inputs) -> Table | None:
    """A column a group; None where the sheet says nothing of patients but who they are."""
    rows = inputs.table("table1")
    if not len(rows) or rows["characteristic"].nunique() < 2:
        return None
    groups = list(dict.fromkeys(rows[keys.GROUP]))
    sizes = dict(zip(rows[keys.GROUP], rows["of"], strict=True))
    titles = ["Characteristic", "Level", *(f"{name} (n = {sizes[name]})" for name in groups)]
    table = Table("table1", "Who was in the study (a patient counts once)", titles, data=rows)
    for (characteristic, level), mine in rows.groupby(["characteristic", "level"], sort=False):
        if level == "" and mine["median"].isna().all():
            continue  # the number of patients stands in the header
        by_group = {row[keys.GROUP]: row for row in mine.to_dict("records")}
        table.rows.append([text(characteristic), text(level), *(_cell(by_group.get(name)) for name in groups)])
    return table


def _cell(row: dict[Any, Any] | None) -> Cell:
    if row is None:
        return Cell("–", "", "num")
    if pd.notna(row["median"]):
        return Cell(f"{row['median']:g} ({row['low']:g}–{row['high']:g})", float(row["median"]), "num")
    share = f" ({row['percent']:.0f}\u00a0%)" if pd.notna(row["percent"]) else ""
    return Cell(f"{row['n']}{share}", float(row["n"]), "num")
