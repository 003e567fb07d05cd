"""How bright each population is for each marker, in each patient."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cytoclust.positivity import Profile
from cytoclust.stats._questions import Unit

__all__ = ["FEWEST_EVENTS", "population_levels"]

FEWEST_EVENTS = 20
"""Events of a population in a unit, from which on its median counts. Convention: as many as ``detect.lod_events`` asks
for; a median of 20 events errs by 0.3 spreads."""


def population_levels(
    profile: Profile, subjects: Sequence[Sequence[int]], markers: Sequence[int], units: Sequence[Unit]
) -> NDArray[np.float64]:
    """Levels (units, subjects, markers) on the transformed scale; NaN of what a unit has too few events of.

    A median of its cluster in a sample stands for each event there; the level is their mean over the clusters of the
    subject and the samples of the unit, so that of one cluster in one sample it is the median.

    Parameters
    ----------
    profile
        The clusters, with their medians in each sample.
    subjects
        Clusters that each is made of, as places in the profile.
    markers
        Places in the profile.
    units
        Samples that each is made of, as places in the profile.
    """
    events = profile.sample_events.astype(np.float64)
    medians = profile.sample_medians[:, :, list(markers)].astype(np.float64)
    weighed = np.where(events[:, :, None] > 0, events[:, :, None] * medians, 0.0)
    levels = np.full((len(units), len(subjects), len(markers)), np.nan)
    for i, unit in enumerate(units):
        for j, clusters in enumerate(subjects):
            of = np.ix_(list(unit), list(clusters))
            total = events[of].sum()
            if total >= FEWEST_EVENTS:
                levels[i, j] = weighed[of].sum(axis=(0, 1)) / total
    return levels
