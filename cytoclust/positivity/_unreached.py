"""Controls whose cut lies above all clusters."""

from cytoclust.findings import Finding
from cytoclust.positivity._control import source_kind
from cytoclust.positivity._thresholds import Thresholds

__all__ = ["unreached"]


def unreached(thresholds: Thresholds) -> list[Finding]:
    """A finding for each: a stained file in the place of an unstained one gives such cuts."""
    told = zip(thresholds.markers, thresholds.one_sided, thresholds.source, strict=True)
    return [
        Finding("cut above all", marker=marker, source=source)
        for marker, one_sided, source in told
        if one_sided and source_kind(source) not in ("data", "given")
    ]
