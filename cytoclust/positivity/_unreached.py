"""Controls whose cut lies above all clusters."""

import numpy as np

from cytoclust.findings import Finding
from cytoclust.positivity._control import source_kind
from cytoclust.positivity._thresholds import Thresholds

__all__ = ["unreached"]


def unreached(thresholds: Thresholds) -> list[Finding]:
    """A finding for each: a stained file in the place of an unstained one gives such cuts."""
    above = np.asarray(thresholds.one_sided) & (thresholds.negative < thresholds.positive)
    return [
        Finding("cut above all", marker=thresholds.markers[j], source=", ".join(_sources(thresholds, j)))
        for j in np.flatnonzero(above).tolist()
        if source_kind(thresholds.source[j]) not in ("data", "given")
    ]


def _sources(thresholds: Thresholds, marker: int) -> list[str]:
    """The controls behind a cut: those of the batches, where it is their mean."""
    if source_kind(thresholds.source[marker]) != "batches":
        return [thresholds.source[marker]]
    return list(dict.fromkeys(row[marker] for row in thresholds.sources))
