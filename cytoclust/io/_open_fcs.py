"""Opening an FCS file."""

import copyreg
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io._channels import parse_channels
from cytoclust.io._data_offset import find_data
from cytoclust.io._fcs_file import FCSFile
from cytoclust.io._file_array import leave_in_file
from cytoclust.io._layout import Field, Layout
from cytoclust.io._look_at import look_at
from cytoclust.io._open_bytes import open_bytes
from cytoclust.io._parse_spillover import parse_spillover
from cytoclust.io._recognise import recognise
from cytoclust.io._segments import read_segments, shown
from cytoclust.io._types import Channel

__all__ = ["open_fcs"]

_ORDERS: Final = {"1,2,3,4": "<", "4,3,2,1": ">", "1,2": "<", "2,1": ">", "1": "<"}
_KINDS: Final = {"I": None, "F": 32, "D": 64}
_TIME: Final = re.compile(r"^time$", re.IGNORECASE)


def open_fcs(path: str | Path, *, dataset: int = 0) -> FCSFile:
    """Open an FCS file (2.0 to 3.2, gzipped or not): keywords are read and checked, events are mapped.

    HEADER and TEXT are taken apart by fcsparser, DATA by a decoder of our own that checks every offset against the
    file before anything is allocated.

    Parameters
    ----------
    path
        The file.
    dataset
        Which data set, from 0, where the file holds several.

    Raises
    ------
    InputError
        The file cannot be read rightly; the message says what is wrong and what is allowed.
    """
    path = Path(path)
    if dataset < 0:
        raise InputError(f"{path}: the dataset must be a whole number >= 0. Got {dataset} instead.")
    data = open_bytes(path)
    segments = read_segments(data, path, dataset)
    text, notes = segments.text, list(segments.notes)
    _check_mode(text, path, notes)
    channels, channel_notes = parse_channels(text, path)
    channels, _ = recognise(channels, cytometer=text.get("$CYT", ""))
    time_step, time_notes = _time_step(text, channels)
    channels, layout, layout_notes = _layout(text, channels, time_step, path)
    begin, n_events, data_notes = find_data(segments, layout.width, path)
    spill, spill_notes = parse_spillover(text, channels, path)
    for more in (channel_notes, time_notes, layout_notes, data_notes, spill_notes):
        notes.extend(more)
    file = FCSFile(
        path=path,
        version=segments.version,
        text=text,
        channels=channels,
        n_events=n_events,
        spill=spill,
        time_step=time_step,
        notes=tuple(notes),
        layout=layout,
        records=leave_in_file(layout.records(data, segments.base + begin, n_events), data, path),
        dataset=dataset,
    )
    known, doubts = recognise(channels, cytometer=text.get("$CYT", ""), sample=look_at(file))
    return replace(file, channels=known, notes=(*notes, *doubts))


def _reopen(path: Path, dataset: int) -> FCSFile:
    return open_fcs(path, dataset=dataset)


def _reduced(file: FCSFile) -> tuple[Callable[[Path, int], FCSFile], tuple[Path, int]]:
    return _reopen, (file.path, file.dataset)


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


def _layout(
    text: Mapping[str, str], channels: Sequence[Channel], time_step: float, path: Path
) -> tuple[tuple[Channel, ...], Layout, list[Finding]]:
    common = text.get("$DATATYPE", "").strip().upper()
    order = text.get("$BYTEORD", "").replace(" ", "")
    notes: list[Finding] = []
    fields, mended = [], []
    for i, channel in enumerate(channels, start=1):
        kind = text.get(f"$P{i}DATATYPE", "").strip().upper() or common  # FCS 3.2, 3.3.38
        key = "$DATATYPE" if kind == common else f"$P{i}DATATYPE"
        channel = _without_float_decades(channel, kind, i, notes)
        fields.append(_field(channel, kind, key, i, path, notes, time_step if _is_time(channel) else 1.0))
        mended.append(channel)
    if order not in _ORDERS:
        raise InputError(f"{path}: $BYTEORD must be one of 1,2,3,4; 4,3,2,1; 1,2; 2,1. Got {shown(order)} instead.")
    return tuple(mended), Layout(tuple(fields), _ORDERS[order]), notes


def _without_float_decades(channel: Channel, kind: str, i: int, notes: list[Finding]) -> Channel:
    if kind == "I" or channel.decades[0] == 0:
        return channel
    notes.append(Finding("decades of linear numbers", keyword=f"$P{i}E", channel=channel.name, datatype=kind))
    return replace(channel, decades=(0.0, 0.0))


def _field(channel: Channel, kind: str, key: str, i: int, path: Path, notes: list[Finding], step: float) -> Field:
    if kind not in _KINDS:
        raise InputError(f"{path}: {key} must be I, F or D. Got {shown(kind)} instead.")
    wanted = _KINDS[kind]
    if wanted is not None and channel.bits != wanted:
        raise InputError(f"{path}: $P{i}B must be {wanted} where {key} is {kind}. Got {channel.bits} instead.")
    logarithmic = channel.decades[0] > 0
    if logarithmic and channel.range == 0:
        raise InputError(f"{path}: $P{i}R must be > 0 for a logarithmic channel. Got 0 instead.")
    if logarithmic and channel.gain != 1:
        notes.append(Finding("gain of decades", keyword=f"$P{i}G", gain=channel.gain))
    return Field(
        kind=kind,
        width=channel.bits // 8,
        bits=_used_bits(channel),
        factor=step / channel.gain,
        decades=channel.decades,
        range=channel.range,
    )


def _used_bits(channel: Channel) -> int:
    """$PnR, or the next power of two, says how many bits count; the rest are masked (FCS 3.1, 3.2.20, $PnR)."""
    top = math.ceil(channel.range)
    return min(channel.bits, (top - 1).bit_length()) if top > 1 else channel.bits
