"""What the panel cannot tell."""

from cytoclust.findings import Finding
from cytoclust.record import Note
from cytoclust.report._gather import Inputs

__all__ = ["panel_limits"]

NAMELESS = "populations not nameable"


def panel_limits(inputs: Inputs) -> list[str]:
    """A sentence each; populations whose cells are left with one name for want of a marker are told in one."""
    limits = inputs.run.rules.limits if inputs.run.rules else []
    alike: dict[str, list[Note]] = {}
    for note in limits:
        if note.code == NAMELESS:
            alike.setdefault(str(note.data["instead"]), []).append(note)
    told = []
    for note in limits:
        same = alike.get(str(note.data["instead"]), []) if note.code == NAMELESS else []
        if len(same) < 2:
            told.append(note.sentence)
        elif note is same[0]:
            told.append(Finding("several not nameable", each=[one.data for one in same]).sentence)
    return told
