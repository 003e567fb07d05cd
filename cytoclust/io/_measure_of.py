"""Which measure of a detector's pulse a channel is."""

import re
from typing import Final

__all__ = ["PULSE", "measure_of"]

PULSE: Final = re.compile(r"^(?P<detector>.{0,200}?)[\s_.-]{1,3}(?P<pulse>A|H|W|Area|Height|Width)$", re.IGNORECASE)
"""A channel's detector, and which measure of the pulse it is."""

_MEASURE: Final = re.compile(
    r"^(?P<detector>.{0,200}?)[\s_.-]{1,3}"
    r"(?:(?P<pulse>Area|Height|Width|INT|PEAK|TOF|[AHW])(?:(?P<gap>[\s_.-]{1,3})|(?=Lin|Log|$)))?"
    r"(?P<scale>Lin|Log)?(?P<after>[AHW])?$",
    re.IGNORECASE,
)
_PLACE: Final = {
    "a": 0,
    "i": 0,
    "h": 1,
    "p": 1,
    "w": 2,
    "t": 2,
}  # area or integral, height or peak, width or time of flight


def measure_of(name: str) -> tuple[str, int]:
    """A channel's detector, and how good a measure of it this is: 0 is the best.

    Area goes before height and width. Of a linear and a logarithmic copy, that one goes before which holds linear
    numbers when read: the logarithmic one where it has decades (Beckman Coulter's ``FL1 Log``), the linear one where
    logarithms were written as numbers (Guava's ``GRN-B-HLog``, Stratedigm's ``LogH``).
    """
    found = _MEASURE.match(name)
    if found is None or not (found["pulse"] or found["scale"] or found["after"]):
        return name.casefold(), 0
    pulse = found["pulse"] or found["after"] or "a"
    scale = (found["scale"] or "").casefold()
    joined = bool(found["after"]) or (bool(found["pulse"]) and not found["gap"])
    worse = bool(scale) and (scale == "log") == joined
    return found["detector"].casefold(), 2 * _PLACE[pulse[0].casefold()] + worse
