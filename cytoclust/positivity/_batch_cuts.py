"""Cuts of each batch, where batches differ."""

from collections.abc import Sequence

import numpy as np

from cytoclust.normal import ERROR_OF_MEDIAN, SD_OF_MAD
from cytoclust.positivity._equal_error import cluster_weight
from cytoclust.positivity._levels import weighted_quantile
from cytoclust.positivity._marker_levels import MarkerLevels
from cytoclust.positivity._profile import MIN_EVENTS, Profile

__all__ = ["batch_cuts"]

_SURE = 2.0
"""Errors that a batch must differ by: 5 % by chance, if normal. Chosen: see sensitivity."""
_MATTERS = 0.1
"""Spreads that a batch must differ by, too. Chosen: see sensitivity."""
_ENOUGH = 30
"""Events of a cluster in a batch, so that its shift counts. Chosen: see sensitivity."""


def batch_cuts(profile: Profile, markers: Sequence[MarkerLevels], cuts: np.ndarray) -> np.ndarray:
    """Cuts ``(b, m, 4)`` of each batch.

    Clusters are shared by batches, so the same cells are compared: the shift of a batch is the weighted median, over
    clusters, of their medians there less those of all batches; one for the negative clusters and one for all others.
    The cuts follow from the clusters so moved. Where no batch differs by twice the error of that, and by 0.1 spreads,
    all have the cut of the cohort.

    Parameters
    ----------
    profile
        The clusters, with counts by batch.
    markers
        Levels of each marker, of the clusters of ten events or more.
    cuts
        ``(m, 4)`` of the cohort: positive, dim, bright, uncertainty.
    """
    use = profile.n_events >= MIN_EVENTS
    shift = np.array([part.medians[use] - profile.medians[use] for part in profile.parts()])
    events = np.array([part.n_events[use] for part in profile.parts()])
    found = np.repeat(cuts[None], len(profile.batches), axis=0)
    for j, marker in enumerate(markers):
        if np.isnan(cuts[j, 0]):
            continue
        own = [_own(marker, shift[b, :, j], events[b]) for b in range(len(found))]
        distance = [abs(row[0] - cuts[j, 0]) > max(_SURE * error, _MATTERS * marker.spread) for row, error in own]
        if any(distance):
            for b, (row, error) in enumerate(own):
                if np.isfinite(error):
                    found[b, j] = [*row[:3], np.hypot(cuts[j, 3], error)]
    return found


def _own(marker: MarkerLevels, shift: np.ndarray, events: np.ndarray) -> tuple[np.ndarray, float]:
    """Cuts of a batch, and the error of their shift."""
    low, low_error = _move(marker, marker.levels[0], shift, events)
    high, high_error = _move(marker, np.concatenate(marker.levels[1:]), shift, events)
    return marker.moved(low, high).cuts(marker.n_dim), float(
        np.hypot(low_error, high_error) / 2
    )  # the cut lies between the two


def _move(marker: MarkerLevels, rows: np.ndarray, shift: np.ndarray, events: np.ndarray) -> tuple[float, float]:
    """Shift of some clusters in a batch, and its standard error: infinite if it has too few of their events."""
    rows = rows[events[rows] >= _ENOUGH]
    if not len(rows):
        return 0.0, float("inf")
    weight = cluster_weight(events[rows])
    middle = weighted_quantile(shift[rows], weight, 0.5)
    scatter = SD_OF_MAD * weighted_quantile(np.abs(shift[rows] - middle), weight, 0.5)
    chance = ERROR_OF_MEDIAN * marker.spread / np.sqrt(events[rows].sum())
    return middle, float(np.hypot(ERROR_OF_MEDIAN * scatter / np.sqrt(len(rows)), chance))
