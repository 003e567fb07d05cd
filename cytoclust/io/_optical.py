"""Names of detectors: lasers, filters, colours and dyes, that say where light was measured and not what is stained."""

import re
from typing import Final

from cytoclust.io._fluorochromes import FLUOROCHROME

__all__ = ["is_optical"]

_LONGEST: Final = 200  # characters of a name that are looked at
_DYE: Final = re.compile(rf"(?<![A-Za-z0-9])(?:{FLUOROCHROME.pattern})(?![A-Za-z0-9])", re.IGNORECASE)
_WORDS: Final = (
    r"\d{3}(?:nm)?|\d{1,2}|nm",  # lasers and filters: 488nm, 530/30
    r"\d{2,3}[LBS]P|I?[LBS]P\d{3}|[LBS]P",  # 670LP, IBP536-40
    r"(?:UV|V|B|G|Y|YG|R|IR|NIR|BL|VL|RL|YL|GL|UVL)(?:[3-9]\d\d|\d\d?)?",  # B525, V2, YL1
    r"(?:ultraviolet|violet|blue|green|yellow|orange|red|grn|yel|blu|vio|infra|near|far|deep)(?:\d{3}|\d)?",
    r"FL\s?\d{0,2}|CH(?:annel)?\d{0,2}|\d{3}CH\d{1,2}|laser|filter|detector|PMT|APD",
    r"fluo(?:r(?:escence)?)?|intensity|MC|em|ex|emission|excitation|parameter|param|signal",
    r"A|H|W|area|height|width|int(?:egral)?|peak|TOF|[AHW]?lin(?:ear)?|[AHW]?log|(?:log|lin)[AHW]",  # of the pulse
    r"E?GFP|[YCBR]FP|mCherry|DsRed|tdTomato|m?Plum|mKate2?|Katushka|Cerulean|Venus|Turquoise",
)
_WORD: Final = re.compile("|".join(_WORDS), re.IGNORECASE)
_MARKER: Final = re.compile(
    r"^(?:lin[\W\d]*|B7[\W_]?[12]|fluo-?[348]|V5)$", re.IGNORECASE
)  # antibodies that read like a scale or a detector
_GAP: Final = re.compile(r"[\s\-_/().,\[\]@:+]+")
_TOLD: Final = re.compile(r"[A-Za-z]{2}|\d{2}|^[A-Za-z]\d")


def is_optical(name: str) -> bool:
    """Whether a name speaks of laser, filter, colour, pulse or dye alone: ``FL1-H``, ``488nm IBP536-40``, ``B525-A``.

    Fluorescent proteins are among the words, as detectors are called after them.
    """
    rest = _DYE.sub(" ", name[:_LONGEST].strip())
    words = [word for word in _GAP.split(rest) if word]
    if _MARKER.match(name.strip()):
        return False
    return all(_WORD.fullmatch(word) for word in words) and _TOLD.search(name) is not None
