"""What is odd of a sample beside the others."""

from collections.abc import Sequence

from cytoclust.findings import Finding
from cytoclust.io import Panel
from cytoclust.pipeline._prepare import Part, Prepared
from cytoclust.pp import (
    COMPARED_EVENTS,
    DEAD_EVENTS,
    JudgedEvents,
    find_dead_markers,
    find_unlike_samples,
    hinted,
)

__all__ = ["compare_samples"]


def compare_samples(
    parts: Sequence[Part], prepared: Sequence[Prepared], panel: Panel, *, transforms: bool
) -> list[Finding]:
    """What the values of the samples look like, their markers without a signal, and checks that took what others keep.

    ``transforms`` is whether the run transforms values itself.
    """
    hints = {name: each.hints for (name, _), each in zip(parts, prepared, strict=True)}
    return [*hinted(hints, transforms=transforms), *_dead(parts, prepared, panel), *_unlike(parts, prepared)]


def _dead(parts: Sequence[Part], prepared: Sequence[Prepared], panel: Panel) -> list[Finding]:
    """Markers without a signal in some samples."""
    columns = list(panel.stained)
    rows = [each.lots.drawn[:DEAD_EVENTS] for each in prepared]
    some = [each.linear[mine][:, columns] for each, mine in zip(prepared, rows, strict=True)]
    return find_dead_markers([name for name, _ in parts], some, [panel.names[i] for i in columns])


def _unlike(parts: Sequence[Part], prepared: Sequence[Prepared]) -> list[Finding]:
    """Samples of which a check took what the cuts of the others would leave, or the other way round."""
    rows = [each.lots.drawn[:COMPARED_EVENTS] for each in prepared]
    return find_unlike_samples(
        [
            JudgedEvents(name, batch or "", each.linear[mine], mine, each.codes[mine], each.model)
            for (name, batch), each, mine in zip(parts, prepared, rows, strict=True)
        ]
    )
