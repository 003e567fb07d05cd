"""Names of detectors: lasers, filters, colours and dyes, that say where light was measured and not what is stained."""

import re
from typing import Final

from cytoclust.io._fluorochromes import FLUOROCHROME

__all__ = ["is_optical"]

_LONGEST: Final = 200  # characters of a name that are looked at
_DYE: Final = re.compile(rf"(?<![A-Za-z0-9])(?:{FLUOROCHROME.pattern})(?![A-Za-z0-9])", re.IGNORECASE)
_WORD: Final = re.compile(
    r"""
    \d{3} (?:nm)? | \d{2,3} [LBS]P | I?[LBS]P \d{3} | [LBS]P | nm | \d{1,2}
  | (?: uv|v|b|g|y|yg|r|ir|nir | bl|vl|rl|yl|gl|uvl | ultraviolet|violet|blue|green|yellow|orange|red ) (?:[3-9]\d\d|\d\d?)?
  | fl\s?\d{0,2} | ch(?:annel)?\d{0,2} | \d{3}ch\d{1,2} | grn | yel | blu | vio | infra | near | far | deep
  | fluo(?:r(?:escence)?)? | intensity | mc | laser | filter | detector | pmt | apd | em | ex | emission | excitation
  | parameter | param | signal | a | h | w | area | height | width | int(?:egral)? | peak | tof | [ahw]?lin(?:ear)? | [ahw]?log | log[ahw] | lin[ahw]
  | gfp | egfp | yfp | cfp | bfp | rfp | mcherry | dsred | tdtomato | m?plum | mkate2? | katushka | cerulean | venus | turquoise
    """,
    re.VERBOSE | re.IGNORECASE,
)  # fmt: skip
_GAP: Final = re.compile(r"[\s\-_/().,\[\]@:+]+")
_TOLD: Final = re.compile(r"[A-Za-z]{2}|\d{2}|^[A-Za-z]\d")


def is_optical(name: str) -> bool:
    """Whether a name speaks of laser, filter, colour, pulse or dye alone: ``FL1-H``, ``488nm IBP536-40``, ``B525-A``.

    Fluorescent proteins are among the words, as detectors are called after them.
    """
    rest = _DYE.sub(" ", name[:_LONGEST].strip())
    words = [word for word in _GAP.split(rest) if word]
    return all(_WORD.fullmatch(word) for word in words) and _TOLD.search(name) is not None
