"""Positivity of each marker, from the clusters."""

from collections.abc import Mapping, Sequence

import numpy as np

from cytoclust.errors import InputError
from cytoclust.positivity._autofluorescence import junk_clusters, without_autofluorescence
from cytoclust.positivity._batch_cuts import batch_cuts
from cytoclust.positivity._control import Control
from cytoclust.positivity._given_cuts import by_marker
from cytoclust.positivity._levels import Clusters, group_levels
from cytoclust.positivity._marker_levels import MarkerLevels
from cytoclust.positivity._one_mode import CANNOT_TELL, one_mode_signs
from cytoclust.positivity._overrule import Cuts, overrule
from cytoclust.positivity._profile import MIN_EVENTS, Profile
from cytoclust.positivity._thresholds import TAKEN, UNDECIDED, Thresholds

__all__ = ["learn_thresholds"]

_NARROW, _WIDE = 0.5, 3.0
"""Multiples of the marker's typical spread between which a cluster's is held: splinters are too narrow. Chosen: see
sensitivity."""
_BELOW, _ABOVE = 0.1587, 0.8413
"""Quantiles one spread from the median. Derived: Φ(-1) and Φ(1)."""
_A_LITTLE = 4.0
"""Spreads below the common clusters, up to which a rare one is lifted to them. Chosen: see sensitivity."""
_COMMON = 0.01
"""Of the events: a cluster with more is common. Chosen: see sensitivity."""
_FEW = 0.1
"""Of the clusters: so few below an ordinary negative mode join it. Chosen: see sensitivity."""
_AGREEING, _AGREE, _NEAR_USUAL = 4, 1.5, 3.0
"""Markers whose negative modes can agree; spreads: their scatter at most, and how far one may lie from them. Chosen:
see sensitivity."""
_DARK, _DARK_MARKERS = 0.7, 3
"""Spreads below every common cluster, on so many markers: a fragment. Chosen: see sensitivity."""


def learn_thresholds(
    profile: Profile,
    *,
    given: Mapping[str, float] | None = None,
    controls: Sequence[Control] = (),
    leftover: np.ndarray | None = None,
) -> Thresholds:
    """Find for each marker whether there are negative, dim, positive and bright cells, and where the borders lie.

    Each cluster has about the same say, whatever its size: a positive population of 0.01 % of the events counts as much
    as one of 40 %, and a marker that nearly all cells carry (CD45 in marrow) is cut below them. Levels are groups of
    clusters set apart by a gap (``_levels.py``); all lengths are in units of the spread within clusters, so the
    scale may be arcsinh, logicle or any other. The cut is where the cells of the clusters below and above err equally
    (``_equal_error.py``). A first pass finds the negative modes; a second leaves out debris and dead cells, which are a
    little positive for everything, and takes autofluorescence off before it asks what is positive. The cut itself is on
    the scale as measured, above the negatives of autofluorescent cells.

    A profile with counts by batch has a cut for each batch where batches differ by more than the error of that.

    Parameters
    ----------
    profile
        The clusters.
    given
        Cuts for markers (or their synonyms) that are known otherwise, on the profile's scale; they go before controls.
    controls
        Cuts from FMO and unstained files.
    leftover
        ``(c,)`` clusters of dead cells or debris, by what quality control set aside: they bind anything, and what they
        bind is no level of a marker. Without one, they are known by their shape alone.

    Raises
    ------
    InputError
        ``given`` names a marker that the profile has not, or one twice, or there is no cluster with ten events.
    """
    given = by_marker(given or {}, profile.markers)
    if not (profile.n_events >= MIN_EVENTS).any():
        raise InputError(f"Thresholds need a cluster of at least {MIN_EVENTS} events. There is none.")
    markers = _levels(profile, leftover)
    cuts = np.array([each.cuts() for each in markers])
    found, markers = overrule(Cuts.of_data(cuts, batch_cuts(profile, markers, cuts)), markers, profile, given, controls)
    bounds = {profile.markers.index(control.marker): control.cut for control in controls if control.bound}
    only = one_mode_signs(markers, found.cohort[:, 0], profile, bounds)
    one_sided = tuple(not sign and len(each.levels) == 1 for each, sign in zip(markers, only, strict=True))
    return Thresholds(
        profile.markers,
        positive=found.cohort[:, 0],
        dim=found.cohort[:, 1],
        bright=found.cohort[:, 2],
        uncertainty=found.cohort[:, 3],
        negative=np.array([each.centre(0) for each in markers]),
        spread=np.array([each.spread for each in markers]),
        only=only,
        modes=tuple(_words(row, sign, one) for row, sign, one in zip(found.cohort, only, one_sided, strict=True)),
        source=tuple(found.source),
        batches=profile.batches,
        cuts=found.by_batch,
        sources=tuple(map(tuple, found.sources)),
        one_sided=one_sided,
    )


def _levels(profile: Profile, leftover: np.ndarray | None) -> list[MarkerLevels]:
    """Levels of every marker, of clusters of ten events or more."""
    use = profile.n_events >= MIN_EVENTS
    raw, lower, upper = _shape(profile, use)
    n = profile.n_events[use]
    spreads = (lower + upper) / 2
    bright = ~_dark(raw, spreads, n)
    left = np.zeros(len(n), dtype=bool) if leftover is None else leftover[use]
    if not (bright & ~left).any():
        left = np.zeros_like(left)

    def group(x: np.ndarray, rows: np.ndarray) -> list[MarkerLevels]:
        found = []
        for j in range(len(profile.markers)):
            clusters = Clusters(x[:, j], raw[:, j], lower[:, j], upper[:, j], n, float(profile.zero[j]))
            found.append(MarkerLevels(clusters, group_levels(clusters, rows)))
        return _join_below_negative(found)

    x = _lift(raw, spreads, n)
    first = group(x, np.flatnonzero(bright & ~left))
    negative, spread = np.array([each.centre(0) for each in first]), np.array([each.spread for each in first])
    junk = left | junk_clusters((x - negative) / spread, n)
    x = _lift(without_autofluorescence(x, negative, spread, n, junk), spreads, n)
    return group(x, np.flatnonzero(bright & ~junk))


def _join_below_negative(markers: list[MarkerLevels]) -> list[MarkerLevels]:
    """Join a few clusters below an ordinary negative mode (overcompensated ones) with that mode.

    What is ordinary is seen from the other markers, if their negative modes agree. A few negative clusters below a
    bulk of positive ones (CD45 in marrow) stay as they are: that bulk is not where other markers are negative.
    """
    centres, widths = np.array([m.centre(0) for m in markers]), np.array([m.spread for m in markers])
    usual, width = np.median(centres), np.median(widths)
    scatter = np.median(np.abs(centres - usual))
    if len(markers) < _AGREEING or scatter > _AGREE * width:
        return markers
    joined = []
    for m in markers:
        few = len(m.levels) > 1 and len(m.levels[0]) <= _FEW * len(np.concatenate(m.levels))
        if few and abs(m.centre(1) - usual) <= _NEAR_USUAL * max(scatter, width):
            m = MarkerLevels(m.clusters, [np.concatenate(m.levels[:2]), *m.levels[2:]])
        joined.append(m)
    return joined


def _shape(profile: Profile, use: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Median and spread below and above it ``(c, m)``; spreads near the typical one, since splinters are too narrow."""
    low, middle, high = (profile.quantile(q)[use] for q in (_BELOW, 0.5, _ABOVE))
    typical = np.median((high - low) / 2, axis=0)
    typical = np.maximum(typical, 1e-9 + 1e-6 * (profile.edges[:, -1] - profile.edges[:, 0]))
    lower, upper = (np.clip(each, _NARROW * typical, _WIDE * typical) for each in (middle - low, high - middle))
    return middle, lower, upper


def _dark(medians: np.ndarray, spreads: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Rare clusters ``(c,)`` darker than every common one on several markers: fragments, which teach nothing."""
    common = n >= _COMMON * n.sum()
    if not common.any():
        return np.zeros(len(n), dtype=bool)
    below = medians < medians[common].min(axis=0) - _DARK * np.median(spreads, axis=0)
    return np.asarray(~common & (below.sum(axis=1) >= _DARK_MARKERS))


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


def _words(cuts: np.ndarray, only: str, one_sided: bool) -> str:
    if only:
        return f"one mode, {UNDECIDED}" if only == CANNOT_TELL else f"one mode, taken as {TAKEN[only]}"
    if one_sided:
        return "one mode"
    dim, bright = np.isfinite(cuts[1:3])
    return ", ".join(["negative", *["dim"] * bool(dim), "positive", *["bright"] * bool(bright)])
