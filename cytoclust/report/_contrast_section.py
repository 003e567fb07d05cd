"""Amounts compared between groups and over time: what can be told, and what could not be tested and why."""

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd

from cytoclust import keys, pl
from cytoclust.findings import KINDS
from cytoclust.report._behind import Behind
from cytoclust.report._blocks import Cell, Figure, Table, embed, name, number, signal, text
from cytoclust.report._cards import name_of, times_text
from cytoclust.report._gather import Inputs, findings_in
from cytoclust.words import listed

__all__ = ["contrasts"]

REASONS = ("too few patients", "no p", "no p for covariate")  # codes of notes on why a test could not tell
LIKELIEST = 8  # clusters of a comparison that are shown at once, where no population has a name


def contrasts(inputs: Inputs) -> dict[str, Any] | None:
    """Forest plot and table of populations and of clusters that differ, why others could not be tested, everything."""
    table = inputs.contrasts
    if table.empty or not {keys.P, keys.CONTRAST} <= set(table):
        return None
    reason = _reasons(table)
    worth = _worth(table, float(inputs.parameter("contrasts", "alpha")))
    tested, behind = table[(reason == "") & worth], Behind(inputs)
    alpha = float(inputs.parameter("contrasts", "alpha"))
    asked = pd.Series([_question(row) for row in tested.to_dict("records")], index=tested.index, dtype=object)
    drawn = table[worth] if keys.RATIO in table and table[keys.RATIO][worth].notna().any() else table[:0]
    return {
        "figure": _figure(drawn) if len(drawn) else None,
        "tested": [
            _compared(f"comparisons-{number + 1}", question, tested[asked == question], inputs, behind, alpha)
            for number, question in enumerate(dict.fromkeys(asked))
        ],
        "untested": _untested(table, reason),
        "all": _table("contrasts", "All comparisons of amounts", table),
    }


def _worth(table: pd.DataFrame, alpha: float) -> pd.Series:
    """Whether a row is shown at once: populations; clusters that differ, if their population does not, or none does."""
    is_cluster = pd.Series(
        [bool(text(value).text) for value in table.get(keys.CLUSTER, [""] * len(table))], table.index
    )
    q = pd.to_numeric(table[keys.Q]) if keys.Q in table else pd.Series(np.nan, table.index)
    told = [(str(row[keys.POPULATION]), _question(row)) for row in table.to_dict("records")]
    differ = {key for key, yes in zip(told, (q <= alpha) & ~is_cluster, strict=True) if yes}
    covered = pd.Series([key in differ for key in told], table.index)
    if not (~is_cluster).any():
        likely = pd.to_numeric(table[keys.P]).groupby(table[keys.CONTRAST]).rank(method="first") <= LIKELIEST
        return (q <= alpha) | likely
    return ~is_cluster | ((q <= alpha) & ~covered)


def _reasons(table: pd.DataFrame) -> pd.Series:
    """Why a row could not be tested; "" where it could."""

    def why(row: dict[Any, Any]) -> str:
        codes = {note.code for note in findings_in(row, "note")}
        return next((code for code in REASONS if code in codes), "no p" if pd.isna(row[keys.P]) else "")

    return pd.Series([why(row) for row in table.to_dict("records")], index=table.index, dtype=object)


def _question(row: Any) -> str:
    time, contrast = text(row.get(keys.TIMEPOINT)).text, str(row[keys.CONTRAST])
    return f"{contrast} at {time}" if time and row.get("question") != "time" else contrast


def _untested(table: pd.DataFrame, reason: pd.Series) -> list[tuple[str, str]]:
    """Comparisons, and why they could not be tested; those of the same reason together."""
    same: dict[str, list[str]] = {}
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
        each = [(KINDS[code].meaning, n) for code, n in why.most_common()]
        known = "; ".join(f"{meaning} ({n})" if len(each) > 1 else str(meaning) for meaning, n in each)
        none = (
            f"none of {len(mine)} comparisons could"
            if sum(why.values()) == len(mine)
            else (f"{sum(why.values())} of {len(mine)} comparisons could not")
        )
        same.setdefault(f": {none} be tested: {known}.", []).append(f"{question}{sizes}")
    return [(listed(questions), told) for told, questions in same.items()]


def _figure(drawn: pd.DataFrame) -> Figure:
    names = list(dict.fromkeys(_name(row, "cluster") for row in drawn.to_dict("records")))
    return embed(
        pl.contrasts(drawn, names=names, show=False),
        alt=f"Ratios with intervals of {len(names)} populations and clusters. The numbers are in the table below.",
        caption="How many times as much, with 95 % intervals; an arrow leads out of the picture. Right of the line:"
        " more in the first of the two. A filled point: the adjusted p is at most the error allowed.",
    )


def _name(row: Any, word: str) -> str:
    cluster = text(row.get(keys.CLUSTER)).text
    return f"{word} {cluster}" if cluster else str(row[keys.POPULATION])


def _compared(
    slug: str, question: str, rows: pd.DataFrame, inputs: Inputs, behind: Behind, alpha: float
) -> Table:  # fmt: skip
    """What differs between two sides: in a row the words, how many times as much, q, and the samples behind it."""
    first = rows.iloc[0]
    a, b = (text(first.get(name)).text or word for name, word in (("side_a", "first"), ("side_b", "second")))
    n = [f" (n = {int(rows[name].max())})" if name in rows else "" for name in (keys.N_A, keys.N_B)]
    claims = _claims(inputs, first)
    titles = ["Population or cluster", "Difference", "Times as much", "p", "q", f"Found in {a}", f"Found in {b}"]
    titles += [f"Per million, {a}{n[0]}", f"Per million, {b}{n[1]}"]
    titles += [*(["Claim, against all others"] if claims else []), "Samples"]
    legend = [("Difference", f"told where q is at most {alpha:g}")]
    legend += [("Claim", "the same population, as claimed above")] if claims else []
    table = Table(slug, f"Amounts compared: {question}", titles, tall=True, data=rows, legend=legend)
    for row in rows.to_dict("records"):
        sides = behind.of_contrast(row)
        cells = [name(name_of(row)), _difference(row, a, b, alpha), _times(row), number(row[keys.P])]
        cells += [number(row.get(keys.Q)), *(Cell(behind.found_in(row, side), style="num") for side in sides)]
        cells += [signal(row.get(level)) for level in (keys.LEVEL_A, keys.LEVEL_B)]
        cells += [claims.get(name_of(row), Cell(""))] if claims else []
        table.rows.append([*cells, behind.cell(row, sides)])
    return table


def _difference(row: Any, a: str, b: str, alpha: float) -> Cell:
    """``only in metastatic``, ``more in control``, or ``not shown``."""
    q, ratio = row.get(keys.Q), row.get(keys.RATIO)
    if q is None or pd.isna(q) or q > alpha or ratio is None or pd.isna(ratio):
        return Cell("not shown", style="soft")
    only = np.isinf(ratio) or ratio == 0
    return Cell(f"{'only' if only else 'more'} in {a if ratio > 1 else b}", style="strong name")


def _claims(inputs: Inputs, first: Any) -> dict[str, Cell]:
    """Claims on the sides of a comparison at the same time, by what they are on."""
    claims = inputs.discoveries
    if first.get("question") != "group" or not {keys.GROUP, "question"} <= set(claims):
        return {}
    time, sides = text(first.get(keys.TIMEPOINT)).text, [text(first.get(side)).text for side in ("side_a", "side_b")]
    found: dict[str, Cell] = {}
    for row in claims.to_dict("records"):
        here = text(row.get(keys.GROUP)).text in sides and text(row.get(keys.TIMEPOINT)).text == time
        if here and row["question"] == "group":
            sure = f", q = {number(row[keys.Q], 2).text}" if pd.notna(row[keys.Q]) else ""
            claim = f"{'only' if row['only'] else 'more'} in {text(row[keys.GROUP]).text}: {row[keys.VERDICT]}{sure}"
            found.setdefault(name_of(row), Cell(claim, style="claim"))
    return found


def _table(slug: str, caption: str, rows: pd.DataFrame) -> Table:
    makers: dict[str, tuple[str, Any]] = {
        keys.POPULATION: ("Population or cluster", None), keys.DENOMINATOR: ("Of", text), keys.N_A: ("n", number),
        keys.N_B: ("against", number), keys.LEVEL_A: ("Median per million", signal), keys.LEVEL_B: ("against", signal),
        keys.RATIO: ("Times as much", None), keys.P: ("p", number), keys.Q: ("q", number), keys.NOTE: ("Note", None),
    }  # fmt: skip
    special = {keys.POPULATION: lambda row: name(name_of(row)), keys.RATIO: _times, keys.NOTE: _note}
    shown = [column for column in makers if column in rows]
    table = Table(slug, caption, ["Question", *(makers[column][0] for column in shown)], tall=True, data=rows)
    for row in rows.to_dict("records"):
        cells = [special[key](row) if key in special else makers[key][1](row[key]) for key in shown]
        table.rows.append([text(_question(row)), *cells])
    return table


def _note(row: Any) -> Cell:
    return text("; ".join(note.sentence for note in findings_in(row, "note")))


def _times(row: Any) -> Cell:
    """The ratio with its interval; sorted by the ratio."""
    if pd.isna(row.get(keys.RATIO, np.nan)):
        return Cell("–", "", "num")
    return Cell(times_text(row), float(row[keys.RATIO]), "num")
