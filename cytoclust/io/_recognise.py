"""What the channels of a file are."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cytoclust.io._clean_marker import marker_in
from cytoclust.io._role_of import role_of
from cytoclust.io._signal_type import infer_signal_type
from cytoclust.io._types import Channel

__all__ = ["Sample", "recognise"]

Sample = Callable[[], NDArray[np.float32]]
"""Gives some events of a file in their order, (m, p), when they are asked for."""


def recognise(channels: Sequence[Channel], *, cytometer: str = "", sample: Sample | None = None) -> tuple[Channel, ...]:
    """Channels with their marker, signal type, role and reason, from names, labels and, where these leave doubt, values.

    Parameters
    ----------
    channels
        All of a file, with name and label; what else they say of marker, type and role is made anew.
    cytometer
        $CYT.
    sample
        Some events; not called where names decide.
    """
    found = []
    for channel in channels:
        kind = infer_signal_type(channel.name, channel.label, cytometer)
        stained = kind in ("fluorescence", "mass") and channel.label.casefold() != channel.name.casefold()
        marker = marker_in(channel.label) if stained and channel.label else ""
        role, reason = role_of(channel.name, channel.label, marker, kind)
        found.append(replace(channel, marker=marker, signal_type=kind, role=role, reason=reason))
    return tuple(found)
