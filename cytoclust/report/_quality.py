"""Section 4: whether the data are good."""

from typing import Any

from cytoclust import keys, pl
from cytoclust.pl._numbers import percent
from cytoclust.report._blocks import Cell, Table, embed, events, text
from cytoclust.report._gather import Inputs

__all__ = ["quality"]

FEW_OK = 0.5  # a sample that keeps less than this is pointed out
MEANINGS = {
    "ok": "intact single cells, used for everything else",
    "margin": "at the limit of a detector's range",
    "time": "during a clog or drift of the flow",
    "debris": "too small to be an intact cell",
    "doublet": "two or more cells measured as one",
    "dead": "stained by the viability dye",
}


def quality(inputs: Inputs) -> dict[str, Any]:
    """Figure and table of events per sample, and every note about a sample."""
    counts = inputs.run["events"]
    notes = [(entry[keys.SAMPLE], note) for entry in inputs.run["inputs"] for note in entry.get("notes", [])]
    notes += [(name, note) for name, several in inputs.run["quality_notes"].items() for note in several]
    return {
        "figure": _figure(inputs.run) if counts else None,
        "table": _table(counts) if counts else None,
        "meanings": [(name, MEANINGS[name]) for name in keys.QC],
        "poor": [
            f"{row[keys.SAMPLE]} keeps {percent(row['ok'] / row['total'])} of its events."
            for row in counts
            if row["total"] and row["ok"] / row["total"] < FEW_OK
        ],
        "notes": notes,
    }


def _figure(run: dict[str, Any]) -> Any:
    return embed(
        pl.events(run),
        alt=f"Share of events that passed quality control and of those set aside, in {len(run['events'])} samples. The"
        " numbers are in the table below.",
        caption="Events of each sample: those that passed quality control, and why the others were set aside.",
    )


def _table(counts: list[dict[str, Any]]) -> Table:
    present = [name for name in keys.QC if any(name in row for row in counts)]
    titles = ["Sample", "Events", *(name.capitalize() for name in present)]
    table = Table("Events of each sample by quality", titles, tall=True)
    for row in counts:
        total = max(row["total"], 1)
        shares = [(row.get(name, 0), percent(row.get(name, 0) / total)) for name in present]
        cells = [Cell(f"{events(n).text} ({share})", float(n), "num") for n, share in shares]
        table.rows.append([text(row[keys.SAMPLE]), events(row["total"]), *cells])
    return table
