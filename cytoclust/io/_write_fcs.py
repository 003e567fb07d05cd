"""Writing FCS 3.1."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from cytoclust.errors import InputError
from cytoclust.io._atomic_path import atomic_path
from cytoclust.io._fcs_segments import fcs_header, fcs_text
from cytoclust.io._types import Channel, Spillover

__all__ = ["write_fcs"]

_BLOCK = 65_536


def write_fcs(
    path: str | Path,
    events: np.ndarray,
    channels: Sequence[Channel],
    *,
    spill: Spillover | None = None,
    text: Mapping[str, str] | None = None,
) -> None:
    """Write events as FCS 3.1: list mode, float32, little endian, linear; atomically.

    Parameters
    ----------
    path
        File to write.
    events
        (n, p), on the linear scale.
    channels
        p channels; ``name``, ``label`` (or ``marker``), ``range`` are written, with a gain of 1 and no decades.
    spill
        Written as $SPILLOVER.
    text
        Further keywords; those that describe the layout are ours and cannot be given.

    Raises
    ------
    InputError
        Numbers of channels that differ, a name that FCS forbids, or a keyword that is ours.
    """
    events = np.asarray(events)
    if events.ndim != 2 or events.shape[1] != len(channels):
        raise InputError(f"The events for {path} must be (n, {len(channels)}). Got {events.shape} instead.")
    keywords = _keywords(path, events.shape[0], channels, spill) | _given(path, text or {})
    segment = fcs_text(keywords, events.size * 4)
    with atomic_path(path) as temporary, temporary.open("wb") as handle:
        handle.write(fcs_header(len(segment), events.size * 4))
        handle.write(segment)
        for start in range(0, len(events), _BLOCK):
            handle.write(np.ascontiguousarray(events[start : start + _BLOCK], dtype="<f4").tobytes())


def _keywords(path: str | Path, n: int, channels: Sequence[Channel], spill: Spillover | None) -> dict[str, str]:
    words = {
        "$BEGINANALYSIS": "0",
        "$ENDANALYSIS": "0",
        "$BEGINSTEXT": "0",
        "$ENDSTEXT": "0",
        "$BYTEORD": "1,2,3,4",
        "$DATATYPE": "F",
        "$MODE": "L",
        "$NEXTDATA": "0",
        "$TOT": str(n),
        "$PAR": str(len(channels)),
    }
    for i, channel in enumerate(channels, start=1):
        if not channel.name or "," in channel.name:
            raise InputError(f"A channel name for {path} must be without commas and not empty. Got {channel.name!r}.")
        words |= {f"$P{i}N": channel.name, f"$P{i}B": "32", f"$P{i}E": "0,0", f"$P{i}G": "1"}
        words[f"$P{i}R"] = str(max(1, int(np.ceil(channel.range))))
        if channel.label or channel.marker:
            words[f"$P{i}S"] = channel.label or channel.marker
    if spill is not None:
        numbers = [repr(float(value)) for value in np.asarray(spill.matrix).ravel()]
        words["$SPILLOVER"] = ",".join([str(len(spill.channels)), *spill.channels, *numbers])
    return words


def _given(path: str | Path, text: Mapping[str, str]) -> dict[str, str]:
    ours = _keywords(path, 0, (), None).keys() | {"$BEGINDATA", "$ENDDATA", "$SPILLOVER"}
    taken = sorted(ours.intersection(key.upper() for key in text))
    if taken:
        raise InputError(f"The keyword {taken[0]} of {path} follows from the events and cannot be given.")
    return {key: str(value) for key, value in text.items() if str(value) != ""}  # FCS knows no empty values
