"""Section 2: how much of each population there is in each sample."""

from typing import Any

import pandas as pd

from cytoclust import keys, pl
from cytoclust.pl._numbers import percent
from cytoclust.report._blocks import Cell, Table, embed, events, fraction, name, number, text
from cytoclust.report._found import STYLES, SYMBOLS
from cytoclust.report._gather import Inputs, present

__all__ = ["amounts"]


def amounts(inputs: Inputs) -> dict[str, Any]:
    """The figure, the long table, and contrasts if there are any."""
    populations = inputs.populations
    return {
        "figure": _figure(populations) if len(populations) else None,
        "table": _table(inputs) if len(populations) else None,
        "contrasts": _contrasts(inputs.contrasts) if len(inputs.contrasts) else None,
        "notes": inputs.notes,
    }


def _figure(populations: pd.DataFrame) -> Any:
    names = [n for n in dict.fromkeys(populations[keys.POPULATION].astype(str)) if n != keys.UNASSIGNED]
    grouped = present(populations, keys.GROUP)
    split = ", coloured by group" if grouped else ""
    axes = pl.abundance(populations, names=names)
    alt = (
        f"Fraction of {len(names)} populations in {populations[keys.SAMPLE].nunique()} samples{split}, a panel for each"
        " population, on a logarithmic scale. The numbers are in the table below."
    )
    caption = (
        f"Each point is a sample{split}; vertical lines are exact intervals. Open triangles: not detected, drawn at the"
        " limit of detection. Crosses at the top: not evaluable."
    )
    if grouped:
        caption += (
            " A horizontal line is the median of the evaluable samples, where more than half have the population."
        )
    return embed(axes, alt=alt, caption=caption)


def _table(inputs: Inputs) -> Table:
    rows = inputs.populations
    sheet = [column for column in keys.SHEET_COLUMNS if present(rows, column)]
    sure = f"{100 * inputs.parameter('detect', 'confidence'):g}\u00a0%"
    titles = ["Sample", *(column.removesuffix("_id").capitalize() for column in sheet), "Population"]
    titles += ["Parent"] if "parent" in rows else []
    titles += ["Events", "Parent events", "Fraction", f"{sure} interval", "LOD", "LOQ", "Status"]
    table = Table("Events and fraction of each population in each sample", titles, tall=True)
    for row in rows.to_dict("records"):
        status = str(row["status"])
        cells = [text(row[keys.SAMPLE]), *(text(row[column]) for column in sheet), name(row[keys.POPULATION])]
        cells += [name(row["parent"])] if "parent" in row else []
        cells += [events(row["n_events"]), events(row["n_parent"]), fraction(row["fraction"])]
        cells += [Cell(f"{percent(row['ci_low'])} – {percent(row['ci_high'])}", float(row["ci_high"]), "num")]
        cells += [fraction(row["lod"]), fraction(row.get("loq", float("nan")))]
        cells += [Cell(f"{SYMBOLS.get(status, '')} {status}", status, STYLES.get(status, ""))]
        table.rows.append(cells)
    return table


def _contrasts(contrasts: pd.DataFrame) -> Table:
    titles = [str(column).replace("_", " ") for column in contrasts.columns]
    table = Table("Comparisons between groups", titles, tall=True)
    numeric = {column for column in contrasts if pd.api.types.is_numeric_dtype(contrasts[column])}
    for row in contrasts.to_dict("records"):
        table.rows.append([number(row[c]) if c in numeric else text(row[c]) for c in contrasts])
    return table
