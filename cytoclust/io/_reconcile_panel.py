"""One panel for files whose panels may differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from cytoclust import keys
from cytoclust.errors import InputError, nearest
from cytoclust.findings import Finding
from cytoclust.io._as_given import as_given
from cytoclust.io._common_stain import no_common_stain
from cytoclust.io._event_file import EventFile
from cytoclust.io._panel import Panel, channel_key, index_file, marker_key, marker_of
from cytoclust.io._role_of import SIGNAL_TYPE_OF
from cytoclust.io._types import Channel
from cytoclust.io._unique import unique_names
from cytoclust.tables import TABLES

__all__ = ["reconcile_panel"]

_NO_MARKER: Final = ("dna", "bead", "barcode", "blank", "autofluorescence", "raw detector")
_SAID: Final = (*_NO_MARKER[:-1], "viability", "clock", "index", "event length", "gaussian", "scatter")


def reconcile_panel(
    files: Sequence[EventFile], *, markers: Sequence[str] | None = None, names: Mapping[str, str] | None = None
) -> Panel:
    """The columns that all files have, matched by marker, or by channel name where a file gives no marker.

    A marker that at least half of the files have is needed, or each of ``markers`` where given: a file without it is
    refused. Other columns are kept if every file has them, and otherwise left out with a note.

    Parameters
    ----------
    files
        The cohort's files.
    markers
        Markers (or channels) that every file must have.
    names
        Marker of a channel ($PnN), where the files say none or a wrong one.

    Raises
    ------
    InputError
        No file, a file without events, a file without a needed marker, files that share no stained channel, or a name
        that no file has.
    """
    given = dict(names or {})
    _check_files(files, given)
    if markers is None and (fault := no_common_stain(files, given)):
        raise InputError(str(fault))
    cohort = _Cohort(files, given, [index_file(file, given) for file in files])
    needed = cohort.usual_markers() if markers is None else {cohort.find(name) for name in markers}
    kept = [key for key in cohort.first if cohort.keep(key, needed=key in needed)]
    for key in kept:
        cohort.note_differences(key)
    cohort.note_left_out()
    cohort.note_roles(kept)
    return _panel(kept, cohort)


@dataclass
class _Cohort:
    files: Sequence[EventFile]
    given: Mapping[str, str]
    indices: Sequence[dict[str, int]]  # of each file: identity of a column to its place
    first: dict[str, Channel] = field(default_factory=dict)  # the channel where an identity is first seen
    notes: list[Finding] = field(default_factory=list)
    left_out: list[tuple[str, int]] = field(default_factory=list)  # columns that not all files have, and how many do
    known: list[list[Channel]] = field(default_factory=list)  # channels of each file, as given

    def __post_init__(self) -> None:
        for file, index in zip(self.files, self.indices, strict=True):
            mass = any(channel.signal_type == "mass" for channel in file.channels)
            stain: keys.SignalType = "mass" if mass else "fluorescence"
            self.known.append([as_given(channel, self.given, stain=stain) for channel in file.channels])
            for key, column in index.items():
                self.first.setdefault(key, self.known[-1][column])

    def marker(self, key: str) -> str:
        return self.first[key].marker

    def usual_markers(self) -> set[str]:
        """Markers that at least half of the files have."""
        half = [key for key in self.first if 2 * sum(key in index for index in self.indices) >= len(self.files)]
        return {key for key in half if self.first[key].role in ("marker", "viability")}

    def find(self, name: str) -> str:
        by_channel = next((key for key, channel in self.first.items() if channel.name == name), None)
        key = next((key for key in (marker_key(name), channel_key(name)) if key in self.first), by_channel)
        if key is None:
            scatter = [channel.name for channel in self.first.values() if channel.signal_type == "scatter"]
            known = [*_has(self.files, self.given), *scatter]
            raise InputError(f"No file has the marker {name!r}.{nearest(name, known)} There are {', '.join(known)}.")
        return key

    def keep(self, key: str, *, needed: bool) -> bool:
        """Whether every file has the column, by marker or lent by channel; a file without a needed one is refused."""
        by_channel = channel_key(self.first[key].name)
        lacking = [i for i, index in enumerate(self.indices) if key not in index]
        without = [i for i in lacking if not self._lends(i, by_channel)]
        name = self.marker(key) or self.first[key].name
        having = len(self.files) - len(without)
        if without and needed:
            file = self.files[without[0]]
            raise InputError(
                f"{file.path} has no marker {name}, which {having} of {len(self.files)} files have; it has "
                f"{', '.join(_has([file], self.given))}{self._otherwise(without[0], by_channel)}. "
                "Name its channel with panel.names, name the markers to use, or leave the file out.",
                path=file.path,
            )
        if without and not self._is_labelled_elsewhere(key):
            self.left_out.append((name, having))
        elif lacking and not without:
            files = [self.files[i].path.name for i in lacking]
            self.notes.append(Finding("marker by channel", marker=name, channel=self.first[key].name, files=files))
        return not without

    def _lends(self, number: int, by_channel: str) -> bool:
        """Whether a file has a channel of this name, of which it does not say that something else is on it."""
        column = self.indices[number].get(by_channel)
        return column is not None and self.known[number][column].role not in _SAID

    def _otherwise(self, number: int, by_channel: str) -> str:
        column = self.indices[number].get(by_channel)
        if column is None:
            return ""
        channel = self.known[number][column]
        return f", and calls {channel.name} {channel.label!r}"

    def _is_labelled_elsewhere(self, key: str) -> bool:
        """Whether a channel without marker carries one in another file: then that marker's column has it."""
        same = [other for other in self.first if self.marker(other) and channel_key(self.first[other].name) == key]
        return bool(same)

    def note_left_out(self) -> None:
        """One note for all columns that not all files have."""
        if len(self.left_out) == 1:
            ((name, having),) = self.left_out
            self.notes.insert(0, Finding("channel left out", name=name, having=having, files=len(self.files)))
        elif self.left_out:
            self.notes.insert(0, Finding("channels left out", names=[name for name, _ in self.left_out]))

    def note_differences(self, key: str) -> None:
        having = [
            channels[index[key]] for channels, index in zip(self.known, self.indices, strict=True) if key in index
        ]
        markers = list(dict.fromkeys(channel.marker for channel in having))
        channels = list(dict.fromkeys(channel.name for channel in having))
        if markers[0] and len(channels) > 1:
            self.notes.append(Finding("marker on different channels", marker=markers[0], channels=channels))
        if len(markers) > 1:
            self.notes.append(Finding("markers taken as one", markers=markers))
        roles = list(dict.fromkeys(channel.role for channel in having))
        if len(roles) > 1:
            self.notes.append(
                Finding("roles differ", name=markers[0] or channels[0], roles=roles, taken=_agreed(roles))
            )

    def role(self, key: str) -> keys.Role:
        """Of a column: what the files say, and what any says more than others."""
        told = zip(self.known, self.indices, strict=True)
        return _agreed([channels[index[key]].role for channels, index in told if key in index])

    def stain(self, key: str) -> keys.SignalType:
        """How a column was measured: mass where half of the files say it, as small ones may not show it."""
        told = zip(self.known, self.indices, strict=True)
        types = [channels[index[key]].signal_type for channels, index in told if key in index]
        if 2 * types.count("mass") >= len(types):
            return "mass"
        return next(kind for kind in types if kind != "mass")

    def reason(self, key: str) -> str:
        """What told the role of a column."""
        told = zip(self.known, self.indices, strict=True)
        having = [channels[index[key]] for channels, index in told if key in index]
        return next(channel.reason for channel in having if channel.role == self.role(key))

    def note_several(self, kept: Sequence[str]) -> None:
        """One note for the markers that are on more than one channel."""
        several: dict[str, list[str]] = {}
        for key in kept:
            if self.marker(key) and self.role(key) not in _NO_MARKER:
                several.setdefault(key.partition(" on channel ")[0], []).append(key)
        found = {
            self.marker(keys[0]): [self.first[key].name for key in keys] for keys in several.values() if len(keys) > 1
        }
        if found:
            self.notes.append(Finding("marker on several channels", channels=found))

    def note_roles(self, kept: Sequence[str]) -> None:
        """One note for all stains that are no marker of cells."""
        roles: dict[str, list[str]] = {}
        for key in kept:
            if (role := self.role(key)) in _NO_MARKER:
                roles.setdefault(role, []).append(self.first[key].name)
        if roles:
            self.notes.append(Finding("stains without cells", roles=roles))


def _agreed(roles: Sequence[keys.Role]) -> keys.Role:
    """The first role that says something: ``signal`` is what is known of a channel when nothing is."""
    return next((role for role in roles if role != "signal"), "signal")


def _check_files(files: Sequence[EventFile], given: Mapping[str, str]) -> None:
    if not files:
        raise InputError("There are no files to make a panel of.")
    for file in files:
        if file.n_events == 0:
            raise InputError(f"{file.path} holds no events; leave it out.", path=file.path)
    channels = list(dict.fromkeys(channel.name for file in files for channel in file.channels))
    for name in given:
        if name not in channels:
            near = nearest(name, channels)
            raise InputError(f"panel.names: no file has the channel {name!r}.{near} There are {', '.join(channels)}.")


def _has(files: Sequence[EventFile], given: Mapping[str, str]) -> list[str]:
    """What files have, to name in a message: markers, or channels where no marker is known."""
    channels = [channel for file in files for channel in file.channels]
    markers = [marker_of(channel, given) for channel in channels if marker_of(channel, given)]
    return list(dict.fromkeys(markers or [channel.name for channel in channels]))


def _panel(kept: Sequence[str], cohort: _Cohort) -> Panel:
    channels = [cohort.first[key] for key in kept]
    markers = [cohort.marker(key) for key in kept]
    roles = tuple(cohort.role(key) for key in kept)
    doubled = [" on channel " in key for key in kept]
    taken = {column.name for column in TABLES["clusters"].columns}  # where each marker is a column too
    plain = [
        f"{marker} {channel.name}".strip() if again or marker in taken else marker or channel.name
        for marker, channel, again in zip(markers, channels, doubled, strict=True)
    ]
    cohort.note_several(kept)
    return Panel(
        names=tuple(unique_names(plain)),
        channels=tuple(channel.name for channel in channels),
        markers=tuple(markers),
        signal_types=tuple(SIGNAL_TYPE_OF.get(role, cohort.stain(key)) for role, key in zip(roles, kept, strict=True)),
        notes=tuple(cohort.notes),
        given=cohort.given,
        identities=tuple(kept),
        roles=roles,
        reasons=tuple(cohort.reason(key) for key in kept),
    )
