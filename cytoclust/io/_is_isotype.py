"""Knowing an isotype control by its label."""

import re
from collections.abc import Sequence
from typing import Final

from cytoclust.io._types import Channel

__all__ = ["is_isotype", "isotype_controls"]

_HOST: Final = r"(?:mouse|rat|(?:armenian|syrian)?[\s_-]*hamster|rabbit|goat|sheep|donkey|ms|mu|rt|rb|ham|m|r)[\s_-]*"
_LIGHT: Final = r"[\s,/_-]*(?:kappa|lambda|[κλkl])?"
_CONTROL: Final = r"iso(?:type)?(?:[\W_]*(?:ctrl?|controls?|c))?"
_LABEL: Final = re.compile(
    rf"(?:{_HOST})?ig[\s_-]?g[\s_-]?[1-4][abc]?{_LIGHT}(?:[\W_]*{_CONTROL})?|{_HOST}ig[gma]{_LIGHT}(?:[\W_]*{_CONTROL})?"
    rf"|{_CONTROL}|{_CONTROL}[\W_]+.{{1,40}}|ig[gma][\W_]*{_CONTROL}",
    re.IGNORECASE,
)
_FEWEST: Final = 2
"""Isotype controls that make a tube of them. Chosen; bears on no result: on notes."""


def is_isotype(marker: str) -> bool:
    """Whether a marker, without its dye, is an antibody that binds nothing: ``IgG1``, ``mouse IgG2a``, ``isotype``.

    IgG, IgM, IgA and IgD alone are markers of B cells; a subclass may be either.
    """
    return _LABEL.fullmatch(marker.strip()) is not None


def isotype_controls(channels: Sequence[Channel]) -> list[Channel]:
    """Channels with isotype controls, if most markers of a tube are, so that subclasses of B cells are not meant."""
    markers = [channel for channel in channels if channel.role == "marker"]
    found = [channel for channel in markers if is_isotype(channel.marker)]
    return found if len(found) >= _FEWEST and 2 * len(found) > len(markers) else []
