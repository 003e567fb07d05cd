"""Raw detectors of spectral cytometers."""

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from cytoclust.io._clean_marker import marker_in

__all__ = ["raw_detectors"]

_SPECTRAL: Final = re.compile(
    r"aurora|northern\s*lights|id7000|sp6800|discover|xenith|opteon|bigfoot|a5\s*se|spectral", re.IGNORECASE
)
_ARRAY: Final = re.compile(
    r"^(?:(?P<laser>UV|DUV|V|B|YG|Y|G|R|IR)(?P<number>\d{1,2})(?:\s*\(\d{3}\))?"  # UV1-A; UV1 (375)-A
    # 405CH1-A; 405-3-A
    r"|(?P<wavelength>3\d\d|4\d\d|5\d\d|6\d\d|7\d\d|8\d\d)(?:nm)?[\s_-]*(?:CH)?[\s_-]*(?P<place>\d{1,2})"
    r"|(?:CH|Ch)[\s_-]?(?P<channel>\d{1,2}))(?:[\s_.-][AHW])?$"
)
_LONGEST_ROW: Final = 7
"""Detectors on one laser, above which they are an array. Derived: conventional cytometers with such names (MACSQuant,
Attune) have at most 6."""
_FEWEST: Final = 10
"""Detectors of an array. Derived: the smallest spectral cytometer sold has 14."""


def raw_detectors(names: Sequence[str], labels: Sequence[str], cytometer: str) -> set[int]:
    """Channels without a marker that are detectors of a spectral array, as they come before unmixing."""
    rows: dict[str, set[int]] = defaultdict(set)
    found = []
    for i, (name, label) in enumerate(zip(names, labels, strict=True)):
        part = _ARRAY.match(name.strip())
        if part is not None and not (label and marker_in(label)):
            rows[part["laser"] or part["wavelength"] or "ch"].add(
                int(part["number"] or part["place"] or part["channel"])
            )
            found.append(i)
    longest = max(map(len, rows.values()), default=0)
    spectral = _SPECTRAL.search(cytometer) is not None or longest >= _LONGEST_ROW
    return set(found) if spectral and sum(map(len, rows.values())) >= _FEWEST else set()
