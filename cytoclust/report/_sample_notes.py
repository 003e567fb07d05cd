"""What was noted of samples."""

import json
from collections.abc import Collection

from cytoclust.report._gather import Inputs
from cytoclust.words import listed

__all__ = ["sample_notes"]


def sample_notes(inputs: Inputs, only: Collection[str] | None = None) -> list[tuple[str, str]]:
    """Samples, all or some, and what was noted of their files and of their quality: those of one note together."""
    noted = [(each.sample_id, note) for each in inputs.run.inputs for note in each.notes]
    noted += [(name, note) for name, notes in inputs.run.quality_notes.items() for note in notes]
    samples: dict[str, list[str]] = {}
    sentences: dict[str, str] = {}
    for sample, note in noted:
        if only is None or sample in only:
            same = json.dumps([note.code, note.data], sort_keys=True, default=str)
            samples.setdefault(same, []).append(sample)
            sentences.setdefault(same, note.sentence)
    return [(listed(samples[same]), sentence) for same, sentence in sentences.items()]
