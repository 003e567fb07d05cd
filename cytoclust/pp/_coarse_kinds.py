"""Events parted into coarse kinds, before any clustering."""

import numpy as np

from cytoclust.pp._density import smooth_density
from cytoclust.pp._spread import negative_spread

_DEEPEST = 0.7
"""Density of the highest valley that parts two kinds, over the lower of its two modes. Chosen: see sensitivity."""
_SMALLEST = 0.02
"""Share of the events that a kind has at least. Chosen: see sensitivity."""
_LOOKED_AT = 15_000
"""Events in which valleys are sought, evenly spaced. Chosen, for time."""


def coarse_kinds(events: np.ndarray) -> np.ndarray:
    """Which kind each event is, int (n,), kinds numbered from 0.

    Kinds are parted one signal at a time, where its density has the deepest valley, until none has one or a side would
    be too small. A shift of signals moves few events over a valley, and a change of composition moves none: so that
    within a kind the one can be told from the other.

    Parameters
    ----------
    events
        Linear signals, finite, (n, p).
    """
    scaled = (
        np.column_stack([_scaled(column) for column in events.T]) if events.shape[1] else np.zeros((len(events), 1))
    )
    step = max(len(events) // _LOOKED_AT, 1)
    least = max(int(_SMALLEST * len(events)) // step, 1)
    kinds = np.zeros(len(events), dtype=np.int64)
    waiting, number = [np.arange(len(events))], 0
    while waiting:
        rows = waiting.pop()
        found = _deepest(scaled[rows[::step]], least)
        if found is None:
            kinds[rows] = number
            number += 1
        else:
            column, cut = found
            high = scaled[rows, column] > cut
            waiting += [rows[high], rows[~high]]
    return kinds


def _scaled(values: np.ndarray) -> np.ndarray:
    """On an arcsinh scale that negatives spread over evenly; where there are none, about logarithmic."""
    values = values.astype(np.float64)
    unit = 2 * negative_spread(values)
    if not unit > 0:
        unit = float(np.median(np.abs(values))) / 4
    return np.arcsinh(values / unit) if unit > 0 else values


def _deepest(scaled: np.ndarray, least: int) -> tuple[int, float] | None:
    """Signal and cut of the deepest valley with enough events on both sides, or None."""
    best, found = 1.0, None
    if len(scaled) < 2 * least:
        return None
    for column, values in enumerate(scaled.T):
        density = smooth_density(values, deepest=_DEEPEST)
        for number, valley in enumerate(density.valleys):
            cut = float(density.grid[valley])
            high = np.count_nonzero(values > cut)
            if density.depth(number) < best and least <= high <= len(values) - least:
                best, found = density.depth(number), (column, cut)
    return found
