"""One row a sample and population: how many, of how many, how sure, and whether it could have been seen."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import poisson

from cytoclust import keys, params
from cytoclust.stats._exact_interval import exact_interval
from cytoclust.stats._needed_events import needed_events
from cytoclust.stats._reference import reference_frequency

__all__ = ["population_table", "with_descendants"]

COLUMNS = (
    keys.SAMPLE, *keys.SHEET_COLUMNS, keys.POPULATION, keys.PARENT, keys.N_EVENTS, keys.N_PARENT, keys.FRACTION,
    keys.CI_LOW,
    keys.CI_HIGH, keys.LOD, keys.LOQ, keys.STATUS, keys.BACKGROUND, keys.POWER, keys.REFERENCE, keys.N_BASE,
)  # fmt: skip


def population_table(
    counts: pd.DataFrame,
    sheet: pd.DataFrame,
    *,
    parents: Mapping[str, str],
    background: pd.DataFrame | None = None,
    frequencies: Mapping[str, float] | None = None,
    malignant: Collection[str] = (),
    ordinary: pd.Series | None = None,
    detect: params.Detect = params.D.detect,
) -> pd.DataFrame:
    """The table ``populations.csv``.

    ``status`` is ``detected`` with at least ``detect.lod_events`` events, and more than the expected background: so
    many that chance makes them of the background in one sample of a hundred (Poisson). Else it is ``not detected`` if
    the ``power`` of the sample is ``detect.confidence`` or more, else ``not evaluable``. The power, the chance of being
    detected at the reference frequency, does not look at what the sample showed: counts of "x of y samples" must take
    the samples with power for y, or the lucky ones among shallow samples would count in x and not in y.

    The reference is what the samples that have the population have, see
    :func:`~cytoclust.stats._reference.reference_frequency`; if none has it, the frequency that the rules give; if they
    give none, no sample is evaluable. It is a fraction of the cells that are not malignant, since a tumour that fills
    the marrow leaves fewer others to show anything; of malignant populations it is of all cells.

    Parameters
    ----------
    counts
        Samples × populations: events given this very name, not one below it. A single cluster may stand for a
        population.
    sheet
        Index sample: ``patient_id, group, timepoint, batch``, as far as known.
    parents
        Parent of each population; those of no parent stand under ``cells``. Each gets a row, seen or not.
    background
        Samples × populations: events expected to bear the name wrongly. With a second level of columns, where they
        belong (another population, or "" for none; further levels are added up): what belongs to a sister is no doubt
        about the parent.
    frequencies
        Typical fraction of cells, of some populations.
    malignant
        Populations that are tumour.
    ordinary
        Cells of each sample that the reference of other populations is a fraction of; by default those that are not
        malignant.
    detect
        Limits, in events, and confidence.

    Returns
    -------
    ``sample_id, patient_id, group, timepoint, batch, population, parent, n_events, n_parent, fraction, ci_low, ci_high,
    lod, loq, status, background, power, reference, n_base``. Events of a population are those of its descendants too;
    ``fraction``, its limits, ``lod`` and ``loq`` are of the parent, at most 1 (NaN where the parent has no event);
    ``reference`` is of the ``n_base`` cells. Events that are ``unassigned`` count as cells only.
    """
    names = [name for name in dict.fromkeys([*parents, *counts.columns]) if name != keys.UNASSIGNED]
    parent = {name: parents.get(name, keys.ROOT) for name in names}
    events = with_descendants(counts, parent)
    wrong = _wrong(background, counts.index, parent)
    cells = counts.sum(axis=1)
    healthy = cells - counts.loc[:, counts.columns.isin(list(malignant))].sum(axis=1) if ordinary is None else ordinary
    parts = [pd.DataFrame(columns=list(COLUMNS))] if not names else []
    for name in names:
        of = cells if parent[name] == keys.ROOT else events[parent[name]]
        base = np.maximum(cells if name in malignant else np.rint(healthy), events[name]).to_numpy(dtype=float)
        typical = (frequencies or {}).get(name)
        described = _described(events[name].to_numpy(), wrong[name].to_numpy(), base, typical, detect)
        parts.append(_rows(name, parent[name], events[name], of, described, sheet, detect))
    order = {sample: place for place, sample in enumerate(counts.index)}
    table = pd.concat(parts, ignore_index=True)
    return table.iloc[np.argsort(table[keys.SAMPLE].map(order).to_numpy(), kind="stable")].reset_index(drop=True)


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


def _described(
    events: NDArray[Any], wrong: NDArray[np.float64], base: NDArray[np.float64], typical: float | None,
    detect: params.Detect,
) -> dict[str, Any]:  # fmt: skip
    """Status, power and reference of one population in all samples."""
    needed = needed_events(wrong, detect)
    seen = events >= needed
    if detect.reference != "auto":
        reference = float(detect.reference)
    elif (seen & (base > 0)).any():
        reference = reference_frequency(events, base, wrong, needed)
    else:
        reference = typical or np.nan
    power = poisson.sf(needed - 1, base * reference + wrong)
    detected, absent, blind = keys.STATUSES
    return {
        keys.STATUS: np.where(seen, detected, np.where(power >= detect.confidence, absent, blind)),
        keys.BACKGROUND: wrong,
        keys.POWER: power,
        keys.REFERENCE: reference,
        keys.N_BASE: base.astype(np.int64),
    }


def _rows(
    name: str, parent: str, events: pd.Series, of: pd.Series, described: Mapping[str, Any], sheet: pd.DataFrame,
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
    return pd.DataFrame(columns | dict(described))
