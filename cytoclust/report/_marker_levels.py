"""Levels of markers that made no cluster, compared: those that differ, and everything."""

from typing import Any

import pandas as pd

from cytoclust import keys
from cytoclust.report._blocks import Cell, Table, name, number, text
from cytoclust.report._cards import name_of
from cytoclust.report._gather import Inputs, findings_in
from cytoclust.words import count, listed

__all__ = ["marker_levels"]


def marker_levels(inputs: Inputs) -> dict[str, Any] | None:
    """A sentence, a table of what differs if anything does, and of everything; None without the table."""
    table = inputs.table("marker_levels")
    if table.empty or not {keys.MARKER, keys.Q} <= set(table):
        return None
    alpha = float(inputs.parameter("contrasts", "alpha"))
    differ = table[pd.to_numeric(table[keys.Q]) <= alpha]
    markers = list(dict.fromkeys(table[keys.MARKER].astype(str)))
    told = (
        f"The clusters were made without {listed(markers)}; of {'it' if len(markers) == 1 else 'these'}, the median of"
        f" each population in each patient was compared: {count(len(differ)) if len(differ) else 'none'} of"
        f" {count(len(table))} comparisons differ (q at most {alpha:g})."
    )
    return {
        "told": told,
        "differ": _table("marker-levels-that-differ", "Levels of markers that differ", differ) if len(differ) else None,
        "all": _table("marker-levels", "All comparisons of marker levels", table),
    }


def _table(slug: str, caption: str, rows: pd.DataFrame) -> Table:
    titles = ["Question", "Marker", "Population or cluster", "n", "against", "Level", "against", "Difference", "p", "q",
              "Note"]  # fmt: skip
    legend = [("Level", "median over patients, on the transformed scale")]
    table = Table(slug, caption, titles, legend=legend, tall=True, data=rows)
    for row in rows.to_dict("records"):
        time, contrast = text(row.get(keys.TIMEPOINT)).text, str(row[keys.CONTRAST])
        question = f"{contrast} at {time}" if time and " vs " not in time else contrast
        note = "; ".join(each.sentence for each in findings_in(row, keys.NOTE))
        table.rows.append([
            text(question), text(row[keys.MARKER]), name(name_of(row)),
            *(number(row[key]) for key in (keys.N_A, keys.N_B, keys.LEVEL_A, keys.LEVEL_B)),
            _difference(row), number(row[keys.P]), number(row[keys.Q]), text(note),
        ])  # fmt: skip
    return table


def _difference(row: Any) -> Cell:
    """With its interval; sorted by the difference."""
    if pd.isna(row[keys.DIFFERENCE]):
        return Cell("–", "", "num")
    value, low, high = (f"{float(row[key]):+.2f}".replace("-", "\u2212") for key in (
        keys.DIFFERENCE, keys.DIFFERENCE_LOW, keys.DIFFERENCE_HIGH))  # fmt: skip
    return Cell(f"{value} ({low} – {high})", float(row[keys.DIFFERENCE]), "num")
