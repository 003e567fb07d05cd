"""The columns that the files of a cohort share."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io._as_given import as_given
from cytoclust.io._event_file import EventFile
from cytoclust.io._isotopes import isotope_in
from cytoclust.io._measure_of import measure_of
from cytoclust.io._role_of import role_of
from cytoclust.io._types import Channel

__all__ = ["Panel", "channel_key", "index_file", "marker_key", "marker_of"]


@dataclass(frozen=True)
class Panel:
    """The cohort's columns, in order.

    Attributes
    ----------
    names
        One a column, unique: the marker if there is one, else the channel.
    channels, markers
        $PnN in the first file that has the column; the marker, empty if there is none.
    signal_types
        Of each column.
    roles
        Of each column; as far as names tell them where they are not given.
    reasons
        What told the role, in a word; empty where that is not known.
    notes
        What was left out, and what was matched although files differ.
    """

    names: tuple[str, ...]
    channels: tuple[str, ...]
    markers: tuple[str, ...]
    signal_types: tuple[keys.SignalType, ...]
    notes: tuple[Finding, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict, repr=False)  # marker of a channel, over what files say
    scaled: tuple[int, ...] = field(default=(), repr=False)  # scatter that is clustered on: it needs a scale
    identities: tuple[str, ...] = field(default=(), repr=False)  # how a column is known again in a file
    roles: tuple[keys.Role, ...] = ()
    reasons: tuple[str, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        if not self.reasons:
            object.__setattr__(self, "reasons", ("",) * len(self.names))
        if not self.roles:
            told = zip(self.channels, self.markers, self.signal_types, strict=True)
            roles = tuple(role_of(channel, marker, marker, kind)[0] for channel, marker, kind in told)
            object.__setattr__(self, "roles", roles)

    def columns(self, file: EventFile) -> np.ndarray:
        """Where each column of the panel is in ``file``: (p,) int64 into its channels.

        Raises
        ------
        InputError
            The file lacks a column.
        """
        index = index_file(file, self.given)
        by_channel = {channel_key(channel.name): i for i, channel in enumerate(file.channels)}
        found = []
        for name, channel, identity in zip(self.names, self.channels, self.identities, strict=True):
            column = index.get(identity, index.get(channel_key(channel), by_channel.get(identity)))
            if column is None:
                has = ", ".join(marker_of(each, self.given) or each.name for each in file.channels)
                raise InputError(f"{file.path}: no channel for {name}; the file has {has}.")
            found.append(column)
        return np.array(found, dtype=np.int64)

    @property
    def isotopes(self) -> tuple[str, ...]:
        """The isotope in the channel or name of each column (``Nd142``); empty if there is none."""
        named = zip(self.channels, self.names, strict=True)
        return tuple(isotope_in(channel) or isotope_in(name) for channel, name in named)

    @property
    def stained(self) -> tuple[int, ...]:
        """Columns with a marker; all signals, one a detector, where no channel has a marker."""
        marked = tuple(i for i, role in enumerate(self.roles) if role == "marker")
        return marked or self._one_a_detector([i for i, role in enumerate(self.roles) if role == "signal"])

    def _one_a_detector(self, dyes: list[int]) -> tuple[int, ...]:
        best: dict[str, tuple[int, int]] = {}
        for i in dyes:
            detector, rank = measure_of(self.channels[i])
            best[detector] = min(best.get(detector, (rank, i)), (rank, i))
        return tuple(sorted(i for _, i in best.values()))


def marker_of(channel: Channel, given: Mapping[str, str]) -> str:
    """The marker of a channel: as given, else as the file says."""
    return as_given(channel, given).marker


def marker_key(marker: str) -> str:
    """What makes two spellings one marker: letters, digits and signs, without case, spaces, hyphens, underscores."""
    return "marker " + "".join(letter for letter in marker.casefold() if letter not in " -_")


def channel_key(name: str) -> str:
    """What makes two spellings one channel."""
    return "channel " + " ".join(name.casefold().split())


def index_file(file: EventFile, given: Mapping[str, str]) -> dict[str, int]:
    """Identity of each channel of a file to its place: by marker where there is one, else by channel name.

    A marker that is on several channels counts for the first; the others are known by marker and channel.
    """
    index: dict[str, int] = {}
    for i, channel in enumerate(file.channels):
        marker = marker_of(channel, given)
        key = marker_key(marker) if marker else channel_key(channel.name)
        index[key if key not in index else f"{key} on {channel_key(channel.name)}"] = i
    return index
