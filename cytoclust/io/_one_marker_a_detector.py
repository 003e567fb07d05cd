"""One marker, one channel, where a file has several measures of a pulse."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from cytoclust.findings import Finding
from cytoclust.io._types import Channel

__all__ = ["PULSE", "one_marker_a_detector"]

PULSE: Final = re.compile(
    r"^(?P<detector>.{0,200}?)[\s_.-]{1,3}(?P<pulse>A|H|W|Area|Height|Width)(?:Lin|Log)?$", re.IGNORECASE
)
"""A channel's detector, and which measure of the pulse it is."""


def one_marker_a_detector(channels: Sequence[Channel]) -> tuple[list[Channel], list[Finding]]:
    """Where area, height and width of a detector carry one marker, the area (or the height) keeps it."""
    best: dict[tuple[str, str], int] = {}
    for i, channel in enumerate(channels):
        pulse = PULSE.match(channel.name)
        if channel.marker and pulse is not None:
            key = pulse["detector"].casefold(), channel.marker.casefold()
            if key not in best or _rank(channel) < _rank(channels[best[key]]):
                best[key] = i
    kept = set(best.values())
    lost = [i for i, channel in enumerate(channels) if channel.marker and PULSE.match(channel.name) and i not in kept]
    notes = [Finding("marker on another pulse", names=[channels[i].name for i in lost])] if lost else []
    return [_without_marker(channel) if i in lost else channel for i, channel in enumerate(channels)], notes


def _without_marker(channel: Channel) -> Channel:
    return replace(channel, marker="", role="signal" if channel.role == "marker" else channel.role)


def _rank(channel: Channel) -> int:
    pulse = PULSE.match(channel.name)
    return "ahw".index(pulse["pulse"][0].lower()) if pulse else 0
