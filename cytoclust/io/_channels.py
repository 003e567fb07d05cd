"""The channels of a file, from the $Pn keywords."""

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io._segments import number, shown
from cytoclust.io._types import Channel
from cytoclust.io._unique import unique_names

__all__ = ["parse_channels"]

_MAX_CHANNELS: Final = 100_000


def parse_channels(text: Mapping[str, str], path: Path) -> tuple[tuple[Channel, ...], list[Finding]]:
    """Every channel, and notes on what was mended.

    Raises
    ------
    InputError
        A keyword that a channel needs is absent or cannot be.
    """
    count = number(dict(text), "$PAR", path)
    if not 0 < count <= _MAX_CHANNELS:
        raise InputError(f"{path}: $PAR must be between 1 and {_MAX_CHANNELS}. Got {count} instead.")
    notes: list[Finding] = []
    channels = [_channel(text, i, path, notes) for i in range(1, count + 1)]
    names = unique_names([channel.name for channel in channels])
    renamed = [name for name, channel in zip(names, channels, strict=True) if name != channel.name]
    if renamed:
        notes.append(Finding("channels renamed", names=renamed))
    channels = [replace(channel, name=name) for name, channel in zip(names, channels, strict=True)]
    return tuple(channels), list(dict.fromkeys(notes))


def _channel(text: Mapping[str, str], i: int, path: Path, notes: list[Finding]) -> Channel:
    name, label = text.get(f"$P{i}N", "").strip(), text.get(f"$P{i}S", "").strip()
    if not name:
        name = label or f"P{i}"
        notes.append(Finding("no channel name", keyword=f"$P{i}N", name=name))
    return Channel(
        name=name,
        label=label,
        bits=_bits(text, i, path),
        range=_range(text, i, path, notes),
        decades=_decades(text, i, path, notes),
        gain=_gain(text, i, notes),
    )


def _bits(text: Mapping[str, str], i: int, path: Path) -> int:
    bits = number(dict(text), f"$P{i}B", path)
    if bits % 8 or not 8 <= bits <= 64:
        raise InputError(
            f"{path}: $P{i}B must be whole bytes, 8 to 64 bits; packed bits are not read. Got {bits} instead."
        )
    return bits


def _range(text: Mapping[str, str], i: int, path: Path, notes: list[Finding]) -> float:
    value = _float(text.get(f"$P{i}R", ""))
    if value is None or value < 0:
        raise InputError(f"{path}: $P{i}R must be a number > 0. Got {shown(text.get(f'$P{i}R'))} instead.")
    if value == 0:
        notes.append(Finding("no channel range", keyword=f"$P{i}R"))
    return value


def _decades(text: Mapping[str, str], i: int, path: Path, notes: list[Finding]) -> tuple[float, float]:
    value = text.get(f"$P{i}E", "").strip() or "0,0"
    parts = [_float(part) for part in value.split(",")]
    if len(parts) != 2 or parts[0] is None or parts[1] is None or min(parts[0], parts[1]) < 0:
        raise InputError(f"{path}: $P{i}E must be two numbers >= 0. Got {shown(value)} instead.")
    decades, zero = parts[0], parts[1]
    if decades == 0:
        return 0.0, 0.0
    if zero == 0:  # not allowed, and common: FCS 3.1, 3.2.20 says how to read it
        notes.append(Finding("zero of decades"))
        zero = 1.0
    if not -30 < math.log10(zero) + decades < 38:  # beyond it float32 cannot hold the scale
        raise InputError(f"{path}: $P{i}E must be a scale that a number can hold. Got {shown(value)} instead.")
    return decades, zero


def _gain(text: Mapping[str, str], i: int, notes: list[Finding]) -> float:
    value = text.get(f"$P{i}G", "").strip()
    gain = _float(value or "1")
    if gain is None or not 1e-30 < gain < 1e30:
        notes.append(Finding("no usable gain", keyword=f"$P{i}G", found=shown(value)))
        return 1.0
    return gain


def _float(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
