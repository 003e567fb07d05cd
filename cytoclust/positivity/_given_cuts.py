"""Cuts by hand: whose they are, and whether they part anything."""

from collections.abc import Mapping, Sequence

import numpy as np

from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io import fold_marker, is_viability, match_markers, nearest_marker, spell_like
from cytoclust.positivity._profile import MIN_EVENTS, Profile

__all__ = ["beyond_clusters", "by_marker"]


def by_marker(given: Mapping[str, float], markers: Sequence[str]) -> dict[str, float]:
    """Cuts under the names that a panel has, which may be given by a synonym (``MCAM`` for ``CD146``).

    Raises
    ------
    InputError
        A name that fits no marker, or two that are one marker.
    """
    found: dict[str, float] = {}
    for name, cut in given.items():
        at = (
            {name: markers.index(name)} if name in markers else match_markers([name], markers, {name: spell_like(name)})
        )
        if not at:
            raise InputError(_stray(name, markers))
        marker = markers[at[name]]
        if marker in found:
            raise InputError(f"Two thresholds are given for {marker}: one under the name {name!r}. One is allowed.")
        found[marker] = cut
    return found


def _stray(name: str, markers: Sequence[str]) -> str:
    """Why a name fits no marker."""
    if is_viability(name):
        return str(Finding("threshold of a viability dye", name=name))
    near = nearest_marker(name, {fold_marker(marker): marker for marker in markers})
    return f"A threshold is given for {name!r}, which is no marker here.{near} There are {', '.join(markers)}."


def beyond_clusters(profile: Profile, given: Mapping[str, float]) -> list[Finding]:
    """A finding for each cut that no cluster's median reaches, or that lies below them all."""
    medians = profile.quantile(0.5)[profile.n_events >= MIN_EVENTS]
    noted = []
    for marker, cut in by_marker(given, profile.markers).items():
        mine = medians[:, profile.markers.index(marker)]
        low, high = float(np.min(mine)), float(np.max(mine))
        if not low <= cut <= high:
            noted.append(Finding("threshold beyond clusters", marker=marker, threshold=cut, low=low, high=high))
    return noted
