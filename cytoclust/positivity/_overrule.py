"""Cuts by hand and from control files in the place of those from the data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cytoclust.positivity._control import Control
from cytoclust.positivity._marker_levels import MarkerLevels
from cytoclust.positivity._profile import Profile

__all__ = ["Cuts", "overrule"]

_BY_HAND = 0.1
"""Spreads: uncertainty of a cut that is given. Chosen: see sensitivity."""


@dataclass(frozen=True)
class Cuts:
    """Cuts (positive, dim, bright, uncertainty), and where they come from.

    Attributes
    ----------
    cohort, by_batch
        ``(m, 4)`` and ``(b, m, 4)``.
    source, sources
        ``(m,)`` and ``(b, m)`` words.
    """

    cohort: np.ndarray
    by_batch: np.ndarray
    source: np.ndarray
    sources: np.ndarray

    @classmethod
    def of_data(cls, cohort: np.ndarray, by_batch: np.ndarray) -> "Cuts":
        """Cuts that come from the data."""
        source = np.full(len(cohort), "data", dtype=object)
        return cls(cohort, by_batch, source, np.tile(source, (len(by_batch), 1)))


def overrule(
    data: Cuts,
    markers: Sequence[MarkerLevels],
    profile: Profile,
    given: Mapping[str, float],
    controls: Sequence[Control],
) -> tuple[Cuts, list[MarkerLevels]]:
    """The cuts, and the levels of each marker as they part them.

    A cut by hand goes before all; an FMO control before the data, in its batch or in all; an unstained control only
    raises a cut that lies below it: it lacks the spreading of the other dyes, so the true cut can but be higher. The
    cut of the cohort is the mean of its batches' if each has an FMO control, and that of the data if only some have.
    """
    known = Cuts(data.cohort.copy(), data.by_batch.copy(), data.source.copy(), data.sources.copy())
    levels = list(markers)
    for j, (name, marker) in enumerate(zip(profile.markers, markers, strict=True)):
        own = [control for control in controls if control.marker == name]
        if name in given:
            hand = Control(name, None, given[name], _BY_HAND * marker.spread, "given")
            own = [hand]
        rows = [(batch, known.by_batch[b, j], known.sources[b]) for b, batch in enumerate(profile.batches)]
        for batch, row, sources in [*rows, (None, known.cohort[j], known.source)]:
            wanted = [c for c in own if c.batch in (None, batch) or not rows]
            sources[j] = _apply(wanted, marker, row) or sources[j]
        if own and rows and all(source != "data" for source in known.sources[:, j]) and known.source[j] == "data":
            known.cohort[j] = known.by_batch[:, j].mean(axis=0)
            known.source[j] = "batches"
        if known.source[j] != "data":
            levels[j] = marker.split_at(known.cohort[j, 0])
    return known, levels


def _apply(controls: Sequence[Control], marker: MarkerLevels, row: np.ndarray) -> str:
    """Write the cut that controls give into ``row (4,)``; the source, empty if it stays as it was."""
    exact = [control for control in controls if not control.bound]
    bounds = [c for c in controls if c.bound and row[0] < c.cut]  # never of a cut that is nan
    if exact:
        cut = float(np.mean([control.cut for control in exact]))
        error = max(*(control.uncertainty for control in exact), np.ptp([control.cut for control in exact]) / 2)
        used = exact
    elif bounds:
        used = [max(bounds, key=lambda control: control.cut)]
        cut, error = used[0].cut, float(np.hypot(row[3], used[0].uncertainty))
    else:
        return ""
    row[:] = [cut, *marker.split_at(cut).cuts()[1:3], error]
    return ", ".join(control.source for control in used)
