"""Gates for a sorter: what to draw, what they keep, and what a sort gives."""

from typing import Any

import anndata as ad
import pandas as pd

from cytoclust import keys, pl
from cytoclust.report._blocks import Cell, Figure, Table, embed, fraction, name, number, signal, text
from cytoclust.report._gather import Inputs
from cytoclust.words import percent

__all__ = ["sort_gates_section"]


def sort_gates_section(inputs: Inputs, adata: ad.AnnData) -> dict[str, Any] | None:
    """A page to draw from of each population, and the tables of gates and of the sort; None where there are no gates.

    ``adata`` has the events that quality control set aside too: a sorter sees them.
    """
    table = inputs.table("gates")
    if table.empty:
        return None
    populations = list(dict.fromkeys(table[keys.POPULATION].astype(str)))
    plan = inputs.table("sort_plan")
    return {
        "figures": [_figure(inputs, adata, table, each) for each in populations],
        "trained": [
            each for each in populations
            if "trained" in set(table.loc[table[keys.POPULATION].astype(str) == each, "measured_on"])
        ],
        "table": _table(table),
        "plan": _plan(plan) if len(plan) else None,
    }  # fmt: skip


def _figure(inputs: Inputs, adata: ad.AnnData, table: pd.DataFrame, population: str) -> Figure:
    last = table[table[keys.POPULATION].astype(str) == population].iloc[-1]
    return embed(
        pl.sort_gates(adata, table, inputs.named(population), show=False),
        alt=f"{last['step']} gates to sort {population}, one in another, each a polygon on two axes with its corners in"
        f" a table below it. Together they keep {percent(last['yield'])} of it, {percent(last['purity'])} pure.",
        caption=f"What to draw at a sorter for {population}. Yield and purity are agreement with the labels of this"
        " run: cells that share all its markers are sorted with it.",
    )


def _table(table: pd.DataFrame) -> Table:
    made = Table(
        "gates", "Gates for a sorter",
        ["Population", "Step", "Gate", "Axes", "Keeps", "Yield", "Yield, 95 %", "Purity", "Purity, 95 %", "Least pure",
         "What else passes"],
        legend=(
            ("Keeps", "share of the population that this step keeps"),
            ("Yield", "share of the population that has passed so far"),
            ("Purity", "share of the population among all that has passed so far, dead cells and doublets too"),
            ("95 %", "limits for another patient; a dash where they are not known"),
        ),
        data=table,
    )  # fmt: skip
    for row in table.to_dict("records"):
        made.rows.append(
            [
                name(row[keys.POPULATION]), number(row["step"]), name(row["name"]), name(f"{row['x']}, {row['y']}"),
                fraction(row["yield_step"]),
                fraction(row["yield"]), _limits(row, "yield"), fraction(row["purity"]), _limits(row, "purity"),
                _worst(row), text(row["contaminants"]),
            ]
        )  # fmt: skip
    return made


def _limits(row: dict[Any, Any], what: str) -> Cell:
    low, high = row[f"{what}_low"], row[f"{what}_high"]
    return Cell("–" if pd.isna(low) else f"{percent(low)} to {percent(high)}")


def _worst(row: dict[Any, Any]) -> Cell:
    known = isinstance(row["worst_sample"], str) and row["worst_sample"]
    return Cell(f"{row['worst_sample']}: {percent(row['worst_purity'])}" if known else "–")


def _plan(plan: pd.DataFrame) -> Table:
    has = plan[plan["frequency"] > 0]
    made = Table(
        "sortplan", "What a sort gives",
        ["Population", "Sample", "One in", "Recovered", "Cells a million events", "Cells, 95 %", "Minutes a 1000 cells",
         "Enriched: purity", "Fastest, events/s"],
        legend=(
            ("One in", "events of the file for each cell"),
            ("Recovered", "share of the gated cells that purity mode sorts, at export.event_rate"),
            ("Enriched", "enrichment mode takes every cell, with what is near it"),
            ("Fastest", "event rate at which purity mode recovers export.recovery"),
        ),
        tall=len(has) > 12,
        data=plan,
    )  # fmt: skip
    for row in has.to_dict("records"):
        made.rows.append(
            [
                name(row[keys.POPULATION]), name(row[keys.SAMPLE]), signal(row["events_per_target"]),
                fraction(row["recovery"]), signal(row["cells_per_million"]),
                Cell(f"{signal(row['cells_low']).text} to {signal(row['cells_high']).text}"),
                number(row["minutes_per_1000"]), fraction(row["purity_enrichment"]),
                signal(row["max_rate_for_recovery"]),
            ]
        )  # fmt: skip
    return made
