"""Sorted fractions, colonies and differentiation: a card a fraction, the assays, and what was measured."""

from typing import Any

import pandas as pd

from cytoclust import keys, pl
from cytoclust.report._blocks import Cell, Table, embed, events, fraction, name, number, phenotype, signal, text
from cytoclust.report._fraction_cards import fraction_cards, fraction_overview
from cytoclust.report._gather import Inputs, findings_in
from cytoclust.words import listed, percent

__all__ = ["validation"]


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
        "fractions": list(fraction_cards(inputs, fractions)) if len(fractions) else [],
        "summary": _summary(fractions),
        "overview": fraction_overview(fractions, inputs.table("purity")) if len(fractions) else None,
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
