"""The channels that a matrix names, under whatever spelling."""

from collections.abc import Callable, Sequence

from cytoclust.io._bare_channel import fold_channel
from cytoclust.io._measure_of import measure_of

__all__ = ["match_channels"]


def match_channels(names: Sequence[str], channels: Sequence[str], *, markers: Sequence[str] = ()) -> tuple[str, ...]:
    """Each name as a channel; one that no channel, or more than one, may be meant by stays as it is.

    A name means the channel ($PnN) that is called so, else the one with that marker or label, else the one with that
    number (from 1), else the one that is written otherwise (case, spaces, ``Comp-``, FlowJo's ``:: MARKER``), else the
    area (or the only pulse) of that detector, else the one whose marker is written otherwise.

    Parameters
    ----------
    names
        As the matrix has them.
    channels
        $PnN of each channel.
    markers
        Marker or label of each channel, empty where there is none.
    """
    labels = [*markers, *[""] * (len(channels) - len(markers))]
    ways: list[tuple[list[str], Callable[[str], str]]] = [
        (list(channels), str),
        ([label.strip() for label in labels], str.strip),
        ([str(number) for number in range(1, len(channels) + 1)], str.strip),
        ([fold_channel(channel) for channel in channels], fold_channel),
        ([_detector(channel, channels) for channel in channels], fold_channel),
        ([fold_channel(label) for label in labels], fold_channel),
    ]
    return tuple(
        next((found for keys, key in ways if (found := _only(key(name), keys, channels))), name) for name in names
    )


def _only(key: str, keys: Sequence[str], channels: Sequence[str]) -> str:
    """The channel with that key; empty if there is none, or more than one."""
    found = [channel for channel, each in zip(channels, keys, strict=True) if each == key] if key else []
    return found[0] if len(found) == 1 else ""


def _detector(channel: str, channels: Sequence[str]) -> str:
    """The detector of a channel that stands for it: its area, or its only pulse; empty for others."""
    detector, place = measure_of(channel)
    if detector == channel.casefold():
        return ""
    folded = fold_channel(detector)
    told = [(other, measure_of(other)[0]) for other in channels]
    measures = [name for other, name in told if name != other.casefold() and fold_channel(name) == folded]
    return folded if place == 0 or len(measures) == 1 else ""
