"""Files that have nothing in common."""

from collections.abc import Mapping, Sequence

from cytoclust.io._event_file import EventFile
from cytoclust.io._panel import STAINS, channel_key, index_file, marker_of

__all__ = ["apart", "stains"]

NAMED = 4
"""Panels, or markers of one, that are named; of more, that there are some."""


def stains(file: EventFile, given: Mapping[str, str]) -> dict[str, str]:
    """Stained columns of a file, identity to name: those with a marker, or all where no channel has one."""
    index = index_file(file, given)
    dyes = {key: file.channels[i] for key, i in index.items() if file.channels[i].signal_type in STAINS}
    marked = {key: marker for key, channel in dyes.items() if (marker := marker_of(channel, given))}
    return marked or {key: channel.name for key, channel in dyes.items()}


def apart(files: Sequence[EventFile], given: Mapping[str, str]) -> str:
    """Why files cannot be worked on together, in a sentence: no stained channel is in more than half of them.

    Empty where one is, by marker or lent by a channel without one. A file that lacks what most have is another matter:
    see :func:`reconcile_panel`.
    """
    each = [stains(file, given) for file in files]
    indices = [index_file(file, given) for file in files]
    channel = {key: file.channels[index[key]].name for file, index in zip(files, indices, strict=True) for key in index}
    having = [
        sum(key in index or channel_key(channel[key]) in index for index in indices) for key in set().union(*each)
    ]
    if len(files) < 2 or not having or 2 * max(having) > len(files):
        return ""
    panels: dict[frozenset[str], int] = {}
    for number, keys in enumerate(each):
        panels.setdefault(frozenset(keys), number)
    told = [f"{files[i].path.name}: {_some(list(each[i].values()))}" for i in list(panels.values())[:NAMED]]
    return (
        f"the {len(files)} files share no stained channel: they are of {len(panels)} panels "
        f"({'; '.join([*told, *(['…'] if len(panels) > NAMED else [])])}). Run the files of one panel at a time."
    )


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return (", ".join(names[:NAMED]) or "none") + more
