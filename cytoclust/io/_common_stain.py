"""Files that have nothing in common."""

from collections.abc import Mapping, Sequence

from cytoclust.findings import Finding
from cytoclust.io._as_given import as_given
from cytoclust.io._event_file import EventFile
from cytoclust.io._panel import channel_key, index_file

__all__ = ["no_common_stain", "stains"]


def stains(file: EventFile, given: Mapping[str, str]) -> dict[str, str]:
    """Stained columns of a file, identity to name: those with a marker or a viability dye, or all signals without."""
    known = {key: as_given(file.channels[i], given) for key, i in index_file(file, given).items()}
    marked = any(channel.role == "marker" for channel in known.values())
    roles = ("marker", "viability") if marked else ("signal",)
    return {key: channel.marker or channel.name for key, channel in known.items() if channel.role in roles}


def no_common_stain(files: Sequence[EventFile], given: Mapping[str, str]) -> Finding | None:
    """Why files cannot be worked on together: no stained channel is in more than half of them.

    None where one is, by marker or lent by a channel without one. A file that lacks what most have is another matter:
    see :func:`reconcile_panel`.
    """
    each = [stains(file, given) for file in files]
    indices = [index_file(file, given) for file in files]
    channel = {key: file.channels[index[key]].name for file, index in zip(files, indices, strict=True) for key in index}
    dyes = {key for file, index in zip(files, indices, strict=True) for key in _dyes(file, index, given)}
    having = [
        sum(key in index or channel_key(channel[key]) in index for index in indices)
        for key in set().union(*each) - dyes
    ]
    if len(files) < 2 or not having or 2 * max(having) > len(files):
        return None
    panels: dict[frozenset[str], int] = {}
    for number, keys in enumerate(each):
        panels.setdefault(frozenset(keys), number)
    known = [{"file": _called(files, i), "markers": list(each[i].values())} for i in panels.values()]
    return Finding("no common stain", files=len(files), panels=known)


def _called(files: Sequence[EventFile], number: int) -> str:
    """Of a file, with the data set where the file is there several times."""
    file = files[number]
    several = sum(other.path == file.path for other in files) > 1
    return f"{file.path.name}, data set {getattr(file, 'dataset', 0) + 1}" if several else file.path.name


def _dyes(file: EventFile, index: Mapping[str, int], given: Mapping[str, str]) -> list[str]:
    """Viability dyes of a file: nothing can be clustered on these."""
    return [key for key, i in index.items() if as_given(file.channels[i], given).role == "viability"]
