"""The fluorochrome of a channel."""

import re
from typing import Final

from cytoclust.io._fluorochromes import FLUOROCHROME

__all__ = ["fluorochrome_in"]

_LONGEST: Final = 200  # characters of a name that are looked at
_WORD: Final = re.compile(rf"(?<![A-Za-z0-9])(?:{FLUOROCHROME.pattern})(?![A-Za-z0-9])", re.IGNORECASE)


def fluorochrome_in(name: str, label: str) -> str:
    """The dye that a channel's name ($PnN), or else its label ($PnS), names; empty if neither does."""
    found = _WORD.search(name[:_LONGEST]) or _WORD.search(label[:_LONGEST])
    return found.group().strip() if found else ""
