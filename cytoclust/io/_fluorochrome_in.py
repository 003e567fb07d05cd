"""The fluorochrome of a channel."""

import re
from typing import Final

from cytoclust.io._fluorochromes import FLUOROCHROME
from cytoclust.io._isotopes import MASS_DETECTOR

__all__ = ["fluorochrome_in"]

_LONGEST: Final = 200  # characters of a name that are looked at
_WORD: Final = re.compile(rf"(?<![A-Za-z0-9])(?:{FLUOROCHROME.pattern})(?![A-Za-z0-9])", re.IGNORECASE)


def fluorochrome_in(name: str, label: str) -> str:
    """The dye that a channel's name ($PnN), or else its label ($PnS), names; empty if neither does.

    ``Dy162`` is dysprosium.
    """
    told = (match.group().strip() for text in (name, label) for match in _WORD.finditer(text[:_LONGEST]))
    return next((dye for dye in told if not MASS_DETECTOR.match(dye)), "")
