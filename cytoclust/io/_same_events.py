"""Files that hold the same events."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from cytoclust.findings import Finding
from cytoclust.io._event_file import EventFile
from cytoclust.io._types import Sample

__all__ = ["same_events"]

_LOOKED_AT: Final = 200
"""Events by which files of as many events are compared. Chosen, for time: one event of another sample differs."""
_FEWEST: Final = 10
"""Events below which two files may be alike by chance. Chosen."""


def same_events(samples: Sequence[Sample], files: Sequence[EventFile]) -> list[Finding]:
    """A finding for each file whose events an earlier one has, whatever the two are called and however they are packed.

    One that a sheet lists twice is told of by the sheet.
    """
    sizes: dict[tuple[int, int], list[int]] = {}
    for i, file in enumerate(files):
        if file.n_events >= _FEWEST:
            sizes.setdefault((file.n_events, len(file.channels)), []).append(i)
    first: dict[tuple[int, bytes], int] = {}
    found = []
    for alike in sizes.values():
        for i in alike if len(alike) > 1 else ():
            key = files[i].n_events, _some(files[i])
            other = first.setdefault(key, i)
            if other != i and not _is_one(samples[other], samples[i]):
                names = samples[other].sample_id, samples[i].sample_id
                found.append(Finding("same events", first=names[0], second=names[1], events=files[i].n_events))
    return found


def _some(file: EventFile) -> bytes:
    rows = np.unique(np.linspace(0, file.n_events - 1, _LOOKED_AT).astype(np.int64))
    return file.take(rows).tobytes()


def _is_one(one: Sample, other: Sample) -> bool:
    return one.dataset == other.dataset and one.path.resolve() == other.path.resolve()
