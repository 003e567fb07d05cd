"""What a marker with one mode is taken for: it takes evidence to call it negative, and to call it positive."""

from collections.abc import Mapping, Sequence

import numpy as np

from cytoclust.positivity._marker_levels import MarkerLevels
from cytoclust.positivity._profile import MIN_EVENTS, Profile

__all__ = ["CANNOT_TELL", "one_mode_signs"]

CANNOT_TELL = "?"
"""Bears on no result: a word."""
_REACH, _OF_EVENTS, _OF_LEVEL = 0.25, 0.05, 0.8
"""Cells without a marker lie around zero: so many spreads above it, or lower, are 5 % of the events of clusters that
hold 80 % of the level. A mode of cells that all carry the marker may look as near, but leaves zero empty. Chosen: see
sensitivity."""
_LIKE_OTHERS = 2.0
"""Spreads above the negative modes of other markers, up to which it is one too. Chosen: see sensitivity."""
_NEAR_ZERO, _LOW_CUTS = 3.0, 0.25
"""Spreads above zero that autofluorescence may be; quantile of the cuts of other markers, in signals. Chosen: see
sensitivity."""
_WITNESSES = 3
"""Markers that must agree, to tell of another one. Chosen: see sensitivity."""
_AGREE, _HIGHER = 3.0, 2.0
"""Spreads between the quartiles of cuts, or of negative modes, that agree; spreads above the cuts from which on a mode
is positive. Chosen: see sensitivity."""
_OTHERS, _TIMES, _BEYOND = 2, 2.0, 4.0
"""Other markers of which it is known where cells without them end; times the highest such signal, from which on nearly
all cells of a positive mode are; spreads from the middle of such cells to their end. Chosen: see sensitivity."""


def one_mode_signs(
    markers: Sequence[MarkerLevels], positive: np.ndarray, profile: Profile, bounds: Mapping[int, float]
) -> tuple[str, ...]:
    """``-``, ``+`` or ``?`` for each marker with one mode, ``""`` for one with a cut.

    A control decides. Otherwise it is positive if it lies above where other markers turn positive; negative if it lies
    around zero, of a scale that goes through zero, or where other markers have their negative modes. If nothing tells
    it is ``?``: a marker that every cell carries and one that none does look alike.

    Parameters
    ----------
    markers
        Levels of each marker (m,).
    positive
        ``(m,)`` cuts, nan of markers with one mode.
    profile
        The clusters.
    bounds
        Upper end of the cells without the marker by an unstained control, for columns that have one.
    """
    centre, spread = np.array([m.centre(0) for m in markers]), np.array([m.spread for m in markers])
    around = np.array([_around_zero(m, j, profile) for j, m in enumerate(markers)], dtype=bool)
    high = ~around & (_above_cuts(centre, spread, positive) | _far_above(centre, spread, positive, around, profile))
    low = around | _below_cuts(centre, spread, positive, profile) | _like_others(centre, spread, positive, profile.zero)
    signs = []
    for j in range(len(markers)):
        if np.isfinite(positive[j]):
            signs.append("")
        elif j in bounds:
            signs.append("+" if centre[j] > bounds[j] + _HIGHER * spread[j] else "-")
        else:
            signs.append("+" if high[j] else "-" if low[j] else CANNOT_TELL)
    return tuple(signs)


def _around_zero(marker: MarkerLevels, j: int, profile: Profile) -> bool:
    """Whether the lowest level of a marker is around zero: nearly all its clusters reach down to it."""
    zero = profile.zero[j]
    if np.isnan(zero):
        return False
    use = np.flatnonzero(profile.n_events >= MIN_EVENTS)[marker.levels[0]]
    n = profile.n_events[use]
    at = zero + _REACH * marker.spread
    below = np.array([np.interp(at, profile.edges[j], row) for row in profile.cumulated[use, j]]) / n
    return bool(n[below >= _OF_EVENTS].sum() >= _OF_LEVEL * n.sum())


def _above_cuts(centre: np.ndarray, spread: np.ndarray, positive: np.ndarray) -> np.ndarray:
    """Whether (m,) a mode lies above the cuts of other markers, where these agree."""
    cut = np.isfinite(positive)
    if cut.sum() < _WITNESSES or np.ptp(np.quantile(positive[cut], [0.25, 0.75])) > _AGREE * np.median(spread):
        return np.zeros(len(centre), dtype=bool)
    return np.asarray(centre > np.median(positive[cut]) + _HIGHER * spread)


def _far_above(
    centre: np.ndarray, spread: np.ndarray, positive: np.ndarray, around: np.ndarray, profile: Profile
) -> np.ndarray:
    """Whether (m,) nearly all cells have more signal than any without another marker: signals, as cofactors differ."""
    known = np.isfinite(profile.zero)
    end = np.where(np.isfinite(positive), positive, np.where(around, centre + _BEYOND * spread, np.nan))
    told = known & np.isfinite(end)
    if told.sum() < _OTHERS:
        return np.zeros(len(centre), dtype=bool)
    ends, starts = ([_signal(profile, j, at) for j, at in enumerate(row)] for row in (end, centre - spread))
    return np.asarray(known & (np.array(starts) > _TIMES * np.max(np.array(ends)[told])))


def _signal(profile: Profile, j: int, at: float) -> float:
    return float(np.interp(at, profile.edges[j], profile.signals[j])) if len(profile.signals) else np.nan


def _below_cuts(centre: np.ndarray, spread: np.ndarray, positive: np.ndarray, profile: Profile) -> np.ndarray:
    """Whether (m,) a mode is near zero, and has less signal than it takes to be positive for most other markers.

    Autofluorescent cells leave zero empty too. Signals are compared, since a cofactor that was learnt from cells which
    all carry the marker brings them as near to zero.
    """
    told = np.isfinite(profile.zero) & np.isfinite(positive)
    if told.sum() < _WITNESSES:
        return np.zeros(len(centre), dtype=bool)
    ends = [_signal(profile, int(j), positive[j]) for j in np.flatnonzero(told)]
    tops = np.array([_signal(profile, j, at) for j, at in enumerate(centre + spread)])
    near = centre <= profile.zero + _NEAR_ZERO * spread
    return np.asarray(near & (tops <= np.quantile(ends, _LOW_CUTS)))


def _like_others(centre: np.ndarray, spread: np.ndarray, positive: np.ndarray, zero: np.ndarray) -> np.ndarray:
    """Whether (m,), on an unknown scale, a mode lies where the negative modes of markers with a cut do, if these
    agree.
    """
    cut = np.isfinite(positive)
    if cut.sum() < _WITNESSES:
        return np.zeros(len(centre), dtype=bool)
    low, high = np.quantile(centre[cut], [0.25, 0.75])
    agree = high - low <= _AGREE * np.median(spread)
    return np.asarray(np.isnan(zero) & agree & (centre <= high + _LIKE_OTHERS * spread))
