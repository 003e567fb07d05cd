"""Sorted fractions, colonies and differentiation: a card a fraction, the assays, and what was measured."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from cytoclust import keys, pl
from cytoclust.report._blocks import Cell, Figure, Table, embed, events, fraction, name, number, phenotype, signal, text
from cytoclust.report._gather import Inputs, findings_in
from cytoclust.words import count, listed, percent

__all__ = ["validation"]

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


def validation(inputs: Inputs) -> dict[str, Any] | None:
    """The section; None where nothing of the bench is known."""
    fractions = inputs.table("fractions")
    tables = [
        {"title": title, "table": make(inputs.table(table))}
        for table, title, make in (
            ("cfu", "Colonies (CFU-F)", _colonies),
            ("clonogenic", "Limiting dilution", _clonogenic),
            ("differentiation", "Differentiation", _differentiation),
        )
        if len(inputs.table(table))
    ]
    if not len(fractions) and not tables:
        return None
    return {
        "fractions": list(_cards(inputs, fractions)),
        "summary": _summary(fractions),
        "overview": _overview(fractions, inputs.table("purity")) if len(fractions) else None,
        "assays": _assays(inputs.table("assays")) if len(inputs.table("assays")) else None,
        "contrasts": _contrasts(inputs),
        "tables": tables,
    }


def _summary(fractions: pd.DataFrame) -> str:
    if not len(fractions):
        return ""
    verdicts = fractions[keys.VERDICT].value_counts()
    told = [f"{verdicts[word]} {word}" for word in keys.VALIDATIONS if word in verdicts]
    return f"Of {len(fractions)} sorted fractions, {listed(told)}."


def _cards(inputs: Inputs, fractions: pd.DataFrame) -> Iterator[FractionCard]:
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


def _overview(fractions: pd.DataFrame, purity: pd.DataFrame) -> Table:
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
    row = rows.loc[rows["estimate"].idxmin()]
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


def _assays(assays: pd.DataFrame) -> Table:
    columns = [
        "Target",
        "Kind",
        "Plate",
        "Efficiency",
        "95 % interval",
        "Sd of replicates (Cq)",
        "Limit of detection",
        "Wells without template",
        "amplified",
        "Counts before Cq",
        "Verdict",
        "Note",
    ]
    table = Table("assays", "What each assay is worth on each plate", columns, data=assays)
    for row in assays.to_dict("records"):
        low, high = row["efficiency_low"], row["efficiency_high"]
        between = Cell("–", "", "num") if pd.isna(low) else Cell(f"{percent(low)} – {percent(high)}", float(low), "num")
        notes = "; ".join(each.sentence for each in findings_in(row, "reason"))
        table.rows.append(
            [
                name(row["target"]),
                text(row["kind"]),
                name(row["plate"]),
                fraction(row["efficiency"]),
                between,
                number(row["replicate_sd"], 2),
                _detection(row),
                events(row["n_ntc"]),
                events(row["n_ntc_amplified"]),
                number(row["cut_cq"], 4),
                text(row[keys.VERDICT]),
                phenotype(notes),
            ]
        )
    return table


def _detection(row: dict[Any, Any]) -> Cell:
    """The limit of detection; where every standard amplified, the most that it can be."""
    if pd.notna(row["lod"]) or pd.isna(row["lod_high"]):
        return number(row["lod"])
    return Cell(f"< {row['lod_high']:.3g}", float(row["lod_high"]), "num")


def _contrasts(inputs: Inputs) -> dict[str, Any] | None:
    every = inputs.table("contrasts")
    if keys.DENOMINATOR not in every or keys.ASSAY not in every:
        return None
    rows = every[every[keys.DENOMINATOR] == keys.DENOMINATORS[2]]
    if not len(rows):
        return None
    titles = [
        "Measured",
        "of",
        "Comparison",
        "at",
        "Patients",
        "Level",
        "against",
        "Ratio",
        "95 % interval",
        "p",
        "q",
        "Note",
    ]
    table = Table("assay-contrasts", "What the bench measured, compared", titles, tall=True, data=rows)
    for row in rows.to_dict("records"):
        at = "" if row.get("question") == "time" else row[keys.TIMEPOINT]
        between = Cell(f"{_plain(row[keys.RATIO_LOW])} – {_plain(row[keys.RATIO_HIGH])}", "", "num")
        n = Cell(f"{row[keys.N_A]} against {row[keys.N_B]}", float(row[keys.N_A]), "num")
        notes = "; ".join(each.sentence for each in findings_in(row, keys.NOTE))
        table.rows.append(
            [
                text(row[keys.ASSAY]),
                name(row[keys.POPULATION]),
                name(row[keys.CONTRAST]),
                name(at),
                n,
                signal(row[keys.LEVEL_A]),
                signal(row[keys.LEVEL_B]),
                number(row[keys.RATIO]),
                between,
                number(row[keys.P], 2),
                number(row[keys.Q], 2),
                phenotype(notes),
            ]
        )
    drawn = rows[rows[keys.RATIO].notna()]
    picture = embed(
        pl.contrasts(drawn, show=False),
        alt="Ratios of colonies and read-outs between groups and times. The table below has the numbers.",
        caption="How many times as much, with 95 % intervals; filled: q at most the error allowed.",
    ) if len(drawn) else None  # fmt: skip
    return {"figure": picture, "table": table}


def _plain(value: Any) -> str:
    return "–" if value is None or pd.isna(value) else f"{float(value):.3g}"


def _of_cells(slug: str, caption: str, table: pd.DataFrame, columns: list[tuple[str, str]], low: str) -> Table:
    """A table of samples: who, the columns given, and the interval in front of ``low``."""
    who = [
        (key, title)
        for key, title in (
            (keys.PATIENT, "Patient"),
            (keys.GROUP, "Group"),
            (keys.TIMEPOINT, "Time"),
        )
        if key in table and table[key].notna().any()
    ]
    titles = ["Sample", *(title for _, title in who), "Cells", *(title for _, title in columns), "Note"]
    shown = Table(slug, caption, titles, tall=len(table) > 12, data=table)
    for row in table.to_dict("records"):
        cells = [name(row[keys.SAMPLE]), *(name(row[key]) for key, _ in who), name(row[keys.POPULATION] or "unsorted")]
        for key, _ in columns:
            if key == low:
                cells.append(Cell(f"{_plain(row[keys.CI_LOW])} – {_plain(row[keys.CI_HIGH])}", "", "num"))
            else:
                cells.append(_shown(row[key]))
        shown.rows.append([*cells, phenotype("; ".join(each.sentence for each in findings_in(row, keys.NOTE)))])
    return shown


def _shown(value: Any) -> Cell:
    if isinstance(value, str):
        return text(value)
    return number(value) if isinstance(value, float) else events(value)


def _colonies(table: pd.DataFrame) -> Table:
    of = next((name for name in table["per_msc_of"] if name), "")
    columns = [
        ("n_wells", "Wells"),
        ("cells", "Seeded"),
        ("colonies", "Colonies"),
        (keys.PER_MILLION, "Per 10⁶ seeded"),
        (keys.CI_LOW, "95 % interval"),
        *([("per_msc", f"Per {of}")] if of else []),
    ]
    return _of_cells("cfu", "Colonies of each sample", table, columns, keys.CI_LOW)


def _clonogenic(table: pd.DataFrame) -> Table:
    columns = [
        ("n_wells", "Wells"),
        ("n_positive", "Positive"),
        ("one_in", "One in"),
        (keys.CI_LOW, "95 % interval"),
        (keys.PER_MILLION, "Per 10⁶"),
        ("slope", "Slope"),
        ("slope_p", "p of slope 1"),
    ]
    return _of_cells("clonogenic", "Cells that form a colony, by limiting dilution", table, columns, keys.CI_LOW)


def _differentiation(table: pd.DataFrame) -> Table:
    scores = table["score_difference"].notna().any()
    columns = [
        ("lineage", "Lineage"),
        ("readout", "Read-out"),
        ("n_plates", "Plates"),
        ("log2_ratio", "log2 induced to uninduced"),
        *([("score_difference", "Difference of scores")] if scores else []),
        (keys.CI_LOW, "95 % interval"),
    ]
    return _of_cells("differentiation", "Induced against uninduced wells", table, columns, keys.CI_LOW)
