"""How much there is of each population, of what, at equal depth."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys, params
from cytoclust.stats._equal_depth import log_fraction_at_depth

__all__ = ["DENOMINATORS", "Abundances", "abundances"]

DENOMINATORS: Final = keys.DENOMINATORS
_CELLS, _NORMAL, _PARENT, _RATIO = DENOMINATORS

_SHALLOW: Final = 0.1
"""Of the median depth: a shallower patient would take the others down with her, and is left out. Chosen: see
sensitivity."""
_REFERENCES: Final = 3
"""Abundant populations beside the one asked about, from which on a log-ratio to their median is robust. Derived: a
median of three survives one that is off."""


@dataclass(frozen=True)
class Abundances:
    """Populations of one denominator, in u patients.

    Attributes
    ----------
    denominator
        One of :data:`DENOMINATORS`.
    populations
        Their k names.
    used
        (u,) patients with enough of the denominator.
    values
        (u, k) log2 of the fraction, as at the depth of the shallowest of those used.
    events, expected
        (u, k) counted, and expected at that depth.
    """

    denominator: str
    populations: list[str]
    used: NDArray[np.bool_]
    values: NDArray[np.float64]
    events: NDArray[np.float64]
    expected: NDArray[np.float64]


def abundances(
    counts: pd.DataFrame, cells: NDArray[np.int64], *, parents: Mapping[str, str], malignant: Set[str],
    detect: params.Detect,
) -> list[Abundances]:  # fmt: skip
    """Abundances of populations, by denominator.

    Of ``cells``, every population. Of ``non-malignant cells``, of the ``parent``, and as ``log-ratio``, those that are
    not malignant: a tumour that fills the marrow lowers every other fraction of cells, and none of these.

    A ``log-ratio`` is log2 of the fraction less the sample's median deviation over the abundant populations (those
    without children and with ``loq_events`` or more in each patient; the population itself left out): the median of
    ratios of Anders & Huber 2010. Unlike the centred log-ratio, whose mean any one population moves, it stays where it
    is when fewer than half of them change, whoever displaced the others. Samples are then at equal depth in cells of
    these populations.

    Parameters
    ----------
    counts
        Patients × populations: events, with those of descendants.
    cells
        All events of each patient.
    parents
        Parent of each population.
    malignant
        Malignant populations.
    detect
        Limits, in events.
    """
    tumour = [name for name in counts.columns if name in malignant and parents[name] not in malignant]
    healthy = [name for name in counts.columns if name not in malignant]
    normal = cells - counts[tumour].sum(axis=1).to_numpy()
    found = [_of(_CELLS, counts, cells, detect)]
    if tumour:
        found.append(_of(_NORMAL, counts[healthy], normal, detect))
    for above in dict.fromkeys(parents[name] for name in healthy if parents[name] in healthy):
        children = [name for name in healthy if parents[name] == above]
        found.append(_of(_PARENT, counts[children], counts[above].to_numpy(), detect))
    leaves = [name for name in healthy if name not in parents.values()]
    found += _log_ratio(counts[healthy], leaves, normal, detect)
    return [each for each in found if each.populations]


def _of(denominator: str, counts: pd.DataFrame, base: NDArray[np.int64], detect: params.Detect) -> Abundances:
    used = _deep(base, detect)
    depth = base[used].min(initial=np.iinfo(np.int64).max)
    return _at(denominator, counts, base, np.minimum(depth, base)[:, None], used)


def _log_ratio(
    counts: pd.DataFrame, leaves: list[str], base: NDArray[np.int64], detect: params.Detect
) -> Iterator[Abundances]:
    used = _deep(base, detect)
    references = [name for name in leaves if used.any() and counts[name][used].min() >= detect.loq_events]
    names = [name for name in counts.columns if len(set(references) - {name}) >= _REFERENCES]
    if not names:
        return
    logs = np.log2((counts[references].to_numpy() + 0.5) / (base[:, None] + 1))
    logs = logs - logs[used].mean(axis=0)
    others = [[place for place, each in enumerate(references) if each != name] for name in names]
    centre = np.column_stack([np.median(logs[:, each], axis=1) for each in others])
    size = base[:, None] * 2**centre
    depth = np.minimum(base[:, None], base[:, None] * size[used].min(axis=0) / np.maximum(size, 1)).astype(np.int64)
    found = _at(_RATIO, counts[names], base, depth, used)
    yield Abundances(_RATIO, names, used, found.values - centre, found.events, found.expected)


def _deep(base: NDArray[np.int64], detect: params.Detect) -> NDArray[np.bool_]:
    return (base >= detect.lod_events) & (base >= _SHALLOW * np.median(base))


def _at(
    denominator: str, counts: pd.DataFrame, base: NDArray[np.int64], depth: NDArray[np.int64], used: NDArray[np.bool_]
) -> Abundances:
    events = counts.to_numpy()
    values = log_fraction_at_depth(events, base[:, None], depth)
    expected = events * (depth / np.maximum(base[:, None], 1))
    return Abundances(denominator, list(counts.columns), used, values, events, expected)
