"""Opening an FCS file."""

import copyreg
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io._channels import parse_channels
from cytoclust.io._data_offset import Place, find_data, spans
from cytoclust.io._fcs_file import FCSFile, Follow
from cytoclust.io._fields import parse_fields
from cytoclust.io._file_array import leave_in_file
from cytoclust.io._garbage import Garbage, judge, masked
from cytoclust.io._look_at import look_at
from cytoclust.io._open_bytes import open_bytes
from cytoclust.io._parse_spillover import of_hardware, parse_spillover
from cytoclust.io._recognise import recognise
from cytoclust.io._segments import Segments, read_segments
from cytoclust.io._shown import shown
from cytoclust.io._storage import Storage
from cytoclust.io._types import Channel
from cytoclust.io._url_path import as_path
from cytoclust.params import D

__all__ = ["open_fcs"]

_TIME: Final = re.compile(r"^time$", re.IGNORECASE)


def open_fcs(path: str | Path, *, dataset: int = 0, data_offset: Follow = D.read.data_offset) -> FCSFile:
    """Open an FCS file (2.0 to 3.2, gzipped or not): keywords are read and checked, events are mapped.

    HEADER and TEXT are taken apart by fcsparser, DATA by a decoder of our own that checks every offset against the
    file before anything is allocated.

    Parameters
    ----------
    path
        The file.
    dataset
        Which data set, from 0, where the file holds several.
    data_offset
        Where DATA begins: what HEADER says, what TEXT says, or ``auto``, what fits the file and its values.

    Raises
    ------
    InputError
        The file cannot be read rightly; the message says what is wrong and what is allowed.
    """
    path = as_path(path)
    if dataset < 0:
        raise InputError(f"{path}: the dataset must be a whole number >= 0. Got {dataset} instead.")
    data = open_bytes(path)
    segments = read_segments(data, path, dataset)
    text, notes = segments.text, list(segments.notes)
    _check_mode(text, path, notes)
    channels, channel_notes = parse_channels(text, path)
    time_step, time_notes = _time_step(text, channels)
    steps = [time_step if _is_time(channel) else 1.0 for channel in channels]
    channels, storage, field_notes = parse_fields(text, channels, steps, path)
    place, storage, data_notes = _place(segments, storage, data[segments.base :], path, data_offset)
    layout = storage.layout()
    start, end = segments.base + place.start, segments.base + place.end
    plain, begin = storage.plain(data, start, end, place.events, path)
    records = layout.records(plain, begin, place.events)
    for more in (channel_notes, time_notes, field_notes, place.notes, data_notes, masked(layout, records)):
        notes.extend(more)
    file = FCSFile(
        path=path,
        version=segments.version,
        text=text,
        channels=channels,
        n_events=place.events,
        spill=None,
        time_step=time_step,
        notes=(),
        layout=layout,
        records=leave_in_file(records, data, path),
        dataset=dataset,
        data_offset=data_offset,
    )
    known, doubts = recognise(channels, cytometer=text.get("$CYT", ""), sample=look_at(file))
    spill, spill_notes = parse_spillover(text, known)
    if spill is None and not spill_notes:
        told = (of_hardware(other, number) for number, other in enumerate(segments.earlier, start=1))
        spill_notes = next((each for each in told if each), [])
    return replace(file, channels=known, spill=spill, notes=(*notes, *spill_notes, *doubts))


def _place(
    segments: Segments, storage: Storage, data: np.ndarray, path: Path, data_offset: Follow
) -> tuple[Place, Storage, list[Finding]]:
    """Where DATA is, and how it is stored after all: bits in whole bytes, or bytes in the other order."""

    def garbage(start: int, events: int, swapped: bool) -> Garbage:
        seen = storage.swapped() if swapped else storage
        return judge(seen.layout(), data, start, events) if storage.is_plain else Garbage()

    def is_gap(start: int, end: int) -> bool:
        return not data[start:end].tobytes().strip(b"\0 \r\n") and data[end : end + 1].tobytes() != b" "

    notes = []
    if not storage.is_plain and not storage.is_text and isinstance(storage.order, str):
        whole = storage.in_whole_bytes()
        if spans(segments, whole.size_of, path) and not spans(segments, storage.size_of, path):
            storage, notes = whole, [Finding("bits in whole bytes")]
        else:
            notes = [Finding("packed bits", order="least" if storage.order == "<" else "most")]
    place = find_data(segments, storage.size_of, garbage, is_gap, path, follow=data_offset)
    return place, storage.swapped() if place.swapped else storage, notes


def _reopen(path: Path, dataset: int, data_offset: Follow) -> FCSFile:
    return open_fcs(path, dataset=dataset, data_offset=data_offset)


def _reduced(file: FCSFile) -> tuple[Callable[[Path, int, Follow], FCSFile], tuple[Path, int, Follow]]:
    return _reopen, (file.path.absolute(), file.dataset, file.data_offset)


copyreg.pickle(FCSFile, _reduced)  # without events: it is opened again where it arrives


def _check_mode(text: Mapping[str, str], path: Path, notes: list[Finding]) -> None:
    mode = text.get("$MODE", "").strip()
    if not mode:
        notes.append(Finding("no mode"))
    elif mode.upper() != "L":
        raise InputError(f"{path}: $MODE must be L, list mode; histograms are not read. Got {shown(mode)} instead.")


def _time_step(text: Mapping[str, str], channels: Sequence[Channel]) -> tuple[float, list[Finding]]:
    value = text.get("$TIMESTEP", "").strip()
    if not value or not any(_is_time(channel) for channel in channels):
        return 1.0, []
    try:
        step = float(value)
    except ValueError:
        step = math.nan
    if 0 < step < math.inf:
        return step, []
    return 1.0, [Finding("no usable time step", found=shown(value))]


def _is_time(channel: Channel) -> bool:
    """$TIMESTEP belongs to the channel called Time (FCS 3.1, 3.2.33)."""
    return _TIME.match(channel.name) is not None
