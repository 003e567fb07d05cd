"""The data sets of files that hold several: wells of a plate, or one sample written twice."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import scipy

from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io._event_file import EventFile
from cytoclust.io._open_events import open_events, reader_of
from cytoclust.io._types import Sample

__all__ = ["expand", "kept_datasets", "only_dataset"]

FURTHER: Final = "further data sets"
_LOOKED_AT: Final = 500
"""Events by which two data sets are compared. Chosen, for time: a rank correlation of that many is exact to 0.05."""
_ALIKE: Final = 0.9
"""Rank correlation of channels that measure the same events. Chosen: two wells have one near 0, and the coarse and the
fine copy of a value, 10 bits and 20 bits, 0.95 and more."""


def expand(samples: Sequence[Sample]) -> tuple[list[Sample], list[Finding]]:
    """A sample for each data set of each file: ``plate_1``, ``plate_2`` …, numbered as they stand in the file.

    A data set that holds the events of another one is left out, and so is one without events. A file that cannot be
    read stays as it is: who opens it says why.
    """
    found: list[Sample] = []
    notes: list[Finding] = []
    for sample in samples:
        kept, more = kept_datasets(sample.path)
        notes += more
        if len(kept) == 1:
            found.append(replace(sample, dataset=kept[0] or None))
        else:
            found += [replace(sample, sample_id=f"{sample.sample_id}_{i + 1}", dataset=i) for i in kept]
    taken: dict[str, Sample] = {}
    for sample in found:
        other = taken.setdefault(sample.sample_id.casefold(), sample)
        if other is not sample:
            raise InputError(
                f"{sample.path} and {other.path} would both be sample {sample.sample_id!r}: name them in a sheet."
            )
    return found, notes


def only_dataset(path: Path, where: str) -> int | None:
    """Which data set of a file a row of a sheet means, if it does not say; None of a file that holds one.

    Raises
    ------
    InputError
        There are several, of different events.
    """
    kept, _ = kept_datasets(path)
    if len(kept) > 1:
        which = ", ".join(str(i + 1) for i in kept)
        raise InputError(
            f"{where}: {path} holds {len(kept)} data sets; say which in a column dataset ({which}), a row for each."
        )
    return kept[0] or None


def kept_datasets(path: Path) -> tuple[list[int], list[Finding]]:
    """Numbers of the data sets that are samples of their own, and notes on the others."""
    reader = reader_of(path)
    if reader is None or not reader.several:
        return [0], []
    try:
        files = [open_events(path)]
    except InputError:
        return [0], []
    notes: list[Finding] = []
    while any(note.code == FURTHER for note in files[-1].notes):
        try:
            files.append(reader.load()(path, dataset=len(files)))
        except InputError as error:
            notes.append(Finding("data set not read", file=str(path), number=len(files) + 1, why=str(error)))
            break
    if len(files) == 1:
        return [0], notes
    filled = [i for i, file in enumerate(files) if file.n_events] or [0]
    if len(filled) < len(files):
        empty = [i + 1 for i in range(len(files)) if i not in filled]
        notes.append(Finding("data sets without events", file=str(path), numbers=empty))
    kept: list[int] = []
    for i in filled:
        twin = next((other for other in kept if _same_events(files[i], files[other])), None)
        if twin is None:
            kept.append(i)
            continue
        finer, coarser = (i, twin) if _levels(files[i]) > _levels(files[twin]) else (twin, i)
        kept[kept.index(twin)] = finer
        notes.append(Finding("events twice in a file", file=str(path), read=finer + 1, left=coarser + 1))
    if len(kept) > 1:
        notes.append(Finding("several data sets", file=str(path), numbers=[i + 1 for i in kept]))
    return kept, notes


def _sample(file: EventFile) -> np.ndarray:
    rows = np.unique(np.linspace(0, file.n_events - 1, _LOOKED_AT).astype(np.int64))
    return file.take(rows)


def _levels(file: EventFile) -> int:
    """How finely values are written."""
    return sum(len(np.unique(column)) for column in _sample(file).T)


def _same_events(one: EventFile, other: EventFile) -> bool:
    """Whether two data sets hold the same events: most channels of the smaller one have one of like order in the other.

    Channels that only rise, as clocks do, tell nothing.
    """
    if one.n_events != other.n_events:
        return False
    a, b = sorted((_ranks(one), _ranks(other)), key=lambda ranks: ranks.shape[1])
    if a.shape[1] == 0:
        return False
    best = np.abs(a.T @ b).max(axis=1)
    return bool(np.median(best) >= _ALIKE)


def _ranks(file: EventFile) -> np.ndarray:
    """Standardised ranks of each channel that varies, (n, k)."""
    events = np.nan_to_num(_sample(file).astype(np.float64))
    kept = events[:, (np.diff(events, axis=0) < 0).any(axis=0)] if len(events) > 1 else events[:, :0]
    ranks = scipy.stats.rankdata(kept, axis=0) if kept.size else kept
    ranks = ranks - ranks.mean(axis=0) if kept.size else ranks
    norms = np.linalg.norm(ranks, axis=0)
    return ranks[:, norms > 0] / norms[norms > 0]
