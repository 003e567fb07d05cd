"""Files that hold a signal twice, as measured and compensated."""

from collections.abc import Sequence
from dataclasses import replace

from cytoclust.findings import Finding
from cytoclust.io._bare_channel import fold_channel, is_compensated
from cytoclust.io._types import STAINS, Channel

__all__ = ["leave_one_copy"]


def leave_one_copy(channels: Sequence[Channel]) -> tuple[list[Channel], list[Finding]]:
    """The compensated copy of each signal stays what it is; another copy of it becomes ``other``, without marker.

    The compensated copy was made by whoever exported the file, and takes over the marker where only the other has it.
    Of several compensated copies the first stays.
    """
    signals = [i for i, channel in enumerate(channels) if channel.signal_type in STAINS]
    copies: dict[str, list[int]] = {}
    for i in signals:
        copies.setdefault(fold_channel(channels[i].name), []).append(i)
    out, left = list(channels), []
    for same in copies.values():
        compensated = [i for i in same if is_compensated(channels[i].name)]
        if len(same) == 1 or not compensated:
            continue
        used, others = compensated[0], [i for i in same if i != compensated[0]]
        if not channels[used].marker:
            told = next((channels[i] for i in others if channels[i].marker), channels[used])
            out[used] = replace(channels[used], marker=told.marker, role=told.role, reason=told.reason)
        for i in others:
            out[i] = replace(channels[i], signal_type="other", marker="", role="index", reason="compensated copy")
            left.append((channels[i].name, channels[used].name))
    if not left:
        return out, []
    return out, [Finding("signal twice", left=[name for name, _ in left], used=[name for _, name in left])]
