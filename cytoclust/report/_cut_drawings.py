"""Every marker with its cuts, by batch and sample, on a logarithmic height."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.pl.scales import axis_ticks
from cytoclust.report._blocks import signal
from cytoclust.report._gather import Inputs
from cytoclust.report._units import file_units

__all__ = ["MarkerCuts", "draw_cuts"]

WIDTH: Final = 210.0  # CSS pixels of a panel
ROW: Final = 58.0  # of a batch in it
PIXELS_PER_INCH: Final = 96.0
DECADES: Final = 5.0  # of shares of cells that a row is high


@dataclass(frozen=True)
class BatchCut:
    """A row: curves of samples (name and path), of all its cells and of controls, and the cut."""

    batch: str
    samples: list[tuple[str, str]]
    whole: str
    controls: list[tuple[str, str]]
    cut: float | None
    value: str
    top: float


@dataclass(frozen=True)
class MarkerCuts:
    """A marker with a row a batch; places are in ``width`` × ``height`` with y from above."""

    marker: str
    label: str
    rows: list[BatchCut]
    ticks: list[tuple[float, str]]
    source: str
    told: str
    height: float
    width: float = WIDTH
    row: float = ROW


def draw_cuts(inputs: Inputs) -> list[MarkerCuts]:
    """A panel a stained marker, in the order of the panel; none where no histogram was counted."""
    slot = inputs.densities.get("histograms", {})
    if not isinstance(slot, Mapping) or "counts" not in slot:
        return []
    counts = np.asarray(slot["counts"]).astype(np.float64)
    samples = [str(name) for name in slot["samples"]]
    batch_of = _batches(inputs)
    batches = list(dict.fromkeys(batch_of.get(name, "") for name in samples))
    axes, cuts = slot["axes"], inputs.table("thresholds")
    channel = {column.name: column.channel for column in inputs.run.panel}
    found = []
    for place, marker in enumerate(map(str, axes.index)):
        low, high = (float(value) for value in axes.iloc[place][["low", "high"]])
        known = cuts[cuts[keys.MARKER].astype(str) == marker] if len(cuts) else cuts
        rows = []
        for number, batch in enumerate(batches):
            mine = [i for i, name in enumerate(samples) if batch_of.get(name, "") == batch]
            top = number * ROW
            curves = [(samples[i], _curve(counts[i, place], top)) for i in mine] if len(mine) > 1 else []
            own = _row_of(known, batch)
            cut = float(own["positive"]) if own is not None and pd.notna(own["positive"]) else None
            rows.append(BatchCut(
                batch, curves, _curve(counts[mine, place].sum(axis=0), top),
                _controls(slot.get("controls"), marker, batch, counts.shape[2], top),
                None if cut is None else round(WIDTH * (cut - low) / (high - low), 1),
                _value(inputs, marker, own), top,
            ))  # fmt: skip
        ticks = axis_ticks(inputs.adata, marker, low, high, inches=WIDTH / PIXELS_PER_INCH)
        label = marker if channel.get(marker, marker) == marker else f"{marker} · {channel[marker]}"
        sources = dict.fromkeys(known["source"].dropna().astype(str)) if "source" in known else {}
        found.append(MarkerCuts(
            marker, label, rows, [(round(WIDTH * (at - low) / (high - low), 1), text) for at, text in ticks],
            _sources(list(sources)), _told(label, rows), ROW * len(batches),
        ))  # fmt: skip
    return found


def _batches(inputs: Inputs) -> dict[str, str]:
    sheet = inputs.sheet
    if keys.SAMPLE not in sheet or keys.BATCH not in sheet:
        return {}
    return {str(s): "" if pd.isna(b) else str(b) for s, b in zip(sheet[keys.SAMPLE], sheet[keys.BATCH], strict=True)}


def _row_of(cuts: pd.DataFrame, batch: str) -> Mapping[Any, Any] | None:
    """The cut that holds in a batch: its own, else that of all."""
    if not len(cuts):
        return None
    of = cuts[keys.BATCH].fillna("").astype(str) if keys.BATCH in cuts else pd.Series("", index=cuts.index)
    for wanted in (batch, ""):
        if (of == wanted).any():
            return dict(cuts[of == wanted].iloc[0])
    return None


def _value(inputs: Inputs, marker: str, row: Mapping[Any, Any] | None) -> str:
    """The cut in the units of the file."""
    if row is None or pd.isna(row["positive"]):
        return "no cut"
    value = file_units(inputs.adata, marker, float(row["positive"]))
    return signal(value).text if np.isfinite(value) else f"{float(row['positive']):.3g}"


def _sources(sources: list[str]) -> str:
    """Where the cuts are from, where not all are learnt from the data."""
    told = [name for name in sources if name != "data"]
    return "; ".join("set by hand" if name == "given" else name for name in told)


def _told(label: str, rows: list[BatchCut]) -> str:
    cuts = ", ".join(f"{row.batch + ': ' if row.batch else ''}{row.value}" for row in rows)
    return f"{label}: cells on a logarithmic height; cut {cuts}."


def _curve(counts: NDArray[np.float64], top: float) -> str:
    """Steps of the logarithm of the share of cells in each bin, down to one in 10⁵, from left to right."""
    total = counts.sum()
    if not total:
        return ""
    with np.errstate(divide="ignore"):
        height = np.clip(1 + np.log10(counts / total) / DECADES, 0, 1)
    y = (top + ROW - 2 - (ROW - 8) * height).round(1)
    step = WIDTH / len(counts)
    x = ((np.arange(len(counts)) + 0.5) * step).round(1)
    return "M" + "L".join(f"{a:g} {b:g}" for a, b in zip(x, y, strict=True))


def _controls(table: Any, marker: str, batch: str, bins: int, top: float) -> list[tuple[str, str]]:
    """Curves of the controls that hold for a batch."""
    if not isinstance(table, pd.DataFrame) or not len(table):
        return []
    of = table[keys.BATCH].fillna("").astype(str)
    mine = table[(table[keys.MARKER].astype(str) == marker) & ((of == "") | (of == batch))]
    found = []
    for source, part in mine.groupby(mine["source"].astype(str), sort=False):
        counts = np.zeros(bins)
        np.add.at(counts, part["bin"].to_numpy(dtype=np.int64), part[keys.N_EVENTS].to_numpy(dtype=np.float64))
        found.append((str(source), _curve(counts, top)))
    return found
