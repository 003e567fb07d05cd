"""Which of several controls another one is most like."""

from collections.abc import Sequence

from cytoclust.drift._control_profile import ControlProfile
from cytoclust.drift._log_gain import log_gain

__all__ = ["nearest_control"]


def nearest_control(new: Sequence[ControlProfile], known: Sequence[ControlProfile]) -> ControlProfile | None:
    """That of ``known`` from which the fewest markers of ``new`` have moved; of those alike the first, None of none.

    A reference of several batches has clusters of all of them: what is measured as any of these is measured as the
    reference was.
    """
    if len(known) < 2 or not new:
        return next(iter(known), None)
    return min(known, key=lambda each: _moved(new, each))


def _moved(new: Sequence[ControlProfile], known: ControlProfile) -> int:
    """Markers that drifted, or by no gain."""
    return sum(log_gain(each, known, name).status in {"drift", "no gain"} for each in new for name in known.markers)
