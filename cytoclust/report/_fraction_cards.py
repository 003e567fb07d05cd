"""A card for each sorted fraction, and all of them side by side."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from cytoclust import keys, pl
from cytoclust.report._blocks import Cell, Figure, Table, embed, events, name, number, phenotype, signal, text
from cytoclust.report._gather import Inputs, findings_in
from cytoclust.words import count, listed, percent

__all__ = ["FractionCard", "fraction_cards", "fraction_overview"]

MOST: Final = 12  # cards that stand open; of more, only those that are contradicted
ICONS: Final = dict(zip(keys.VALIDATIONS, "✓✕–", strict=True))
BY: Final = {"gates": "purity promised by the gates", "reanalysis": "by re-analysis"}
NOT_FOUND: Final = "upper limit"


@dataclass(frozen=True)
class FractionCard:
    """What the card of one fraction shows."""

    title: str
    verdict: str
    numbers: list[tuple[str, str]] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)
    purity: Figure | None = None
    targets: Table | None = None
    folded: bool = False  # one line, until it is opened

    @property
    def icon(self) -> str:
        """A sign beside the word, which alone would tell."""
        return ICONS.get(self.verdict, "")


def fraction_cards(inputs: Inputs, fractions: pd.DataFrame) -> Iterator[FractionCard]:
    purity, qpcr = inputs.table("purity"), inputs.table("qpcr")
    order = fractions[keys.VERDICT].map([keys.VALIDATIONS[i] for i in (1, 2, 0)].index)
    for row in fractions.iloc[order.argsort(kind="stable")].to_dict("records"):
        mine = purity[purity["fraction_id"] == row["fraction_id"]] if len(purity) else purity
        targets = qpcr[qpcr["fraction_id"] == row["fraction_id"]] if len(qpcr) else qpcr
        who = [text(row[key]).text for key in (keys.PATIENT, keys.GROUP, keys.TIMEPOINT)]
        yield FractionCard(
            title=f"{row['fraction_id']}: {row[keys.POPULATION]} of {', '.join(each for each in who if each)}",
            verdict=str(row[keys.VERDICT]),
            numbers=[(count(row["n_sorted"]), "cells sorted"), *_purities(mine)],
            sentences=[each.sentence for each in findings_in(row, "reason")],
            purity=_figure(str(row["fraction_id"]), mine) if len(mine) else None,
            targets=_targets(str(row["fraction_id"]), targets, str(row["expected"])) if len(targets) else None,
            folded=len(fractions) > MOST and row[keys.VERDICT] != keys.VALIDATIONS[1],
        )


def fraction_overview(fractions: pd.DataFrame, purity: pd.DataFrame) -> Table:
    """A row a fraction, and its purity by each way side by side."""
    ways = [way for way in ("gates", "reanalysis", "DNA", "mRNA") if len(purity) and (purity["by"] == way).any()]
    titles = {"gates": "Gates (promised)", "reanalysis": "Re-analysis", "DNA": "DNA", "mRNA": "mRNA"}
    columns = ["Fraction", "Verdict", "Population", "Patient", "Cells sorted", *(titles[way] for way in ways)]
    table = Table(
        "fractions",
        "Purity of each fraction, by each way to tell it",
        columns,
        data=fractions,
        tall=len(fractions) > MOST,
    )
    for row in fractions.to_dict("records"):
        mine = purity[purity["fraction_id"] == row["fraction_id"]] if len(purity) else purity
        cells = [name(row["fraction_id"]), text(f"{ICONS[row[keys.VERDICT]]} {row[keys.VERDICT]}", style="name")]
        cells += [name(row[keys.POPULATION]), name(row[keys.PATIENT]), events(row["n_sorted"])]
        table.rows.append([*cells, *(_purity_cell(mine[mine["by"] == way]) for way in ways)])
    return table


def _purity_cell(rows: pd.DataFrame) -> Cell:
    """The least of several targets', with its interval."""
    if not len(rows):
        return Cell("–", "", "num")
    row = rows.sort_values("estimate").iloc[0]
    low, high = percent(float(row[keys.CI_LOW])), percent(float(row[keys.CI_HIGH]))
    return Cell(f"{percent(float(row['estimate']))} ({low} – {high})", float(row["estimate"]), "num")


def _purities(purity: pd.DataFrame) -> Iterator[tuple[str, str]]:
    for row in purity.to_dict("records"):
        label = BY.get(str(row["by"]), f"free of {row['contaminant']} by {row['by']}")
        least = row[keys.STATUS] == NOT_FOUND
        yield (f"≥ {percent(row[keys.CI_LOW])}" if least else percent(row["estimate"])), label


def _figure(fraction_id: str, purity: pd.DataFrame) -> Figure:
    ways = listed(list(dict.fromkeys(purity["by"].astype(str))))
    return embed(
        pl.purity(purity, show=False),
        alt=f"Purity of fraction {fraction_id} by {ways}, with intervals. The numbers stand beside it.",
        caption="Purity by each way to tell it, with 95 % intervals. A triangle: the contaminant was not found.",
    )


def _targets(fraction_id: str, qpcr: pd.DataFrame, expected: str) -> Table:
    wanted = dict(each.rsplit(" ", 1) for each in expected.split("; ") if each)
    columns = [
        "Target",
        "Kind",
        "Expected",
        "Wells amplified",
        "Cq",
        "Copies of references a well",
        "Ratio to references",
        "95 % interval",
        "Ratio that would show",
        "Status",
        "Note",
    ]
    table = Table(f"fraction-{fraction_id}", f"Targets in {fraction_id}", columns, data=qpcr)
    for row in qpcr.to_dict("records"):
        told = "reference" if row["role"] == "reference" else wanted.get(row["target"], "")
        wells = Cell(f"{row['n_amplified']} of {row['n_wells']}", float(row["n_amplified"]), "num")
        notes = "; ".join(each.sentence for each in findings_in(row, keys.NOTE))
        table.rows.append(
            [
                name(row["target"]),
                text(row["kind"]),
                text(told),
                wells,
                number(row["cq"], 4),
                signal(row["input_copies"]),
                _ratio(row["log2_ratio"]),
                _interval(row),
                _ratio(row["limit"]),
                text(row[keys.STATUS]),
                phenotype(notes),
            ]
        )
    return table


def _ratio(log2: Any) -> Cell:
    return number(None if pd.isna(log2) else 2.0 ** float(log2))


def _interval(row: dict[Any, Any]) -> Cell:
    if pd.isna(row[keys.CI_HIGH]):
        return number(None)
    low, high = (2.0 ** float(row[key]) for key in (keys.CI_LOW, keys.CI_HIGH))
    return Cell(f"{low:.3g} – {high:.3g}", high, "num")
