"""Manual gates beside clusters and names, where `cytoclust compare` was run."""

from typing import Any

import pandas as pd

from cytoclust import keys
from cytoclust.findings import Finding
from cytoclust.report._blocks import Cell, Table, events, name, number, text
from cytoclust.report._gather import Inputs, findings_in
from cytoclust.words import count, plural

__all__ = ["manual_gates_section"]

NEEDED = {keys.GATE, "f1"}


def manual_gates_section(inputs: Inputs) -> dict[str, Any] | None:
    """Agreement of gates with populations and clusters, and gates that were not used; None without a comparison."""
    read, rules = inputs.table("gates_read"), inputs.table("gate_rules")
    clusters, pairs = inputs.table("gate_clusters"), inputs.table("gate_overlap")
    if read.empty or not set(rules) >= NEEDED:
        return None
    return {
        "told": _told(read),
        "rules": _rules(rules) if len(rules) else None,
        "clusters": _clusters(clusters) if len(clusters) else None,
        "unused": _unused(read),
        "read": _read(read),
        "overlap": _overlap(pairs) if len(pairs) else None,
    }


def _told(read: pd.DataFrame) -> str:
    gates = read[read[keys.GATE] != ""]
    counts = gates[keys.STATUS].value_counts()
    words = {
        "reproduced": "give the count that their author saw",
        "not reproduced": "do not, and are not used",
        "not counted": "have no count to check them against",
        "not supported": "could not be read",
    }
    told = ", ".join(
        f"{count(counts[status])} {words[status]}" for status in keys.GATE_STATUSES if counts.get(status, 0)
    )
    sources = ", ".join(dict.fromkeys(read["source"].astype(str)))
    return (
        f"{sources}: {plural(len(gates), 'gate')} in {plural(gates[keys.SAMPLE].nunique(), 'sample')}; of these {told}."
    )


def _rules(table: pd.DataFrame) -> Table:
    shown = Table(
        "gate-rules", "Gates and the populations they were matched to",
        ["Gate", "Population", "Matched by", "Samples", "Gate events", "Population events", "Precision", "Recall", "F1",
         "Ratio of counts", "Limits of agreement", "Concordance", "Most of what is lost"],
        legend=(
            ("F1", "harmonic mean of precision and recall, with a 95 % interval that takes the patient as the unit"),
            ("Ratio of counts", "population over gate, mean over patients; 1 is the same (Bland and Altman)"),
            ("Limits of agreement", "95 % of samples lie between them"),
            ("Concordance", "Lin's coefficient of the counts on the logarithmic scale; 1 is the same in each sample"),
        ),
        tall=True, data=table,
    )  # fmt: skip
    for row in table.to_dict("records"):
        lost = f"{row['lost_to']} ({count(row['n_lost_to'])} of {count(row['lost'])})" if row["lost"] else ""
        shown.rows.append(
            [
                name(row[keys.GATE]), name(row[keys.POPULATION]), text(row["matched_by"]), events(row["n_samples"]),
                events(row["n_gate"]), events(row["n_population"]), number(row["precision"]), number(row["recall"]),
                _between(row["f1"], row["f1_low"], row["f1_high"]),
                _ratio(row["bias"], row["bias_low"], row["bias_high"]),
                _span(row["limit_low"], row["limit_high"]),
                _between(row["concordance"], row["concordance_low"], row["concordance_high"]), text(lost),
            ]
        )  # fmt: skip
    return shown


def _clusters(table: pd.DataFrame) -> Table:
    judged = table[table["half"] != "all"] if (table["half"] != "all").any() else table
    shown = Table(
        "gate-clusters", "The clusters most like each gate: chosen by half of the patients, judged by the other half",
        ["Gate", "Chosen by", "Clusters", "F1 where chosen", "Patients", "Precision", "Recall", "F1 where judged",
         "Note"],
        tall=True, data=table,
    )  # fmt: skip
    for row in judged.to_dict("records"):
        notes = "; ".join(note.sentence for note in findings_in(row, keys.NOTE))
        shown.rows.append(
            [
                name(row[keys.GATE]), text(row["half"]), text(row["clusters"]), number(row["f1_chosen_by"]),
                events(row["n_judged_by"]), number(row["precision"]), number(row["recall"]),
                _between(row["f1"], row[keys.CI_LOW], row[keys.CI_HIGH]), text(notes),
            ]
        )  # fmt: skip
    return shown


def _unused(read: pd.DataFrame) -> list[tuple[str, str]]:
    """Gates, or samples, that are not used, with the reason and where."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in read[~read[keys.STATUS].isin(keys.USABLE_GATES)].to_dict("records"):
        told = findings_in(row, keys.REASON)
        what = str(row["path"]) or f"sample {row[keys.SAMPLE]}"
        found.setdefault((what, _first(told)), []).append(str(row[keys.SAMPLE]))
    return [(what, f" ({', '.join(samples)}): {why}") for (what, why), samples in found.items()]


def _counted(n: Any) -> Cell:
    return Cell("–", "", "num") if pd.isna(n) else events(n)


def _first(told: list[Finding]) -> str:
    return told[0].sentence if told else "not read"


def _read(read: pd.DataFrame) -> Table:
    shown = Table(
        "gates-read", "Every gate, with its count here and where it was drawn",
        ["Sample", "Gate", "Kind", "Events here", "Events there", "Status", "Note"], tall=True, data=read,
    )  # fmt: skip
    for row in read.to_dict("records"):
        here, there = row[keys.N_EVENTS], row["n_stored"]
        shown.rows.append(
            [
                text(row[keys.SAMPLE]), name(row["path"]), text(row["kind"]), _counted(here),
                _counted(there), text(row[keys.STATUS]),
                text("; ".join(note.sentence for note in findings_in(row, keys.REASON))),
            ]
        )  # fmt: skip
    return shown


def _overlap(pairs: pd.DataFrame) -> Table:
    shown = Table(
        "gate-overlap", "Events that gates and populations share, in each sample",
        ["Sample", "Gate", "Population", "Gate events", "Population events", "Both", "Precision", "Recall", "F1"],
        tall=True, data=pairs,
    )  # fmt: skip
    for row in pairs.to_dict("records"):
        shown.rows.append(
            [
                text(row[keys.SAMPLE]), name(row[keys.GATE]), name(row[keys.POPULATION]), events(row["n_gate"]),
                events(row["n_population"]), events(row["n_both"]), number(row["precision"]), number(row["recall"]),
                _between(row["f1"], row[keys.CI_LOW], row[keys.CI_HIGH]),
            ]
        )  # fmt: skip
    return shown


def _between(value: Any, low: Any, high: Any) -> Cell:
    """A number with its interval."""
    if pd.isna(value):
        return Cell("–", "", "num")
    told = "" if pd.isna(low) else f" ({low:.2f} – {high:.2f})"
    return Cell(f"{value:.2f}{told}", float(value), "num")


def _ratio(bias: Any, low: Any, high: Any) -> Cell:
    if pd.isna(bias):
        return Cell("–", "", "num")
    told = "" if pd.isna(low) else f" ({2**low:.2g} – {2**high:.2g})"
    return Cell(f"{2**bias:.2g}{told}", float(bias), "num")


def _span(low: Any, high: Any) -> Cell:
    return Cell("–", "", "num") if pd.isna(low) else Cell(f"{2**low:.2g} – {2**high:.2g}", float(high - low), "num")
