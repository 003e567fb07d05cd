"""One row a sample and population: how many, of how many, how sure, and whether it could have been seen."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import gammainc, gammaincinv

from cytoclust import keys, params
from cytoclust.stats._exact_interval import exact_interval

__all__ = ["population_table"]

COLUMNS = (
    keys.SAMPLE, *keys.SHEET_COLUMNS, keys.POPULATION, "parent", "n_events", "n_parent", "fraction", "ci_low",
    "ci_high", "lod", "loq", "status",
)  # fmt: skip


def population_table(
    counts: pd.DataFrame,
    sheet: pd.DataFrame,
    *,
    parents: Mapping[str, str],
    background: pd.DataFrame | None = None,
    frequencies: Mapping[str, float] | None = None,
    detect: params.Detect = params.D.detect,
) -> pd.DataFrame:
    """The table ``populations.csv``.

    ``status`` is ``detected`` with at least ``detect.lod_events`` events, and more than the expected background by a
    one-sided Poisson test; else ``not detected`` if the sample would have shown the reference frequency (``lod_events``
    or more with a chance of ``detect.confidence``, by Poisson); else ``not evaluable``. The reference is the median
    fraction of cells in the samples that have the population; if none has it, the frequency that the rules give;
    if they give none, no sample is evaluable.

    Parameters
    ----------
    counts
        Samples × populations: events given this very name, not one below it.
    sheet
        Index sample: ``patient_id, group, timepoint, batch``, as far as known.
    parents
        Parent of each population; those of no parent stand under ``cells``. Each gets a row, seen or not.
    background
        Samples × populations: events expected to bear the name wrongly.
    frequencies
        Typical fraction of cells, of some populations.
    detect
        Limits, in events, and confidence.

    Returns
    -------
    ``sample_id, patient_id, group, timepoint, batch, population, parent, n_events, n_parent, fraction, ci_low, ci_high,
    lod, loq, status``. Events of a population are those of its descendants too; ``fraction``, its limits, ``lod`` and
    ``loq`` are of the parent, at most 1 (NaN where the parent has no event). Events that are ``unassigned`` count as
    cells only.
    """
    names = [name for name in dict.fromkeys([*parents, *counts.columns]) if name != keys.UNASSIGNED]
    parent = {name: parents.get(name, keys.ROOT) for name in names}
    events = _with_descendants(counts, parent)
    wrong = _with_descendants(background, parent) if background is not None else events * 0.0
    cells = counts.sum(axis=1)
    parts = [pd.DataFrame(columns=list(COLUMNS))] if not names else []
    for name in names:
        of = cells if parent[name] == keys.ROOT else events[parent[name]]
        status = _status(events[name], wrong[name], cells, (frequencies or {}).get(name), detect)
        parts.append(_rows(name, parent[name], events[name], of, status, sheet, detect))
    order = {sample: place for place, sample in enumerate(counts.index)}
    table = pd.concat(parts, ignore_index=True)
    return table.iloc[np.argsort(table[keys.SAMPLE].map(order).to_numpy(), kind="stable")].reset_index(drop=True)


def _with_descendants(counts: pd.DataFrame, parent: Mapping[str, str]) -> pd.DataFrame:
    total = counts.reindex(columns=list(parent), fill_value=0).copy()
    own = total.copy()
    for name in parent:
        above = parent[name]
        while above != keys.ROOT:
            total[above] += own[name]
            above = parent[above]
    return total


def _status(
    events: pd.Series, wrong: pd.Series, cells: pd.Series, typical: float | None, detect: params.Detect
) -> np.ndarray:
    # P(Poisson(mean) >= k) is the regularised incomplete gamma function P(k, mean)
    above = gammainc(events, wrong) < 1 - detect.confidence
    seen = ((events >= detect.lod_events) & above).to_numpy()
    if detect.reference != "auto":
        reference = float(detect.reference)
    elif seen.any():
        reference = float((events / cells)[seen].median())
    else:
        reference = typical or 0.0
    needed = gammaincinv(detect.lod_events, detect.confidence)
    evaluable = (cells * reference >= needed).to_numpy()
    detected, absent, blind = keys.STATUSES
    return np.where(seen, detected, np.where(evaluable, absent, blind))


def _rows(
    name: str, parent: str, events: pd.Series, of: pd.Series, status: np.ndarray, sheet: pd.DataFrame,
    detect: params.Detect,
) -> pd.DataFrame:  # fmt: skip
    total = of.where(of > 0).astype(float)
    low, high = exact_interval(events, of, confidence=detect.confidence)
    columns: dict[str, Any] = {keys.SAMPLE: events.index}
    columns |= {key: sheet[key].reindex(events.index).to_numpy() if key in sheet else "" for key in keys.SHEET_COLUMNS}
    columns |= {
        keys.POPULATION: name,
        "parent": parent,
        "n_events": events.to_numpy(),
        "n_parent": of.to_numpy(),
        "fraction": (events / total).to_numpy(),
        "ci_low": low,
        "ci_high": high,
        "lod": (detect.lod_events / total).clip(upper=1.0).to_numpy(),
        "loq": (detect.loq_events / total).clip(upper=1.0).to_numpy(),
        "status": status,
    }
    return pd.DataFrame(columns)
