"""Section 4: whether the data are good."""

import math
from typing import Any

import pandas as pd

from cytoclust import keys, pl
from cytoclust.pp import is_mass, panel_of
from cytoclust.registry import CHECKS
from cytoclust.report._batch_section import batches
from cytoclust.report._blocks import Cell, Figure, Table, embed, events, fraction, number, text
from cytoclust.report._cleaning_section import cleaning
from cytoclust.report._drift_section import drift
from cytoclust.report._gather import Inputs
from cytoclust.report._panel_section import panel
from cytoclust.report._sample_notes import sample_notes
from cytoclust.report._warnings import doubts, unusable
from cytoclust.words import percent, plural

__all__ = ["quality"]

FEW_OK = 0.5  # a sample that keeps less than this is pointed out
OK = "intact single cells, used for everything else"


def quality(inputs: Inputs) -> dict[str, Any]:
    """Events by quality and along the run, depth, batches, panel, thresholds, and every note about a sample."""
    counts = inputs.run.events
    mass = is_mass(panel_of(inputs.adata, strict=False))
    return {
        "figure": _figure(counts) if counts else None,
        "acquisition": _acquisition(inputs),
        "table": _table(counts) if counts else None,
        "depth": _depth(inputs) if counts else None,
        "meanings": [(name, CHECKS[name].on(mass=mass).what if name in CHECKS else OK) for name in keys.QC],
        "poor": [*unusable(inputs), *doubts(inputs)]
        + [
            f"{row[keys.SAMPLE]} keeps {percent(row['ok'] / row['total'])} of its events."
            for row in counts
            if row["total"] and row["ok"] / row["total"] < FEW_OK
        ],
        "notes": sample_notes(inputs),
        "batches": batches(inputs),
        "drift": drift(inputs),
        "panel": panel(inputs),
        "cleaning": cleaning(inputs),
    }


def _figure(counts: list[dict[str, Any]]) -> Figure:
    return embed(
        pl.events(pd.DataFrame(counts), show=False),
        alt="Share of events that passed quality control and of those set aside, in"
        f" {plural(len(counts), 'sample')}. The numbers are in the table below.",
        caption=("Events of each sample: those" if len(counts) > 1 else "Events: those")
        + " that passed quality control, and why the others were set aside.",
    )


def _acquisition(inputs: Inputs) -> Figure | None:
    table = inputs.table("acquisition")
    if table.empty:
        return None
    n_samples = table[keys.SAMPLE].nunique()
    return inputs.drawings.draw(
        pl.acquisition,
        table,
        alt=f"Quality along the acquisition of {plural(n_samples, 'sample')}: how fast events came, and what"
        " was set aside where.",
        caption=f"{'Each' if n_samples > 1 else 'The'} sample from its first event to its last: how fast events came,"
        " and which share was set aside, and why.",
    )


def _table(counts: list[dict[str, Any]]) -> Table:
    present = [name for name in keys.QC if any(name in row for row in counts)]
    titles = ["Sample", "Events", *(name.capitalize() for name in present)]
    caption = "Events of each sample by quality" if len(counts) > 1 else "Events by quality"
    table = Table("events", caption, titles, tall=True, data=pd.DataFrame(counts))
    for row in counts:
        total = max(row["total"], 1)
        shares = [(row.get(name, 0), percent(row.get(name, 0) / total)) for name in present]
        cells = [Cell(f"{events(n).text} ({share})", float(n), "num") for n, share in shares]
        table.rows.append([text(row[keys.SAMPLE]), events(row["total"]), *cells])
    return table


def _depth(inputs: Inputs) -> Table:
    """How rare a population each sample could have shown, and whether blood diluted it."""
    sure, samples = inputs.parameter("detect", "confidence"), inputs.table("samples")
    table = pd.DataFrame([{keys.SAMPLE: str(row[keys.SAMPLE]), "cells": row["ok"]} for row in inputs.run.events])
    makers = {"cells": ("Cells", events)}
    if {keys.SAMPLE, keys.N_MALIGNANT} <= set(samples) and samples[keys.N_MALIGNANT].any():
        table = table.merge(_by_sample(samples, [keys.N_MALIGNANT]), how="left", on=keys.SAMPLE)
        table["n_other"] = table["cells"] - table.pop(keys.N_MALIGNANT)
        makers["n_other"] = ("of them not malignant", events)
    table[keys.LOD95] = (-math.log(1 - sure) / table["cells"].where(table["cells"] > 0)).clip(upper=1)
    makers[keys.LOD95] = (f"Least detectable fraction ({100 * sure:g}\u00a0%, without background)", fraction)
    if len(inputs.populations):
        populations = inputs.populations.assign(**{keys.SAMPLE: inputs.populations[keys.SAMPLE].astype(str)})
        unsure = populations[keys.STATUS].astype(str) == keys.STATUSES[-1]
        table["n_unsure"] = table[keys.SAMPLE].map(unsure.groupby(populations[keys.SAMPLE]).sum())
        makers["n_unsure"] = ("Populations not evaluable", number)
    if {keys.SAMPLE, keys.HEMODILUTION} <= set(samples) and (samples[keys.HEMODILUTION] != keys.DILUTED[-1]).any():
        table = table.merge(_by_sample(samples, [keys.MARROW_INDEX, keys.HEMODILUTION]), how="left", on=keys.SAMPLE)
        makers |= {
            keys.MARROW_INDEX: ("Marrow to blood, log2", number),
            keys.HEMODILUTION: ("Diluted with blood", text),
        }
    caption = f"Depth: the rarest that {'each' if len(table) > 1 else 'the'} sample could have shown"
    shown = Table(
        "depth", caption, ["Sample", *(title for title, _ in makers.values())], tall=len(table) > 20, data=table
    )
    for row in table.to_dict("records"):
        shown.rows.append([text(row[keys.SAMPLE]), *(make(row[column]) for column, (_, make) in makers.items())])
    return shown


def _by_sample(samples: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    held = [column for column in columns if column in samples]
    return samples[[keys.SAMPLE, *held]].assign(**{keys.SAMPLE: samples[keys.SAMPLE].astype(str)})
