"""What was measured: channels, markers, transforms, spill-over and thresholds of positivity."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from cytoclust import keys, pl
from cytoclust.pl.detector_pairs import detector_pairs, detectors
from cytoclust.pl.medians import stained
from cytoclust.record import Column
from cytoclust.report._blocks import Figure, Table, number, signal, text
from cytoclust.report._cut_drawings import draw_cuts
from cytoclust.report._gather import Inputs, present
from cytoclust.report._methods import compensation_sentence
from cytoclust.report._units import file_units
from cytoclust.slots import read_meta
from cytoclust.words import plural

__all__ = ["panel"]

MOST_PAIRS = 10  # pairs of detectors that are drawn
FILE_UNITS = "Positive above, file units"


def panel(inputs: Inputs) -> dict[str, Any]:
    """Tables of channels and of thresholds, histograms of the markers, and the spill-over matrix if there is one."""
    return {
        "compensation": _compensation(inputs),
        "table": _table(inputs.run.panel) if inputs.run.panel else None,
        "cuts": (cuts := draw_cuts(inputs)),
        "controls": any(row.controls for each in cuts for row in each.rows),
        "histograms": None if cuts else _histograms(inputs),
        "thresholds": _thresholds(inputs),
        "spillover": _spillover(inputs),
        "pairs": _pairs(inputs),
    }


def _compensation(inputs: Inputs) -> str:
    sections = inputs.run.parameters
    return compensation_sentence(inputs, dict(sections["compensate"])) if "compensate" in sections else ""


def _table(columns: list[Column]) -> Table:
    rows = [column.model_dump() for column in columns]
    titles = ["Name", "Channel", "Marker", "Signal", "Use", "Transform", "Positive above"]
    table = Table("panel", "Panel, transforms and thresholds of positivity", titles, data=pd.DataFrame(rows))
    for row in rows:
        cells = [text(row.get(name)) for name in ("name", "channel", "marker", "signal_type", "role", "transform")]
        table.rows.append([*cells, number(row.get("threshold"))])
    return table


def _histograms(inputs: Inputs) -> Figure | None:
    markers = stained(inputs.adata)
    if not markers or not inputs.adata.n_obs:
        return None
    learnt = keys.THRESHOLDS in inputs.adata.uns
    of = (
        "over the cells of all samples, on the scale that was clustered. It is drawn from the events of cohort.h5ad, in"
        " which rare clusters are enriched; each counts for as many cells of its cluster as it stands for."
        if inputs.weighted
        else "over the events at hand, on the scale that was clustered."
    )
    return inputs.drawings.draw(
        pl.histograms,
        inputs.adata,
        markers=markers,
        alt=f"Histograms of {len(markers)} markers" + (", each with its threshold of positivity." if learnt else "."),
        caption=f"Each marker {of}" + (" Dashed lines: thresholds of positivity." if learnt else ""),
    )


def _thresholds(inputs: Inputs) -> Table | None:
    """Where each marker turns positive, on the clustered scale and in the file's units, how sure, and from what."""
    rows = inputs.table("thresholds")
    if not {"marker", "positive"} <= set(rows):
        return None
    pairs = zip(rows["marker"].astype(str), rows["positive"].astype(float), strict=True)
    rows = rows.assign(positive_file_units=[file_units(inputs.adata, *pair) for pair in pairs])
    titles = {
        "marker": "Marker", "batch": "Batch", "positive": "Positive above", "positive_file_units": FILE_UNITS,
        "uncertainty": "Uncertainty", "dim": "Dim up to", "bright": "Bright from", "modes": "Seen", "source": "From",
    }  # fmt: skip
    makers = dict.fromkeys(("positive", "uncertainty", "dim", "bright"), number) | {"positive_file_units": signal}
    shown = [column for column in titles if present(rows, column)]
    table = Table("thresholds", "Thresholds of positivity", [titles[column] for column in shown], data=rows)
    for row in rows.to_dict("records"):
        table.rows.append([makers.get(column, text)(row[column]) for column in shown])
    return table


def _spillover(inputs: Inputs) -> Figure | None:
    """The matrix of the first file that has one."""
    meta = read_meta(inputs.adata)
    known = [each for each in (meta, *meta.values()) if isinstance(each, Mapping) and keys.SPILL in each]
    if not known or not isinstance(matrix := known[0][keys.SPILL], pd.DataFrame):
        return None
    several = len({each[keys.SPILL].to_numpy().tobytes() for each in known}) > 1
    which = "the first file; the files differ" if several else "the files" if len(known) > 1 else "the file"
    return inputs.drawings.draw(
        pl.spillover,
        matrix,
        alt=f"Spill-over matrix of {len(matrix)} channels.",
        caption=f"Spill-over matrix of {which}: the share of each row's dye that the detector of a column sees.",
    )


def _pairs(inputs: Inputs) -> Figure | None:
    """Detectors against each other after compensation, the worst first."""
    names = detectors(inputs.adata)
    if len(names) < 2 or not inputs.adata.n_obs:
        return None
    left = [pair for pair in detector_pairs(inputs.adata, names) if pair.why == "residual"]
    told = ", ".join(f"{pair.source} in {pair.target}" for pair in left[:MOST_PAIRS])
    found = f"Compensation left a slope: {told}." if left else "No slope was found that compensation left."
    return inputs.drawings.draw(
        pl.nxn,
        inputs.adata,
        most=MOST_PAIRS,
        alt=f"{plural(min(MOST_PAIRS, len(names) * (len(names) - 1) // 2), 'pair')} of detectors. {found}",
        caption="The dye across, the detector that sees it up, as they were clustered. Rightly compensated, cells"
        f" without the detector's own marker lie level. {found}",
    )
