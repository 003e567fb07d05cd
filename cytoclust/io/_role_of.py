"""What a channel holds, from its own names alone."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from cytoclust import keys
from cytoclust.io._is_viability import is_viability
from cytoclust.io._isotopes import without_isotope
from cytoclust.io._named_roles import LABELS, NAMES, named_role

__all__ = ["DETECTOR_DYES", "SIGNAL_TYPE_OF", "is_fixed", "role_of", "role_of_label"]

SIGNAL_TYPE_OF: Final[Mapping[keys.Role, keys.SignalType]] = {
    "scatter": "scatter", "clock": "time", "index": "other", "event length": "other", "gaussian": "other",
}  # fmt: skip
"""Signal type of roles that are no stain."""

_OTHERS: Final = tuple(role for role, kind in SIGNAL_TYPE_OF.items() if kind == "other")
_ROLE_OF: Final[Mapping[keys.SignalType, keys.Role]] = {"scatter": "scatter", "time": "clock"}

DETECTOR_DYES: Final = re.compile(
    r"^(?:7-?AA-?D|PI|propidium[\s_-]*iodide|DAPI|hoechst(?:[\s_-]*(?:blue|red|\d{5}))?|DRAQ-?[57]|TO-?PRO-?3|SYTOX[\s_-]*\w*|"
    r"dyecycle[\s_-]*\w*|vybrant.*)(?:[\s_.-](?:[ahw]|area|height|width))?$",
    re.IGNORECASE,
)
"""Dyes that detectors are called after, whatever is on them: without a label they tell nothing."""

_FIXED: Final = re.compile(r"\b(?:edu|brdu|idu|ki-?67|p?-?h3|phh3|cyclin\w*|cell[\s_-]*cycle)\b", re.IGNORECASE)
_DNA_DYE: Final = re.compile(r"^(?:PI|propidium[\s_-]*iodide|7-?AA-?D|DAPI|DRAQ-?[57]|sytox.*)(?![a-z])", re.IGNORECASE)


def is_fixed(labels: Iterable[str]) -> bool:
    """Whether labels speak of DNA synthesis or cell cycle: such cells are fixed, and a DNA dye enters all of them."""
    return any(_FIXED.search(without_isotope(label) or label) for label in labels)


def role_of_label(label: str, *, fixed: bool = False) -> keys.Role | None:
    """The role that a label tells, None of a marker; ``fixed`` cells take up every DNA dye."""
    bare = without_isotope(label)
    if fixed and _DNA_DYE.match(bare or label):
        return "dna"
    if is_viability(label):
        return "viability"
    return named_role(label, LABELS) or (named_role(bare, LABELS) if bare else None)


def role_of(name: str, label: str, marker: str, signal_type: keys.SignalType) -> tuple[keys.Role, str]:
    """Role of a channel whose type is known, and what told it in a word."""
    if signal_type == "other":
        told = named_role(name, NAMES)
        return told if told in _OTHERS else "index", "name"
    if role := _ROLE_OF.get(signal_type):
        return role, "name"
    for word in (label, marker):
        if word and word != name and (told := role_of_label(word)):
            return told, "label"
    if not DETECTOR_DYES.match(name) and (told := role_of_label(name)):
        return told, "name"
    return ("marker", "label") if marker else ("signal", "name")
