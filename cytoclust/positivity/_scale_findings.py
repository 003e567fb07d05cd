"""What is to be said of zero, compensation and background."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from cytoclust import keys
from cytoclust.findings import Finding
from cytoclust.positivity._profile import MIN_EVENTS, Profile
from cytoclust.positivity._thresholds import Thresholds

__all__ = ["scale_findings"]

_FAR = 4.0
"""Spreads of the negatives below zero, from which on a cluster is not there by noise. Chosen: see sensitivity."""
_BULK = 0.5
"""Of the events, so many below zero: the whole scale has moved. Chosen: the majority."""


def scale_findings(
    profile: Profile, seen: Profile, thresholds: Thresholds, differ: pd.DataFrame, channels: Mapping[str, str]
) -> list[Finding]:
    """Slopes that compensation left, clusters below zero, and samples whose background differs.

    Parameters
    ----------
    profile, seen
        The clusters as measured, and as they were named: with these things taken off.
    thresholds
        What was learnt of the latter.
    differ
        Of :func:`backgrounds`.
    channels
        Of each marker.
    """

    def full(marker: str) -> str:
        channel = channels.get(marker, marker)
        return marker if channel == marker else f"{marker} ({channel})"

    found = [
        Finding(
            "compensated too much" if each.slope < 0 else "compensated too little",
            source=full(profile.markers[each.source]), target=full(profile.markers[each.target]),
            slope=float(f"{each.slope:.3g}"), error=float(f"{each.error:.2g}"),
        )
        for each in profile.slopes
    ]  # fmt: skip
    return [*found, *_below_zero(seen, thresholds), *_backgrounds(differ, profile.markers)]


def _below_zero(profile: Profile, thresholds: Thresholds) -> list[Finding]:
    """Clusters far below zero, by marker."""
    use = profile.n_events >= MIN_EVENTS
    n, total = profile.n_events[use], max(int(profile.n_events.sum()), 1)
    found = []
    for j, marker in enumerate(profile.markers):
        low = profile.medians[use, j] < profile.zero[j] - _FAR * thresholds.spread[j]
        if low.any():
            events = int(n[low].sum())
            code = "scale below zero" if events > _BULK * total else "clusters below zero"
            found.append(Finding(code, marker=marker, events=events, share=events / total, clusters=int(low.sum())))
    return found


def _backgrounds(table: pd.DataFrame, markers: tuple[str, ...]) -> list[Finding]:
    """One finding a marker: which samples, and by how much."""
    differ = table[table["differs"]]
    found = []
    for marker in markers:
        mine = differ[differ[keys.MARKER] == marker]
        if len(mine):
            sizes = mine["shift_signal"].to_numpy(dtype=np.float64)
            found.append(
                Finding(
                    "background differs", marker=marker, samples=mine[keys.SAMPLE].tolist(),
                    shift=float(f"{np.median(mine['shift']):.2g}"),
                    signal=None if np.isnan(sizes).any() else float(f"{np.median(sizes):.3g}"),
                )
            )  # fmt: skip
    return found
