"""The channel that parts dead cells from live ones: why rules cannot use it."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from cytoclust.findings import Finding
from cytoclust.io import fold_marker, is_viability

__all__ = ["dye_limit", "held_by_dye"]

_BETWEEN: Final = re.compile(r"[/,;&+|\s]+")


def held_by_dye(
    markers: Iterable[str], synonyms: Mapping[str, tuple[str, ...]], viability: tuple[str, str] | None
) -> list[str]:
    """Which of some missing markers the dye's channel has, such as both of ``VIVID / CD14``, or are dyes by name.

    ``viability`` is the channel of the panel's dye and its label, None where that is not known.
    """
    label = viability[1] if viability else ""
    parts = {fold_marker(part) for part in (label, *_BETWEEN.split(label)) if part}
    return [
        name
        for name in markers
        if is_viability(name) or any(fold_marker(word) in parts for word in (name, *synonyms.get(name, ())))
    ]


def dye_limit(held: list[str], names: list[str], viability: tuple[str, str] | None) -> Finding:
    """Why the markers ``held`` cannot be used, and which populations ``names`` so have no name."""
    marker = next((name for name in held if not is_viability(name)), held[0])
    if viability is None:
        return Finding("marker is a viability dye", markers=held, marker=marker, populations=names)
    channel, label = viability
    return Finding("channel of the viability dye", channel=channel, label=label, marker=marker, populations=names)
