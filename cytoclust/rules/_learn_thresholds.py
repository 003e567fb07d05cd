"""Positivity of each marker, from the clusters."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from cytoclust.errors import InputError
from cytoclust.rules._autofluorescence import corrected_medians
from cytoclust.rules._levels import group_levels
from cytoclust.rules._nearest import nearest
from cytoclust.rules._profile import MIN_EVENTS, Profile
from cytoclust.rules._thresholds import Thresholds

__all__ = ["learn_thresholds"]

_NARROW, _WIDE = 0.8, 3.0  # spreads are held between these multiples of the marker's typical one
_DIM = 0.5  # a level up to half way from the negative to the top one is dim
_FEW, _A_LITTLE = 0.1, 4.0  # share of the clusters, and spreads
_COMMON = 0.01  # of the events
_FLOOR = 0.1  # least uncertainty of a cut, in spreads


@dataclass(frozen=True)
class _Marker:
    """Clusters of one marker: medians, spreads, events, and the levels they form."""

    x: np.ndarray
    s: np.ndarray
    n: np.ndarray
    levels: list[np.ndarray]

    def centre(self, level: int) -> float:
        return float(np.median(self.x[self.levels[level]]))


def learn_thresholds(profile: Profile, *, given: Mapping[str, float] | None = None) -> Thresholds:
    """Find for each marker whether there are negative, dim, positive and bright cells, and where the borders lie.

    Each cluster has the same say, whatever its size: a positive population of 0.01 % of the events counts as much
    as one of 40 %, and a marker that nearly all cells carry (CD45 in marrow) is cut below them. Levels are groups of
    clusters set apart by a gap (:func:`group_levels`); all lengths are in units of the spread within clusters, so the
    scale may be arcsinh, logicle or any other. The border of two levels is where the upper clusters of the lower
    one and the lower clusters of the upper one, taken as normal, err equally. A first pass finds the negative modes;
    a second takes the autofluorescence of clusters into account (:func:`corrected_medians`).

    Parameters
    ----------
    profile
        The clusters.
    given
        Cuts for markers that are known otherwise (an FMO control, say), on the profile's scale.

    Raises
    ------
    InputError
        ``given`` names a marker that the profile has not, or there is no cluster with ten events.
    """
    given = given or {}
    for marker in given:
        if marker not in profile.markers:
            raise InputError(
                f"A threshold is given for {marker!r}, which is no marker here.{nearest(marker, profile.markers)}"
            )
    use = profile.n_events >= MIN_EVENTS
    if not use.any():
        raise InputError(f"Thresholds need a cluster of at least {MIN_EVENTS} events. There is none.")
    medians, spreads, n = profile.medians[use], _spreads(profile)[use], profile.n_events[use]
    medians = _lift(medians, spreads, n)
    first = [_levels(medians[:, j], spreads[:, j], n) for j in range(len(profile.markers))]
    first = _join_below_negative(first)
    negative, spread = _negatives(first)
    x = _lift(corrected_medians(medians, negative, spread), spreads, n)
    second = _join_below_negative([_levels(x[:, j], spreads[:, j], n) for j in range(len(profile.markers))])
    return _assemble(profile.markers, second, given)


def _spreads(profile: Profile) -> np.ndarray:
    """Standard deviations ``(c, m)`` from quantiles, held near the marker's typical one: splinters are too narrow."""
    spread = (profile.quantile(0.8413) - profile.quantile(0.1587)) / 2
    typical = np.nanmedian(np.where((profile.n_events >= MIN_EVENTS)[:, None], spread, np.nan), axis=0)
    typical = np.maximum(typical, 1e-9 + 1e-6 * (profile.edges[:, -1] - profile.edges[:, 0]))
    return np.clip(spread, _NARROW * typical, _WIDE * typical)


def _lift(medians: np.ndarray, spreads: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Medians ``(c, m)``, with rare clusters a little below every common one lifted to the lowest of these.

    Debris and other dark events lie below the negative cells by their lack of autofluorescence; they are no negative
    level of their own, beside which negative cells would be dim. A rare cluster *far* below (CD45- cells among
    leukocytes) stays where it is.
    """
    common = n >= _COMMON * n.sum()
    if not common.any():
        return medians
    floor = medians[common].min(axis=0)
    little = _A_LITTLE * np.median(spreads, axis=0)
    return np.where(~common[:, None] & (medians < floor) & (medians > floor - little), floor, medians)


def _levels(x: np.ndarray, s: np.ndarray, n: np.ndarray) -> _Marker:
    return _Marker(x, s, n, group_levels(x, s))


def _negatives(markers: list[_Marker]) -> tuple[np.ndarray, np.ndarray]:
    centres = np.array([m.centre(0) for m in markers])
    return centres, np.array([np.median(m.s[m.levels[0]]) for m in markers])


def _join_below_negative(markers: list[_Marker]) -> list[_Marker]:
    """Join a few clusters that lie a little below an ordinary negative mode (overcompensation, say) with that mode.

    What is ordinary is seen from the other markers, if their negative modes agree. A few negative clusters below a
    bulk of positive ones (CD45 in marrow) stay as they are: that bulk is not where other markers are negative.
    """
    centres, spreads = _negatives(markers)
    usual, width = np.median(centres), np.median(spreads)
    scatter = np.median(np.abs(centres - usual))
    if len(markers) < 4 or scatter > 1.5 * width:
        return markers
    tolerance = 3 * max(scatter, width)
    joined = []
    for m in markers:
        few = len(m.levels) > 1 and len(m.levels[0]) <= _FEW * len(m.x)
        if few and m.centre(1) - m.centre(0) < _A_LITTLE * width and abs(m.centre(1) - usual) <= tolerance:
            m = _Marker(m.x, m.s, m.n, [np.concatenate(m.levels[:2]), *m.levels[2:]])
        joined.append(m)
    return joined


def _assemble(names: tuple[str, ...], markers: list[_Marker], given: Mapping[str, float]) -> Thresholds:
    cut = np.full((4, len(names)), np.nan)  # positive, dim, bright, uncertainty
    modes = []
    for j, (name, m) in enumerate(zip(names, markers, strict=True)):
        if name in given:
            m = markers[j] = _split_at(m, given[name])
        if len(m.levels) > 1:
            cut[:, j] = _cuts(m)
        modes.append(_words(m, cut[:, j]))
        if name in given:
            cut[0, j], modes[j] = given[name], "given"
            cut[3, j] = _FLOOR * np.median(m.s)
    negative, spread = _negatives(markers)
    only = _only(markers, cut[0])
    for j, sign in enumerate(only):
        if sign:
            modes[j] = f"one mode, taken as {'positive' if sign == '+' else 'negative'}"
    return Thresholds(names, cut[0], cut[1], cut[2], cut[3], negative, spread, tuple(only), tuple(modes))


def _split_at(m: _Marker, cut: float) -> _Marker:
    """The levels, with the lowest border moved to ``cut``."""
    below, above = np.flatnonzero(m.x < cut), np.flatnonzero(m.x >= cut)
    upper = [above[level] for level in group_levels(m.x[above], m.s[above])] if len(above) else []
    return _Marker(m.x, m.s, m.n, [below, *upper] if len(below) else [above])


def _cuts(m: _Marker) -> tuple[float, float, float, float]:
    """``positive, dim, bright, uncertainty`` of a marker with at least two levels."""
    positive, uncertainty = _border(m, 0)
    bottom, top = m.centre(0), m.centre(len(m.levels) - 1)
    height = [(m.centre(level) - bottom) / (top - bottom) for level in range(len(m.levels))]
    n_dim = sum(0 < h <= _DIM for h in height)
    dim = _border(m, n_dim)[0] if n_dim else np.nan
    n_high = len(m.levels) - 1 - n_dim
    bright = _border(m, len(m.levels) - 2)[0] if n_high > 1 else np.nan
    return positive, dim, bright, uncertainty


def _border(m: _Marker, level: int) -> tuple[float, float]:
    """The cut above a level, and its standard deviation."""
    low, high = m.levels[level], m.levels[level + 1]
    top, bottom = np.quantile(m.x[low], 0.9), np.quantile(m.x[high], 0.1)
    s_low, s_high = np.median(m.s[low]), np.median(m.s[high])
    share = s_low / (s_low + s_high)
    error = np.hypot((1 - share) * _error(m, low), share * _error(m, high))
    return float(top + share * (bottom - top)), float(max(error, _FLOOR * (s_low + s_high) / 2))


def _error(m: _Marker, level: np.ndarray) -> float:
    """Standard error of a level's border, from the scatter of its clusters and the events in them."""
    spread = np.median(m.s[level])
    scatter = np.std(m.x[level]) if len(level) > 2 else 0.3 * spread
    return float(np.hypot(scatter / np.sqrt(len(level)), 1.25 * spread / np.sqrt(m.n[level].sum())))


def _only(markers: list[_Marker], positive: np.ndarray) -> list[str]:
    """What a marker with one mode is taken for: positive only if it lies above where most others turn positive."""
    found = positive[np.isfinite(positive)]
    centres, spreads = _negatives(markers)
    agree = len(found) >= 3 and np.ptp(np.quantile(found, [0.25, 0.75])) <= 3 * np.median(spreads)
    high = centres > np.median(found) + 2 * spreads if agree else np.zeros(len(markers), dtype=bool)
    return ["" if np.isfinite(cut) else "+" if up else "-" for cut, up in zip(positive, high, strict=True)]


def _words(m: _Marker, cut: np.ndarray) -> str:
    names = ["negative", *["dim"] * bool(np.isfinite(cut[1])), "positive", *["bright"] * bool(np.isfinite(cut[2]))]
    return ", ".join(names) if len(m.levels) > 1 else "one mode"
