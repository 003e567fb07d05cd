"""What was measured: channels, markers, transforms, spill-over and thresholds of positivity."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from cytoclust import keys, pl
from cytoclust.pl._medians import stained
from cytoclust.report._blocks import Figure, Table, embed, number, text
from cytoclust.report._gather import Inputs

__all__ = ["panel"]


def panel(inputs: Inputs) -> dict[str, Any]:
    """Tables of channels and of thresholds, histograms of the markers, and the spill-over matrix if there is one."""
    return {
        "table": _table(inputs.run["panel"]) if inputs.run["panel"] else None,
        "histograms": _histograms(inputs),
        "thresholds": _thresholds(inputs.table("thresholds")),
        "spillover": _spillover(inputs),
    }


def _table(channels: list[dict[str, Any]]) -> Table:
    titles = ["Name", "Channel", "Marker", "Signal", "Use", "Transform", "Positive above"]
    table = Table("panel", "Panel, transforms and thresholds of positivity", titles, data=pd.DataFrame(channels))
    for row in channels:
        cells = [text(row.get(name)) for name in ("name", "channel", "marker", "signal_type", "role", "transform")]
        table.rows.append([*cells, number(row.get("threshold"))])
    return table


def _histograms(inputs: Inputs) -> Figure | None:
    markers = stained(inputs.adata)
    if not markers or not inputs.adata.n_obs:
        return None
    learnt = keys.THRESHOLDS in inputs.adata.uns
    return embed(
        pl.histograms(inputs.adata, markers=markers, show=False),
        alt=f"Histograms of {len(markers)} markers" + (", each with its threshold of positivity." if learnt else "."),
        caption="Each marker over the events at hand, on the scale that was clustered."
        + (" Dashed lines: thresholds of positivity." if learnt else ""),
    )


def _thresholds(rows: pd.DataFrame) -> Table | None:
    """Where each marker turns positive, how sure, and from what."""
    if "marker" not in rows:
        return None
    titles = {
        "marker": "Marker", "batch": "Batch", "positive": "Positive above", "uncertainty": "Uncertainty",
        "dim": "Dim up to", "bright": "Bright from", "modes": "Seen", "source": "From",
    }  # fmt: skip
    measured = {"positive", "uncertainty", "dim", "bright"}
    shown = [column for column in titles if column in rows]
    table = Table("thresholds", "Thresholds of positivity", [titles[column] for column in shown], data=rows)
    for row in rows.to_dict("records"):
        table.rows.append([number(row[c]) if c in measured else text(row[c]) for c in shown])
    return table


def _spillover(inputs: Inputs) -> Figure | None:
    """The matrix of the first file that has one."""
    meta = inputs.adata.uns.get(keys.META)
    if not isinstance(meta, Mapping):
        return None
    told = [each for each in (meta, *meta.values()) if isinstance(each, Mapping) and keys.SPILL in each]
    if not told or not isinstance(matrix := told[0][keys.SPILL], pd.DataFrame):
        return None
    several = len({each[keys.SPILL].to_numpy().tobytes() for each in told}) > 1
    which = "the first file; the files differ" if several else "the files" if len(told) > 1 else "the file"
    return embed(
        pl.spillover(matrix, show=False),
        alt=f"Spill-over matrix of {len(matrix)} channels.",
        caption=f"Spill-over matrix of {which}: the share of each row's dye that the detector of a column sees.",
    )
