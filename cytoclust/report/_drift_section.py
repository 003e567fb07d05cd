"""Of the section on quality: whether the batches were measured alike, by controls; and what was made of it."""

from typing import Any

import numpy as np
import pandas as pd

from cytoclust import keys, pl
from cytoclust.report._blocks import Figure, Table, embed, number, text
from cytoclust.report._gather import Inputs, findings_in
from cytoclust.words import plural

__all__ = ["drift"]

CODES = ("drift found", "control chart broken", "normalised", "not normalised", "spike test failed")
WORDS = {"ok": "ok", "drift": "drifted", "no gain": "drifted, and by no gain", "not evaluable": "not evaluable"}


def drift(inputs: Inputs) -> dict[str, Any] | None:
    """What was noted of drift, its tables and the control chart; None where nothing was measured."""
    measured, chart = inputs.table("drift"), inputs.table("control_chart")
    if measured.empty and chart.empty:
        return None
    return {
        "notes": [note.sentence for note in inputs.run.notes if note.code in CODES],
        "table": _table(measured) if len(measured) else None,
        "claims": _claims(inputs.table("claims_both")),
        "chart": _chart(chart) if len(chart) else None,
    }


def _table(measured: pd.DataFrame) -> Table:
    table = Table(
        "drift", "Signals of each batch over those of the reference",
        ["Batch", "Marker", "By", "Times", "95 % interval", "Drift beyond", "Verdict", "Note"], tall=True,
        data=measured,
    )  # fmt: skip
    for row in measured.to_dict("records"):
        known = np.isfinite(row["log_gain"])
        low, high, limit = (np.exp(row[name]) for name in ("ci_low", "ci_high", "limit"))
        source = row["source"] if row["source"] != "control" else f"process control {row[keys.SAMPLE]}"
        table.rows.append([
            text(row[keys.BATCH] or "none given"), text(row[keys.MARKER]), text(source),
            number(float(np.exp(row["log_gain"]))) if known else text(""),
            text(f"{low:.2f} to {high:.2f}" if known else ""), text(f"{limit:.2f}" if np.isfinite(limit) else ""),
            text(WORDS.get(row[keys.STATUS], row[keys.STATUS])),
            text("; ".join(each.sentence for each in findings_in(row, keys.NOTE))),
        ])  # fmt: skip
    return table


def _claims(both: pd.DataFrame) -> Table | None:
    """Every claim with and without normalisation."""
    if both.empty:
        return None
    table = Table(
        "claimsboth", "Every claim without and with normalisation",
        ["Population", "Where", "p without", "p with", "Verdict without", "Verdict with"], data=both,
    )  # fmt: skip
    for row in both.to_dict("records"):
        p = [number(row[name]) if pd.notna(row[name]) else text("") for name in ("p_raw", "p_normalised")]
        table.rows.append([
            text(row[keys.POPULATION]), text(row[keys.CONTRAST]), *p, text(row["verdict_raw"]),
            text(row["verdict_normalised"]),
        ])  # fmt: skip
    return table


def _chart(chart: pd.DataFrame) -> Figure:
    runs = plural(chart["run"].nunique(), "run")
    return embed(
        pl.control_chart(chart, show=False),
        alt=f"Control chart over {runs}: what each control measured in each channel. The numbers are in"
        " tables/control_chart.csv.",
        caption=f"Controls over {runs} (Levey–Jennings). Lines: mean, two and three standard deviations of the first"
        " 20 runs; without lines there are fewer. Triangles break a Westgard rule.",
    )
