"""One marker, one channel, where a file has several measures of a pulse."""

from collections.abc import Sequence
from dataclasses import replace

from cytoclust.findings import Finding
from cytoclust.io._measure_of import measure_of
from cytoclust.io._types import Channel

__all__ = ["one_marker_a_detector"]


def one_marker_a_detector(channels: Sequence[Channel]) -> tuple[list[Channel], list[Finding]]:
    """Where several measures of a detector carry one marker, the area (or the height) keeps it."""
    best: dict[tuple[str, str], tuple[int, int]] = {}
    for i, channel in enumerate(channels):
        if channel.marker:
            detector, rank = measure_of(channel.name)
            key = detector, channel.marker.casefold()
            best[key] = min(best.get(key, (rank, i)), (rank, i))
    kept = {i for _, i in best.values()}
    lost = [i for i, channel in enumerate(channels) if channel.marker and i not in kept]
    notes = [Finding("marker on another pulse", names=[channels[i].name for i in lost])] if lost else []
    return [_without_marker(channel) if i in lost else channel for i, channel in enumerate(channels)], notes


def _without_marker(channel: Channel) -> Channel:
    return replace(channel, marker="", role="signal" if channel.role == "marker" else channel.role)
