"""One row a sample and population: how many, of how many, how sure, and whether it could have been seen."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys, params
from cytoclust.stats._blank import least_detectable, limit_of_blank, upper_limit
from cytoclust.stats._exact_interval import exact_interval

__all__ = ["population_table", "with_descendants"]

COLUMNS = (
    keys.SAMPLE, *keys.SHEET_COLUMNS, keys.POPULATION, keys.PARENT, keys.N_EVENTS, keys.N_PARENT, keys.N_BASE,
    keys.FRACTION, keys.PER_MILLION, keys.CI_LOW, keys.CI_HIGH, keys.BACKGROUND, keys.LOB, keys.LOD95, keys.LOD,
    keys.LOQ, keys.UPPER, keys.STATUS, keys.CANNOT_TELL,
)  # fmt: skip
NAMELESS, OF_PARENT, *_ = keys.UNTOLD
TARGET = 1e-4
"""Fraction of cells that a sample must be able to show, of what the rules give no frequency. Convention: the level that
assays of minimal residual disease are asked to reach."""


def population_table(
    counts: pd.DataFrame,
    sheet: pd.DataFrame,
    *,
    parents: Mapping[str, str],
    background: pd.DataFrame | None = None,
    frequencies: Mapping[str, float] | None = None,
    malignant: Collection[str] = (),
    ordinary: pd.Series | None = None,
    untold: Mapping[str, str] | None = None,
    detect: params.Detect = params.D.detect,
) -> pd.DataFrame:
    """The table ``populations.csv``.

    ``status`` is of this sample alone; no other patient's counts move it:

    - ``quantified``: ``detect.loq_events`` events or more, and more than the limit of blank ``lob``: as many as the
      expected background makes in 99 of 100 samples;
    - ``detected``: ``detect.lod_events`` or more, and more than ``lob``;
    - ``trace``: more than ``lob``: it is there, below the limit of reporting;
    - ``not detected``: no more than ``lob``; the level is less than ``upper``;
    - ``not evaluable``: no more than ``lob``, and the sample could not have shown the level that was to be seen: its
      least detectable level ``lod95`` is above ``detect.reference``; or its parent is not evaluable; or it is
      ``untold``.

    A share of a parent that is not above its own background, or that is ``untold``, is left open: ``cannot_tell`` says
    why.

    Limits of blank and of detection are those of CLSI EP17, for the cells of this sample; limits in events are habits
    of the field. The target (``detect.reference``) is by default the frequency that the rules give, else 1 in 10,000.

    Parameters
    ----------
    counts
        Samples × populations: events given this very name, not one below it; all events, so with those that are
        ``unassigned`` or ``unknown``, which count as cells only.
    sheet
        Index sample: ``patient_id, group, timepoint, batch``, as far as known.
    parents
        Parent of each population; those of no parent stand under ``cells``. Each gets rows, seen or not.
    background
        Samples × populations: events at most expected without the population. Columns may have a second level, where
        they belong (another population, or "" for none; further levels are added up): what belongs to a sister is no
        doubt about the parent.
    frequencies
        Typical fraction of cells, of some populations.
    malignant
        Populations that are tumour.
    ordinary
        Cells of each sample that levels of other populations are of; by default those that are not malignant.
    untold
        Why shares cannot be told, of some populations: words of ``keys.UNTOLD``. What cannot be named (``name``) has
        no level either, and could be anything.
    detect
        Limits, in events, target and confidence.

    Returns
    -------
    Its columns. Events of a population are those of its descendants too; ``fraction``, its limits, ``lod`` and
    ``loq`` are of the parent, at most 1 (NaN where the parent has no event; the fraction and its limits also where
    ``cannot_tell`` says why); ``per_million``, ``lod95`` and ``upper`` of the ``n_base`` cells; ``background`` and
    ``lob`` events.
    """
    names = [name for name in dict.fromkeys([*parents, *counts.columns]) if name != keys.UNASSIGNED]
    parent = {name: parents.get(name, keys.ROOT) for name in names}
    events = with_descendants(counts, parent)
    wrong = _wrong(background, counts.index, parent)
    cells = counts.sum(axis=1)
    healthy = cells - counts.loc[:, counts.columns.isin(list(malignant))].sum(axis=1) if ordinary is None else ordinary
    parts: dict[str, pd.DataFrame] = {}
    for name in sorted(names, key=lambda name: len(_ancestors(name, parent))):
        above = parent[name]
        of = cells if above == keys.ROOT else events[above]
        base = np.maximum(cells if name in malignant else np.rint(healthy), events[name])
        target = _target(name, frequencies or {}, detect)
        blind = parts[above][keys.STATUS] == keys.STATUSES[-1] if above in parts else pd.Series(False, counts.index)
        why = _why(name, untold or {}, events)
        nameless = np.full(len(counts), why == NAMELESS)
        levels = _levels(events[name], wrong[name], base, target, np.asarray(blind, dtype=bool) | nameless, detect)
        unseen = ~parts[above][keys.STATUS].isin(keys.SHOWN).to_numpy() if above in parts else (of == 0).to_numpy()
        levels[keys.CANNOT_TELL] = np.where(unseen & (why != NAMELESS), OF_PARENT, why)
        if why == NAMELESS:
            levels |= {keys.PER_MILLION: np.nan, keys.LOD95: 1.0, keys.UPPER: 1.0}
        parts[name] = _rows(name, above, events[name], of, levels, sheet, detect)
    order = {sample: place for place, sample in enumerate(counts.index)}
    empty = pd.DataFrame(columns=list(COLUMNS))
    table = pd.concat([parts[name] for name in names], ignore_index=True) if names else empty
    return table.iloc[np.argsort(table[keys.SAMPLE].map(order).to_numpy(), kind="stable")].reset_index(drop=True)


def _why(name: str, untold: Mapping[str, str], events: pd.DataFrame) -> str:
    """Why its share cannot be told; what has events has a name."""
    why = untold.get(name, "")
    return "" if why == NAMELESS and events[name].any() else why


def _target(name: str, frequencies: Mapping[str, float], detect: params.Detect) -> float:
    """Level that a sample must be able to show."""
    return frequencies.get(name, TARGET) if detect.reference == "auto" else float(detect.reference)


def with_descendants(counts: pd.DataFrame, parent: Mapping[str, str]) -> pd.DataFrame:
    """Samples × populations: events of each population of ``parent`` with those of the populations below it."""
    total = counts.reindex(columns=list(parent), fill_value=0).copy()
    own = total.copy()
    for name in parent:
        for above in _ancestors(name, parent):
            total[above] += own[name]
    return total


def _ancestors(name: str, parent: Mapping[str, str]) -> list[str]:
    above = []
    while parent.get(name, keys.ROOT) != keys.ROOT:
        name = parent[name]
        above.append(name)
    return above


def _wrong(background: pd.DataFrame | None, samples: pd.Index, parent: Mapping[str, str]) -> pd.DataFrame:
    """Samples × populations: expected events of each branch that belong outside it."""
    total = np.zeros((len(samples), len(parent)))
    if background is not None:
        place = {name: number for number, name in enumerate(parent)}
        events = background.reindex(samples).fillna(0.0).to_numpy(dtype=np.float64)
        levels = [background.columns.get_level_values(level) for level in range(min(2, background.columns.nlevels))]
        origins = levels[1] if len(levels) > 1 else [""] * events.shape[1]
        for number, (name, belongs) in enumerate(zip(levels[0], origins, strict=True)):
            inside = {belongs, *_ancestors(belongs, parent)}
            for branch in [name, *_ancestors(name, parent)]:
                if branch in place and branch not in inside:
                    total[:, place[branch]] += events[:, number]
    return pd.DataFrame(total, index=samples, columns=list(parent))


def _levels(
    events: pd.Series, wrong: pd.Series, base: pd.Series, target: float, blind: NDArray[np.bool_], detect: params.Detect
) -> dict[str, Any]:
    """Status of one population in all samples, and the limits that it rests on."""
    y, expected, of = (each.to_numpy(dtype=np.float64) for each in (events, wrong, base))
    blank = limit_of_blank(expected)
    with np.errstate(divide="ignore", invalid="ignore"):
        least = np.where(of > 0, least_detectable(expected, confidence=detect.confidence) / of, np.inf)
        upper = np.where(of > 0, upper_limit(y, confidence=detect.confidence) / of, 1.0)
        level = np.where(of > 0, 1e6 * y / of, np.nan)
    above = y > blank
    quantified, detected, trace, absent, unseen = keys.STATUSES
    conditions = [above & (y >= detect.loq_events), above & (y >= detect.lod_events), above, (least > target) | blind]
    return {
        keys.N_BASE: of.astype(np.int64),
        keys.PER_MILLION: level,
        keys.BACKGROUND: expected,
        keys.LOB: blank.astype(np.int64),
        keys.LOD95: np.minimum(least, 1.0),
        keys.UPPER: np.minimum(upper, 1.0),
        keys.STATUS: np.select(conditions, [quantified, detected, trace, unseen], absent),
    }


def _rows(
    name: str, parent: str, events: pd.Series, of: pd.Series, levels: Mapping[str, Any], sheet: pd.DataFrame,
    detect: params.Detect,
) -> pd.DataFrame:  # fmt: skip
    total = of.where(of > 0).astype(float)
    low, high = exact_interval(events, of, confidence=detect.confidence)
    columns: dict[str, Any] = {keys.SAMPLE: events.index}
    columns |= {key: sheet[key].reindex(events.index).to_numpy() if key in sheet else "" for key in keys.SHEET_COLUMNS}
    columns |= {
        keys.POPULATION: name,
        keys.PARENT: parent,
        keys.N_EVENTS: events.to_numpy(),
        keys.N_PARENT: of.to_numpy(),
        keys.FRACTION: (events / total).to_numpy(),
        keys.CI_LOW: low,
        keys.CI_HIGH: high,
        keys.LOD: (detect.lod_events / total).clip(upper=1.0).to_numpy(),
        keys.LOQ: (detect.loq_events / total).clip(upper=1.0).to_numpy(),
    }
    table = pd.DataFrame(columns | dict(levels))[list(COLUMNS)]
    table.loc[table[keys.CANNOT_TELL] != "", [keys.FRACTION, keys.CI_LOW, keys.CI_HIGH]] = np.nan
    return table
