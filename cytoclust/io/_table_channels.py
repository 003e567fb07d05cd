"""The channels of a table of events: from its header, and a panel file beside it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, get_args

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io._missing import is_missing
from cytoclust.io._panel import channel_key
from cytoclust.io._read_rows import read_rows
from cytoclust.io._role_of import SIGNAL_TYPE_OF
from cytoclust.io._types import Channel

__all__ = ["PanelFile", "find_panel_file", "split_name"]

_BETWEEN: Final = re.compile(r"\s*::\s*")  # FlowJo: Comp-PE-A :: CD4
_FILES: Final = ("panel.csv", "panel.tsv", "panel.txt", "panel.xlsx")
_COLUMNS: Final = {
    "channel": ("channel", "channels", "channelname", "fcscolname", "column", "detector", "name"),
    "marker": ("marker", "markers", "markername", "antigen", "target", "label", "desc"),
    "type": ("type", "signaltype", "role"),
}


@dataclass(frozen=True)
class PanelFile:
    """What a panel file says: of each channel its marker, and its type where it says one."""

    path: Path
    markers: dict[str, str]
    types: dict[str, str]

    def applied(self, channels: Sequence[Channel]) -> tuple[list[Channel], list[Finding]]:
        """Channels with labels as the file has them; and what it names that is not there."""
        at = {channel_key(name): name for name in self.markers}
        found = []
        for channel in channels:
            name = at.pop(channel_key(channel.name), None)
            marker = self.markers[name] if name is not None else ""
            found.append(replace(channel, label=marker) if marker else channel)
        notes = [Finding("panel file read", file=str(self.path), channels=len(self.markers) - len(at))]
        if at:
            notes.append(Finding("panel file names others", file=str(self.path), names=list(at.values())))
        return found, notes

    def typed(self, channels: Sequence[Channel]) -> tuple[Channel, ...]:
        """Channels, with the types that the file gives."""
        told = {channel_key(name): kind for name, kind in self.types.items()}
        return tuple(_typed(channel, told.get(channel_key(channel.name), "")) for channel in channels)


def split_name(name: str) -> tuple[str, str, str]:
    """Channel, marker (none yet) and label of a header: ``PE-A :: CD4`` is PE-A with the label CD4."""
    channel, *label = _BETWEEN.split(name.strip(), maxsplit=1)
    return (channel, "", label[0]) if label and channel and label[0] else (name.strip(), "", "")


def find_panel_file(path: Path) -> PanelFile | None:
    """``panel.csv`` beside a table, with the columns channel and marker, and perhaps type.

    Raises
    ------
    InputError
        It lacks a column, names a channel twice, or has a type that is none.
    """
    file = next((path.parent / name for name in _FILES if (path.parent / name).is_file()), None)
    if file is None or file == path:
        return None
    read = read_rows(file, lambda header: {"channel", "marker"} <= set(_places(header)))
    (_, header), *rows = read.rows
    places = _places(header)
    for name in ("channel", "marker"):
        if name not in places:
            raise InputError(f"{file} has no column {name}. It has {', '.join(filter(None, header))}.")
    markers: dict[str, str] = {}
    types: dict[str, str] = {}
    for line, row in rows:
        cells = {name: row[place] if place < len(row) else "" for name, place in places.items()}
        channel = cells["channel"]
        if channel in markers:
            raise InputError(f"{file}, row {line}: the channel {channel!r} is there already.")
        if channel:
            markers[channel] = "" if is_missing(cells["marker"], "") else cells["marker"]
        kind = cells.get("type", "")
        if not is_missing(kind, ""):
            if kind.casefold() not in (*get_args(keys.SignalType), *get_args(keys.Role), "state", "none"):
                allowed = ", ".join(get_args(keys.SignalType))
                raise InputError(f"{file}, row {line}, column type: it must be one of {allowed}. Got {kind!r} instead.")
            types[channel] = kind.casefold()
    return PanelFile(file, markers, types)


def _typed(channel: Channel, kind: str) -> Channel:
    if kind in ("none", "other"):
        return replace(channel, marker="", signal_type="other", role="index", reason="panel file")
    if kind in ("", "state", "type"):
        return channel
    if kind in get_args(keys.SignalType):
        roles: dict[str, keys.Role] = {"scatter": "scatter", "time": "clock"}
        role = roles.get(kind, channel.role if channel.marker else "signal")
        marker = "" if kind in roles else channel.marker
        return replace(channel, marker=marker, signal_type=kind, role=role, reason="panel file")  # type: ignore[arg-type]
    chosen = SIGNAL_TYPE_OF.get(kind, channel.signal_type)  # type: ignore[call-overload]
    return replace(channel, signal_type=chosen, role=kind, reason="panel file")  # type: ignore[arg-type]


def _places(header: Sequence[str]) -> dict[str, int]:
    keys_of = ["".join(filter(str.isalnum, cell.casefold())) for cell in header]
    found = {}
    for column, names in _COLUMNS.items():
        place = next((keys_of.index(name) for name in names if name in keys_of), None)
        if place is not None:
            found[column] = place
    return found
