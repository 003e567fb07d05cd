"""The gates of each sample, drawn."""

from dataclasses import dataclass
from typing import Any, Final

from cytoclust import keys
from cytoclust.report._gather import Inputs
from cytoclust.report._strip_drawings import BACK, Gate, Strips
from cytoclust.report._visits import patients_of
from cytoclust.words import percent

__all__ = ["SampleStrip", "cleaning"]

AT_ONCE: Final = 3  # samples that are shown before the others are asked for: those that keep least


@dataclass(frozen=True)
class SampleStrip:
    """A sample with what it keeps, its gates, and its populations over scatter and CD45."""

    sample: str
    whose: str
    kept: str
    gates: list[Gate]
    back: list[Gate]


def cleaning(inputs: Inputs) -> dict[str, Any] | None:
    """Samples that keep least, and all the others; None where nothing was counted."""
    strips = Strips(inputs)
    if not strips.known:
        return None
    whose = {
        visit.sample: " ".join(part for part in (patient.name, visit.when) if part != visit.sample)
        for patient in patients_of(inputs)
        for visit in patient.visits
    }
    counts = {str(row[keys.SAMPLE]): row for row in inputs.run.events}
    names = list(counts) or list(whose)
    drawn: list[tuple[float, SampleStrip]] = []
    for sample in names:
        gates = strips.draw(sample)
        row = counts.get(sample)
        kept = percent(row["ok"] / max(row["total"], 1)) if row else ""
        back = [gate for gate in gates if gate.view in BACK]
        share = row["ok"] / max(row["total"], 1) if row else 1.0
        if gates:
            cleaned = [gate for gate in gates if gate not in back]
            drawn.append((share, SampleStrip(sample, whose.get(sample, ""), kept, cleaned, back)))
    first = sorted(range(len(drawn)), key=lambda i: drawn[i][0])[:AT_ONCE]
    least, rest = [drawn[i][1] for i in first], [each for i, (_, each) in enumerate(drawn) if i not in first]
    return {"first": least, "rest": rest, "n": len(drawn)} if least else None
