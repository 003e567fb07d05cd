"""Controls whose cut lies above all clusters."""

from cytoclust.findings import Finding
from cytoclust.positivity._thresholds import Thresholds

__all__ = ["unreached"]


def unreached(thresholds: Thresholds) -> list[Finding]:
    """A finding for each: a stained file in the place of an unstained one gives such cuts."""
    return [
        Finding("cut above all", marker=marker, source=source)
        for marker, only, levels, source in zip(
            thresholds.markers, thresholds.only, thresholds.n_levels, thresholds.source, strict=True
        )
        if levels == 1 and not only and source not in ("data", "given")
    ]
