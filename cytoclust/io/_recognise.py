"""What the channels of a file are."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.findings import Finding
from cytoclust.io._bare_channel import bare_channel
from cytoclust.io._clean_marker import marker_in
from cytoclust.io._fluorochrome_in import fluorochrome_in
from cytoclust.io._is_isotype import isotype_controls
from cytoclust.io._is_mass import why_mass
from cytoclust.io._is_raw import raw_detectors
from cytoclust.io._isotopes import isotope_in, without_isotope
from cytoclust.io._leave_one_copy import leave_one_copy
from cytoclust.io._named_markers import is_generic, is_known_marker, marker_in_name
from cytoclust.io._named_roles import NAMES, UNSAID, named_role
from cytoclust.io._one_marker_a_detector import one_marker_a_detector
from cytoclust.io._optical import is_optical
from cytoclust.io._rising import rising
from cytoclust.io._role_of import DETECTOR_DYES, SIGNAL_TYPE_OF, is_fixed, role_of_label
from cytoclust.io._types import Channel

__all__ = ["Sample", "recognise"]

Sample = Callable[[], NDArray[np.float32]]
"""Gives some events of a file in their order, (m, p), when they are asked for."""

_LONGEST: Final = 200
"""Characters of a name that are looked at. Bears on no result: no marker has a longer one."""
_AMONG: Final = 2
"""Channels that are called after known markers, from which others are taken to be so too. Convention: one may be
chance."""


def recognise(
    channels: Sequence[Channel], *, cytometer: str = "", sample: Sample | None = None
) -> tuple[tuple[Channel, ...], list[Finding]]:
    """Channels with marker, signal type, role and reason, from names, labels and, where these leave doubt, values.

    Parameters
    ----------
    channels
        All of a file, with name and label; what else they say of marker, type and role is made anew.
    cytometer
        $CYT.
    sample
        Some events; not called where names decide.

    Returns
    -------
    The channels, and what was assumed.
    """
    known = _Known.of(channels, cytometer, sample)
    found = [known.channel(i) for i in range(len(channels))]
    found, notes = one_marker_a_detector(found)
    found, twice = leave_one_copy(found)
    notes += twice
    if sample is not None and not any(channel.role == "clock" for channel in found):
        found, noted = _with_clock(found, sample)
        notes += noted
    if controls := isotype_controls(found):
        notes.append(Finding("isotype tube", channels=[f"{each.name} {each.marker}" for each in controls]))
    if known.mass in ("panel", "values"):
        notes.append(Finding("taken as mass cytometry", why=known.mass))
    return tuple(found), notes


@dataclass
class _Known:
    channels: Sequence[Channel]
    names: list[str]  # without a prefix that says compensated
    labels: list[str]  # empty where they repeat the name, or say that there is none
    blank: set[int]  # that have no label by a word such as NA, where others have one
    roles: list[keys.Role | None]  # that names tell
    mass: str  # what tells that the file is of a mass cytometer
    raw: set[int]
    among_markers: bool = False
    fixed: bool = False

    @classmethod
    def of(cls, channels: Sequence[Channel], cytometer: str, sample: Sample | None) -> "_Known":
        names = [bare_channel(channel.name[:_LONGEST]) for channel in channels]
        labels = [
            "" if _same(channel.label, channel.name) or _same(channel.label, name) else channel.label[:_LONGEST]
            for channel, name in zip(channels, names, strict=True)
        ]
        unsaid = {i for i, label in enumerate(labels) if UNSAID.match(label.strip())}
        labels = ["" if i in unsaid else label for i, label in enumerate(labels)]
        roles = [_of_name(name, label) for name, label in zip(names, labels, strict=True)]
        mass = why_mass(names, labels, roles, cytometer, sample)
        signals = [i for i, role in enumerate(roles) if role is None]
        blank = unsaid if any(labels[i] for i in signals) else set()
        known = cls(channels, names, labels, blank, roles, mass, raw_detectors(names, labels, cytometer))
        sure = sum(bool(marker_in_name(names[i], among_markers=False)) for i in signals if not labels[i])
        known.among_markers = bool(mass) or sure >= _AMONG
        known.fixed = is_fixed(labels[i] or names[i] for i in signals)
        return known

    def channel(self, i: int) -> Channel:
        marker, role, reason = self._told(i)
        kind = SIGNAL_TYPE_OF.get(role) or ("mass" if self.mass or isotope_in(self.names[i]) else "fluorescence")
        return replace(self.channels[i], marker=marker, signal_type=kind, role=role, reason=reason)

    def _told(self, i: int) -> tuple[str, keys.Role, str]:
        """Marker, role, and what told it."""
        name, label, role = self.names[i], self.labels[i], self.roles[i]
        if role == "gaussian" and not self.mass:
            role = "index"
        if role is not None:
            return "", role, "name" if _of_name(name, "") else "label"
        marker = marker_in(label) if label else ""
        if label and (role := self._of_label(label, marker)):
            return ("" if role in _NAMELESS else marker), role, "label"
        if not marker:
            named = self._of_name_alone(i)
            if named is not None:
                return named
        if (role := _of_isotope(isotope_in(name), marker)) is not None:
            return marker, role, "isotope"
        if marker:
            return marker, "marker", "label"
        if i in self.blank:
            return "", "blank", "label"
        return "", "raw detector" if i in self.raw else "signal", "name"

    def _of_label(self, label: str, marker: str) -> keys.Role | None:
        """What a label tells, or else what is left of it without dye, isotope and pulse."""
        return role_of_label(label, fixed=self.fixed) or (role_of_label(marker, fixed=self.fixed) if marker else None)

    def _of_name_alone(self, i: int) -> tuple[str, keys.Role, str] | None:
        """Of a channel whose label names no marker."""
        name = self.names[i]
        bare = without_isotope(name) if isotope_in(name) else name
        role = role_of_label(bare, fixed=self.fixed) if bare else None
        marker = marker_in_name(bare, among_markers=self.among_markers) if bare else ""
        if role is not None and not (DETECTOR_DYES.match(bare) and not self.mass):
            return ("" if role in _NAMELESS else marker or bare), role, "name"
        if marker and i not in self.raw and not DETECTOR_DYES.match(bare):
            return marker, "marker", "name"
        return None


_NAMELESS: Final = frozenset({"blank", "autofluorescence", "clock", "event length", "scatter", "index", "gaussian"})
_BEADS: Final = "Ce140"
_DNA: Final = ("Ir191", "Ir193")
_PLAINLY: Final = re.compile(r"[fsb]sc|scatter|time", re.IGNORECASE)
"""What a label must hold to make a detector of light scatter or a clock: ``EV``, ``TIM`` and ``SS`` may be stains."""
_AROUND: Final = ("ArAr80", "Sn120", "I127", "Xe131", "Cs133", "Ba137", "Ba138", "Hg202", "Pb208")
"""Isotopes of air, water and detergent, that instruments record to see contamination; some labs stain with them, and
say so in the label."""


def _of_name(name: str, label: str) -> keys.Role | None:
    """The role of what is no signal, by its name; by its label where that says scatter or clock."""
    role = named_role(name, NAMES)
    if role is None and (told := named_role(label, NAMES)) in ("scatter", "clock"):
        return told if _PLAINLY.search(label) or not (is_optical(name) or fluorochrome_in(name, "")) else None
    return role


def _of_isotope(isotope: str, marker: str) -> keys.Role | None:
    if isotope in _DNA and not is_known_marker(marker):
        return "dna"
    if marker:
        return None
    return "bead" if isotope == _BEADS else "blank" if isotope in _AROUND else None


def _same(label: str, name: str) -> bool:
    """Whether a label repeats the name, as R writes it or not."""
    return re.sub(r"[\W_]+", " ", label).strip().casefold() == re.sub(r"[\W_]+", " ", name).strip().casefold()


def _with_clock(channels: list[Channel], sample: Sample) -> tuple[list[Channel], list[Finding]]:
    """Signals without a marker that rise from event to event are a clock, or number the events."""
    doubtful = [
        i for i, channel in enumerate(channels)
        if channel.role == "signal" and is_generic(channel.name) and _same(channel.label or channel.name, channel.name)
    ]  # fmt: skip
    if not doubtful:
        return channels, []
    events = sample()
    found = {i: role for i in doubtful if (role := rising(events[:, i]))}
    told = [
        replace(channel, role=found[i], signal_type=SIGNAL_TYPE_OF[found[i]], reason="values")
        if i in found
        else channel
        for i, channel in enumerate(channels)
    ]
    names = [channels[i].name for i in found]
    return told, [Finding("channels that rise", names=names)] if names else []
