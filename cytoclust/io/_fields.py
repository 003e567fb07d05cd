"""How the values of an event are stored: $DATATYPE, $BYTEORD and the keywords of each channel."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io._layout import Field
from cytoclust.io._shown import shown
from cytoclust.io._storage import Order, Storage
from cytoclust.io._types import Channel

__all__ = ["parse_fields"]

_FLOAT_BITS: Final = {"F": 32, "D": 64}
_FLOATS: Final = {32: "F", 64: "D"}


def parse_fields(
    text: Mapping[str, str], channels: Sequence[Channel], steps: Sequence[float], path: Path
) -> tuple[tuple[Channel, ...], Storage, list[Finding]]:
    """Channels without decades that their numbers cannot have, how an event is stored, and notes.

    Parameters
    ----------
    text
        Keywords.
    channels
        The p channels.
    steps
        What linear values of each are multiplied by, before gain.
    path
        For messages.

    Raises
    ------
    InputError
        A type, a width or an order of bytes that cannot be.
    """
    common = text.get("$DATATYPE", "").strip().upper()
    notes: list[Finding] = []
    fields, mended = [], []
    for i, (channel, step) in enumerate(zip(channels, steps, strict=True), start=1):
        kind = text.get(f"$P{i}DATATYPE", "").strip().upper() or common  # FCS 3.2, 3.3.38
        key = "$DATATYPE" if kind == common else f"$P{i}DATATYPE"
        channel = _without_float_decades(channel, kind, i, notes)
        field = _field(channel, kind, key, i, path, notes, step)
        fields.append(replace(field, bits=_used_bits(text.get(f"$P{i}R", ""), channel)))
        mended.append(channel)
    kinds = {field.kind for field in fields}
    if len(kinds) > 1 and ("A" in kinds or any(field.kind == "I" and field.width % 8 for field in fields)):
        raise InputError(f"{path}: packed bits or text cannot stand beside floating-point numbers in an event.")
    return tuple(mended), Storage(tuple(fields), _order(text, fields, path)), notes


def _order(text: Mapping[str, str], fields: Sequence[Field], path: Path) -> Order:
    """$BYTEORD: where each byte of a value belongs, the least significant first; no matter for values of a byte."""
    value = text.get("$BYTEORD", "").replace(" ", "")
    places = value.split(",")
    if all(place.isascii() and place.isdigit() for place in places):
        order = tuple(int(place[:3]) for place in places)
        ascending = tuple(range(1, len(order) + 1))
        if order == ascending and len(order) <= 8:
            return "<"
        if order == ascending[::-1] and len(order) <= 8:
            return ">"
        if (
            len(order) == 4
            and tuple(sorted(order)) == ascending
            and all(field.width in (8, 16, 32) for field in fields)
        ):
            return order
    if all(field.width <= 8 or field.kind == "A" for field in fields):
        return "<"
    raise InputError(
        f"{path}: $BYTEORD must be 1,2,3,4 or 4,3,2,1 (or 1,2; 2,1), or another order of four for values of up to 32 "
        f"bits. Got {shown(value)} instead."
    )


def _without_float_decades(channel: Channel, kind: str, i: int, notes: list[Finding]) -> Channel:
    if kind not in _FLOAT_BITS or channel.decades[0] == 0:
        return channel
    notes.append(Finding("decades of linear numbers", keyword=f"$P{i}E", channel=channel.name, datatype=kind))
    return replace(channel, decades=(0.0, 0.0))


def _field(channel: Channel, kind: str, key: str, i: int, path: Path, notes: list[Finding], step: float) -> Field:
    if kind not in ("I", "F", "D", "A"):
        raise InputError(f"{path}: {key} must be I, F, D or A. Got {shown(kind)} instead.")
    if kind in _FLOAT_BITS and channel.bits != _FLOAT_BITS[kind]:
        if channel.bits not in _FLOATS:
            wanted = _FLOAT_BITS[kind]
            raise InputError(f"{path}: $P{i}B must be {wanted} where {key} is {kind}. Got {channel.bits} instead.")
        notes.append(Finding("float of another width", keyword=f"$P{i}B", bits=channel.bits, datatype=kind))
        kind = _FLOATS[channel.bits]
    if kind == "I" and not 1 <= channel.bits <= 64:
        raise InputError(f"{path}: $P{i}B must be 1 to 64 bits. Got {channel.bits} instead.")
    logarithmic = channel.decades[0] > 0
    if logarithmic and channel.range == 0:
        raise InputError(f"{path}: $P{i}R must be > 0 for a logarithmic channel. Got {shown(channel.range)} instead.")
    if logarithmic and channel.gain != 1:
        notes.append(Finding("gain of decades", keyword=f"$P{i}G", gain=channel.gain))
    return Field(
        kind=kind,
        width=channel.bits,
        bits=channel.bits,
        factor=step / channel.gain,
        decades=channel.decades,
        range=channel.range,
    )


def _used_bits(said: str, channel: Channel) -> int:
    """$PnR, or the next power of two, says how many bits count; the rest are masked (FCS 3.1, 3.2.20, $PnR)."""
    said = said.strip()
    top = int(said) if said.isascii() and said.isdigit() and len(said) <= 20 else math.ceil(channel.range)
    return min(channel.bits, (top - 1).bit_length()) if top > 1 else channel.bits
