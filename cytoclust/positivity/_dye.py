"""The channel that parts dead cells from live ones: why rules cannot use it, and what makes it a marker."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from cytoclust.io import fold_marker, is_viability

__all__ = ["BY_NAME", "as_marker", "dye_limit", "held_by_dye"]

BY_NAME: Final = "is called as a viability dye is: dead cells are set aside by it, and rules cannot use it"
_BETWEEN: Final = re.compile(r"[/,;&+|\s]+")


def as_marker(channel: str = "CHANNEL", marker: str = "MARKER") -> str:
    """How a viability dye's channel becomes that of a marker."""
    return f"To use it as a marker: --set panel.viability=none and --set 'panel.names={{{channel}: {marker}}}'."


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


def dye_limit(held: list[str], names: list[str], viability: tuple[str, str] | None) -> str:
    """Why the markers ``held`` cannot be used, which populations ``names`` so have no name, and the way out."""
    marker = next((name for name in held if not is_viability(name)), held[0])
    lost = f", so that {' and '.join(names)} cannot be named" if names else ""
    if viability is None:
        return f"{' and '.join(held)} {BY_NAME}{lost}. {as_marker(marker=marker)}"
    channel, label = viability
    shown = channel if label in ("", channel) else f"{channel} ({label})"
    return (
        f"{shown} serves as viability dye: dead cells are set aside by it, and rules cannot use it{lost}. "
        f"{as_marker(channel, marker)}"
    )
