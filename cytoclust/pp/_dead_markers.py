"""Markers without a signal in some samples of a cohort."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cytoclust.findings import Finding

__all__ = ["DEAD_EVENTS", "find_dead_markers"]

DEAD_EVENTS: Final = 2_000
"""Events of a sample that are looked at. Chosen, for time: the 99 % quantile rests on twenty."""
_FEWEST: Final = 50
"""Events below which they may be alike by chance. Chosen, as for samples that are constant."""
_FAR: Final = 20.0
"""Times that the least spread of the other samples must be that of a dead one. Chosen: the noise of one detector
differs less between days, and of cells without the marker it is that of the other samples' negative ones."""


def find_dead_markers(
    samples: Sequence[str], events: Sequence[NDArray[np.float32]], names: Sequence[str]
) -> list[Finding]:
    """Markers that are constant in a sample, or spread there far less than in any other sample, above and below.

    Parameters
    ----------
    samples
        Names.
    events
        Some events of each, (n, p), compensated, linear.
    names
        Of the p markers.
    """
    used = [i for i, each in enumerate(events) if len(each) >= _FEWEST]
    if not used:
        return []
    spreads = np.array([_spreads(events[i]) for i in used])  # samples × (lower, whole) × markers
    found = []
    for column, name in enumerate(names):
        mine = spreads[:, :, column]
        constant = np.array([_is_constant(events[i][:, column]) for i in used])
        for dead in (constant, _far_below(mine, ~constant)):
            if dead.any():
                where = [samples[i] for i, each in zip(used, dead, strict=True) if each]
                found.append(
                    Finding("marker without signal", marker=name, samples=where, constant=bool(dead is constant))
                )
    return found


def _far_below(spreads: NDArray[np.float64], alive: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which samples spread far less than every other one that is ``alive``, in both measures (samples × 2)."""
    found = np.zeros(len(spreads), dtype=bool)
    for k in np.flatnonzero(alive):
        others = alive.copy()
        others[k] = False
        found[k] = others.any() and bool((_FAR * spreads[k] < spreads[others].min(axis=0)).all())
    return found


def _is_constant(values: NDArray[np.float32]) -> bool:
    finite = values[np.isfinite(values)]
    return not finite.size or bool(np.ptp(finite) == 0)


def _spreads(events: NDArray[np.float32]) -> NDArray[np.float64]:
    """From 1 % to 25 %, where the negative cells are, and from 1 % to 99 %, (2, p); 0 of a column without numbers."""
    usable = np.where(np.isfinite(events).any(axis=0), events, 0).astype(np.float64)
    low, quarter, high = np.nanquantile(np.where(np.isfinite(usable), usable, np.nan), (0.01, 0.25, 0.99), axis=0)
    return np.array([quarter - low, high - low])
