"""What a channel's name says of compensation."""

import re
from typing import Final

__all__ = ["bare_channel", "fold_channel", "is_compensated"]

_LONGEST: Final = 200  # characters of a name that are looked at
_WORD: Final = r"(?:comp|compensated|unmixed)"
_COMPENSATED: Final = re.compile(
    rf"""
    (?:fj[\s_.-]?)?{_WORD}[\s_.:-]{{1,3}}(?P<after>\S.*)
  | <(?P<within>[^<>]+)>
  | (?P<before>[^\s_.-].*?)[\s_.:-]{{0,3}}[(\[<]{_WORD}[)\]>]
  | (?P<first>[^\s_.-].*?)[\s_.:-]{{1,3}}{_WORD}
    """,
    re.VERBOSE | re.IGNORECASE,
)


def is_compensated(channel: str) -> bool:
    """Whether a channel's name says that its data are compensated.

    ``Comp-FITC-A``, ``FJComp-FITC-A``, ``FJ_Comp_FITC-A``, ``Compensated FITC-A``, ``<FITC-A>``, ``FITC-A-Comp``,
    ``FITC-A (comp)``, ``Unmixed-FITC-A``.
    """
    return _COMPENSATED.fullmatch(_without_marker(channel)) is not None


def bare_channel(channel: str) -> str:
    """The channel's name without what says that it is compensated, and without FlowJo's ``:: MARKER``."""
    name = _without_marker(channel)
    while match := _COMPENSATED.fullmatch(name):
        name = next(part for part in match.groups() if part).strip()
    return name


def fold_channel(channel: str) -> str:
    """What makes two spellings one detector: the letters and digits of the bare name, without case."""
    return "".join(letter for letter in bare_channel(channel).casefold() if letter.isalnum())


def _without_marker(channel: str) -> str:
    name = channel[:_LONGEST].strip()
    detector = name.partition("::")[0].strip()
    return detector or name
