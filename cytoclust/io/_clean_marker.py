"""The marker in a label."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from cytoclust.io._bare_channel import bare_channel
from cytoclust.io._fluorochromes import FLUOROCHROME
from cytoclust.io._isotopes import ISOTOPE, NUMBER_LEAD, without_isotope
from cytoclust.io._optical import is_optical

__all__ = ["clean_marker", "marker_in"]

_LONGEST: Final = 200  # characters of a label that are looked at: a hostile one must not take minutes
_GAP: Final = r"[\s\-_/:|,.+*]+"
_FLUOR: Final = FLUOROCHROME.pattern
_TAIL: Final = re.compile(rf"{_GAP}(?:{_FLUOR})(?:{_GAP}(?:conjugate|conj))?$", re.IGNORECASE)
_LEAD: Final = re.compile(rf"^(?:{_FLUOR}){_GAP}(?=\S)", re.IGNORECASE)
_ONLY_FLUOR: Final = re.compile(rf"^(?:{_FLUOR})$", re.IGNORECASE)

_BRACKETED: Final = rf"\(?{ISOTOPE}\)?(?:D[id])?"
_ISOTOPE_LEAD: Final = re.compile(rf"^(?:{NUMBER_LEAD}|{_BRACKETED}[\s\-_:]+(?=\S))")
_ISOTOPE_TAIL: Final = re.compile(rf"[\s\-_:]*(?<![A-Za-z0-9]){_BRACKETED}$|\({_BRACKETED}\)(?:D[id])?$")
_ONLY_ISOTOPE: Final = re.compile(rf"^{_BRACKETED}$")

_SIGNAL_TAIL: Final = re.compile(r"(?:[-_ ]{1,3}(?:Area|Height|Width|INT|PEAK|TOF|LIN|LOG)|[-_][AHW])$", re.IGNORECASE)
# a last letter that is part of the name
_LETTERED: Final = re.compile(
    r"(?:HLA|H-?2|Granzyme|Gzm|Gr[sz]m?|Siglec|Annexin|Ephrin|Bcl|Hepatitis|Neuropilin|Vitamin|Serpin|Protein|Concanavalin|Con)"
    r"[-_][AHW]$",
    re.IGNORECASE,
)
_DETECTOR: Final = re.compile(
    r"^(?:FL\s?\d{1,2}|(?:B|V|R|Y|G|YG|UV|U)L?\d{1,2}[-_][AHW]|(?:BL|VL|RL|YL|GL)\d{1,2}|(?-i:P)(?!(?:16|18|21|27|38|53|63|65)$)\d{1,2}|\d{3}[-/]\d{2,3}(?:\s?[LB]P)?)"
    r"(?:[\s_-]*(?:[AHW]|Area|Height|Width|INT|PEAK|TOF|Lin|Log))*$",
    re.IGNORECASE,
)
_PROTEIN: Final = re.compile(r"^e?[gycbr]fp$|^(?:m?cherry|tdtomato|dsred)$", re.IGNORECASE)
_NOTHING: Final = re.compile(r"^(?:\W*|[A-Za-z]|\d+|(.)\1{2,})$", re.IGNORECASE)  # no name, or a letter over and over
_ANTI: Final = re.compile(r"^anti[-\s]+(?:(?:human|mouse|rat|hu|ms)[-\s]+)?(?=\S)", re.IGNORECASE)
_BRACKETS: Final = re.compile(r"\s*[(\[{]([^()\[\]{}]*)[)\]}]\s*")
_FILTER_TAIL: Final = re.compile(r"(?:\s*@.*|[\s_-]+\d{3}[/_]\d{2,3}(?:\s?[LB]P)?)$")


@lru_cache(maxsize=2**12)
def clean_marker(text: str) -> str:
    """The marker that a label ($PnS, or a sheet's word) names, without fluorochrome, isotope, detector and clone.

    ``CD45 FITC``, ``FITC-CD45``, ``CD45 (HI30)``, ``147Sm_CD45``, ``anti-CD45 BV421`` and ``CD45-PE-Cy7-A`` all give
    ``CD45``. A label that holds nothing else, such as ``PE`` alone, is returned as it is.
    Two markers on one channel (``CD3_CD19``) stay together.
    """
    text = text[:_LONGEST]
    label = " ".join(unicodedata.normalize("NFKC", text.replace("™", "").replace("®", "")).split())
    label = _named_part(label)
    return _without_dye(_without_brackets(label)) or label


def marker_in(label: str) -> str:
    """As :func:`clean_marker`, but empty where the label names only dye, isotope, laser, filter or detector."""
    if not without_isotope(label):
        return ""
    marker = clean_marker(label)
    bare = _SIGNAL_TAIL.sub("", marker)
    empty = any(
        pattern.match(word) for pattern in (_ONLY_FLUOR, _ONLY_ISOTOPE, _DETECTOR) for word in (label, marker, bare)
    )
    return "" if empty or _NOTHING.match(marker) or (is_optical(label) and not _PROTEIN.match(label)) else marker


def _named_part(label: str) -> str:
    """Of ``CD21;FITC;530/30@488/B`` or ``Comp-PE-A :: CD4`` the part that names no detector."""
    parts = [part for part in re.split(r"\s*(?:;|::)\s*", label) if part]
    if len(parts) < 2:
        return label
    named = next((part for part in parts if not _is_detector(bare_channel(part))), "")
    return named or (label if _ONLY_FLUOR.match(parts[0]) else parts[0])


def _is_detector(part: str) -> bool:
    bare = _SIGNAL_TAIL.sub("", part)
    return is_optical(part) or any(pattern.match(bare) for pattern in (_ONLY_FLUOR, _DETECTOR))


def _without_brackets(label: str) -> str:
    if _ONLY_ISOTOPE.match(label):
        return label
    label = _ISOTOPE_TAIL.sub("", label) or label
    inside = _BRACKETS.search(label)
    if inside is None:
        return label
    outside = _BRACKETS.sub(" ", label).strip()
    return outside if outside and not _ONLY_FLUOR.match(_SIGNAL_TAIL.sub("", outside)) else inside.group(1).strip()


def _without_dye(label: str) -> str:
    """Take off, as long as something remains, whatever is not the marker at either end."""
    label = _ANTI.sub("", label)
    steps = (_FILTER_TAIL, _ISOTOPE_LEAD, _ISOTOPE_TAIL, _TAIL, _LEAD, _ANTI)
    for _ in range(4):  # a label has few parts
        before = label
        if not _LETTERED.search(label):
            label = _SIGNAL_TAIL.sub("", label) or label
        for step in steps:
            label = step.sub("", label).strip(" ;:|,*") or label
        if label == before:
            break
    return label
