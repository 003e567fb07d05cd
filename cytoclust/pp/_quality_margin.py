"""Events outside what the scatter detectors can measure."""

from dataclasses import dataclass

import numpy as np

from cytoclust.findings import Finding
from cytoclust.io import Panel
from cytoclust.pp._quality_model import Fitted, Summary
from cytoclust.pp._scatter import find_scatter, size_column

_PILE = 5
"""Events at exactly the highest value that make it a limit. Chosen: see sensitivity."""
_ABOVE = 10
"""Times the events above them. Chosen: what spillover or noise lifts beyond a limit is far less."""
_TOO_MANY = 0.2
"""Share of events at or below zero, above which zero is no limit of this detector. Chosen: see sensitivity."""


@dataclass(frozen=True)
class MarginModel(Summary):
    """Limits of the scatter detectors.

    Attributes
    ----------
    positive
        Columns that must be above zero.
    limits
        Upper limit of each column; an event at every one of them is off the scale.
    """

    positive: tuple[int, ...]
    limits: dict[int, float]

    def apply(self, events: np.ndarray, _rows: np.ndarray) -> np.ndarray:
        """Which events lie at the limits, bool (n,)."""
        out = np.zeros(len(events), dtype=bool)
        for column in self.positive:
            out |= ~(events[:, column] > 0)
        if self.limits:
            off_scale = np.ones(len(events), dtype=bool)
            for column, limit in self.limits.items():
                off_scale &= events[:, column] >= np.float32(limit)
            out |= off_scale
        return out


def fit_margin(events: np.ndarray, _rows: np.ndarray, *, panel: Panel, **_others: object) -> Fitted:
    """Find the limits of the scatter detectors of one sample.

    A large cell (a stromal cell, a megakaryocyte, a macrophage) may well drive one detector into its limit, and its
    fluorescence is still right: only events at the limit of every area and height, of forward and side scatter both,
    are off the scale. Where one of these has no limit, it still measures what drives the others into theirs.
    """
    scatter = find_scatter(panel)
    sizes = [column for column in (size_column(scatter, "FSC"), size_column(scatter, "SSC")) if column is not None]
    if not sizes:
        return None, (Finding("margin not made", why="there is no scatter channel"),)
    notes: list[Finding] = []
    positive = []
    for column in sizes:
        share = float(np.mean(~(events[:, column] > 0)))
        if share <= _TOO_MANY:
            positive.append(column)
        else:
            notes.append(Finding("zero is no limit", share=share, channel=panel.channels[column]))
    sizing = {name: column for name, column in scatter.items() if name[-1] != "W"}
    limits = {}
    for column in sizing.values():
        limit = _upper_limit(events[:, column])
        if limit is not None:
            limits[column] = limit
            share = float(np.mean(events[:, column] >= limit))
            if share > 0.01:
                notes.append(Finding("many at the limit", share=share, channel=panel.channels[column]))
    both = {name[:3] for name in sizing} == {"FSC", "SSC"}
    return MarginModel(tuple(positive), limits if both and len(limits) == len(sizing) else {}), tuple(notes)


def _upper_limit(values: np.ndarray) -> float | None:
    """The highest value, if events pile up there: more of them than just below it, and not most of all events.

    A few events above a pile of ten times as many do not hide it.
    """
    levels, counts = np.unique(values, return_counts=True)
    above = np.append(np.cumsum(counts[::-1])[::-1][1:], 0)
    candidates = levels[(counts >= _PILE) & (counts >= _ABOVE * above)]
    top = float(candidates[-1] if len(candidates) else levels[-1])
    at_top = int(np.count_nonzero(values == top))
    just_below = int(np.count_nonzero((values < top) & (values >= 0.98 * top)))
    piled = at_top >= max(_PILE, 0.2 * just_below) and at_top < 0.5 * len(values)
    return top if top > 0 and piled else None
