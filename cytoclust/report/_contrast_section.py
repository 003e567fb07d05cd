"""Amounts compared between groups and over time: what can be told, and what could not be tested and why."""

from collections import Counter
from typing import Any

import pandas as pd

from cytoclust import keys, pl
from cytoclust.findings import KINDS
from cytoclust.report._blocks import Cell, Figure, Table, embed, name, number, text
from cytoclust.report._gather import Inputs, findings_in

__all__ = ["contrasts"]

REASONS = ("too few patients", "not tested", "no p")  # codes of notes on why a test could not tell


def contrasts(inputs: Inputs) -> dict[str, Any] | None:
    """Forest plot and table of what could be tested, a sentence for each question on what could not, and everything."""
    table = inputs.contrasts
    if table.empty or not {keys.P, keys.CONTRAST} <= set(table):
        return None
    reason = _reasons(table)
    tested = table[reason == ""]
    return {
        "figure": _figure(tested) if len(tested) and keys.EFFECT in tested else None,
        "tested": _table("comparisons", "Amounts compared, where a test could tell", tested) if len(tested) else None,
        "untested": list(_untested(table, reason)),
        "all": _table("contrasts", "All comparisons of amounts", table),
    }


def _reasons(table: pd.DataFrame) -> pd.Series:
    """Why a row could not be tested; "" where it could."""

    def why(row: dict[Any, Any]) -> str:
        codes = {note.code for note in findings_in(row, "note")}
        return next((code for code in REASONS if code in codes), "no p" if pd.isna(row[keys.P]) else "")

    return pd.Series([why(row) for row in table.to_dict("records")], index=table.index, dtype=object)


def _question(row: Any) -> str:
    time, contrast = text(row.get(keys.TIMEPOINT)).text, str(row[keys.CONTRAST])
    return f"{contrast} at {time}" if time and row.get("question") != "time" else contrast


def _untested(table: pd.DataFrame, reason: pd.Series) -> Any:
    asked = pd.Series([_question(row) for row in table.to_dict("records")], index=table.index)
    for question in dict.fromkeys(asked):
        mine = reason[asked == question]
        why = Counter(mine[mine != ""])
        if not why:
            continue
        sizes = ""
        if {keys.N_A, keys.N_B} <= set(table):
            a, b = (int(table[side][asked == question].max()) for side in (keys.N_A, keys.N_B))
            sizes = f" ({a} against {b} patients)"
        known = "; ".join(f"{KINDS[code].meaning} ({n})" for code, n in why.most_common())
        none = (
            f"none of {len(mine)} comparisons could"
            if sum(why.values()) == len(mine)
            else (f"{sum(why.values())} of {len(mine)} comparisons could not")
        )
        yield question, f"{sizes}: {none} be tested: {known}."


def _figure(tested: pd.DataFrame) -> Figure:
    return embed(
        pl.contrasts(tested, show=False),
        alt=f"Fold changes with intervals of {tested[keys.POPULATION].nunique()} populations. The numbers are in the"
        " table below.",
        caption="How many times as much, with 95 % intervals. Right of the line: more in the first of the two. A"
        " filled point: the adjusted p is at most the error allowed.",
    )


def _table(slug: str, caption: str, rows: pd.DataFrame) -> Table:
    makers = {
        keys.POPULATION: ("Population", name), keys.DENOMINATOR: ("As a fraction of", text), keys.N_A: ("n", number),
        keys.N_B: ("against", number), keys.EFFECT: ("Fold change", None), keys.P: ("p", number), keys.Q: ("q", number),
        keys.FAMILY: ("Family", text), keys.NOTE: ("Note", None),
    }  # fmt: skip
    shown = [column for column in makers if column in rows]
    table = Table(slug, caption, ["Question", *(makers[column][0] for column in shown)], tall=True, data=rows)
    for row in rows.to_dict("records"):
        cells = [text(_question(row))]
        for column in shown:
            make = makers[column][1]
            cells.append(make(row[column]) if make else _fold(row) if column == "effect" else _note(row))
        table.rows.append(cells)
    return table


def _note(row: Any) -> Cell:
    return text("; ".join(note.sentence for note in findings_in(row, "note")))


def _fold(row: Any) -> Cell:
    """The effect as a ratio, with its interval; sorted by the effect."""
    if pd.isna(row[keys.EFFECT]):
        return Cell("–", "", "num")
    low, high = (_ratio(row.get(side)) for side in (keys.CI_LOW, keys.CI_HIGH))
    return Cell(f"{_ratio(row[keys.EFFECT])} ({low} – {high})", float(row[keys.EFFECT]), "num")


def _ratio(log2: Any) -> str:
    """A ratio as people read it; beyond a thousandfold nobody measures."""
    if log2 is None or pd.isna(log2):
        return "?"
    if abs(log2) > 10:
        return "> 1000" if log2 > 0 else "< 0.001"
    ratio = 2 ** float(log2)
    return f"{ratio:.0f}" if ratio >= 10 else f"{ratio:.2g}"
