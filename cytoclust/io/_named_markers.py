"""Markers in names of channels ($PnN), where labels say nothing."""

import functools
import re
from collections.abc import Mapping
from typing import Final

from cytoclust.io._clean_marker import clean_marker, marker_in
from cytoclust.io._fluorochrome_in import fluorochrome_in
from cytoclust.io._isotopes import isotope_in
from cytoclust.io._markers import fold_marker, known_spellings, vocabulary
from cytoclust.io._optical import is_optical

__all__ = ["is_generic", "is_known_marker", "marker_in_name"]

_PULSE: Final = re.compile(r"[\s\-_.](?:a|h|w|area|height|width|lin|log|hlin|hlog|alin|alog)$", re.IGNORECASE)
_GENERIC: Final = re.compile(
    r"^(?:(?-i:P|V|X|C|CH)[\s_.-]?\d{1,3}|(?:channel|parameter|param|par|column|col|var|variable|feature|unnamed|unknown|detector)"
    r"[\s_.:-]*\w{0,3})$",
    re.IGNORECASE,
)  # fmt: skip
_FAMILY: Final = re.compile(
    r"""
    ^ (?: s?cd w?\d{1,3} [a-z]{0,3} (?![a-z])
      | il[\s_-]?\d{1,2} [a-z]{0,3} \d? (?![a-z]) | ifn | tnf | tgf | gm-?csf | mip-?\d | rantes
      | hla[\s_-]? | mhc | h-?2[\s_-]?[kdli] | tcr | v[\s_-]?(?:a|b|d|g|alpha|beta|delta|gamma|[αβγδ])[\s_-]?\d
      | ig [gmadekl] \d? (?![a-z]) | igkappa | iglambda | kappa$ | lambda$
      | c?cc?r \d{1,2} (?![a-z\d]) | cx3?cr \d | cx3cr1 | crth2
      | fox-?p3 | ki-?67 | t-?bet | eomes | gata-?\d | ror[\s_-]?[gct] | tcf-?[17] | tox\d?$ | bcl-?\w{1,3}$ | blimp
      | granzyme | gzm | gr[zs]m?b | perforin | ly-?\d{1,2} | gr-?1$ | f4[/_.-]?80 | b220 | nk-?1[._/-]?1 | nkg2 | nkp\d\d | dx5$
      | kir\d | klr[bdgk]\d | pd-?l?-?[12] (?![a-z\d]) | ctla-?4 | lag-?3 | tim-?\d | tigit | icos | ox-?40 | 4-?1bb
      | lin(?:eage)?\d? $ | sca-?1 | c-?kit | ep-?cam | siglec | clec | dc-?sign | fc[eg]?r | thy-?1 | ter-?119
      | p{1,2}(?:[\s_-])?(?:stat|erk|akt|s6|p?38|zap|syk|lck|lat|btk|plc|nf|creb|mapk|slp|shp|rb|h2ax|h3|4e|mtor|mek|jnk|src|cbl|tyr|ser|thr)
      | c?caspase | cparp | cyclin | annexin | edu$ | brdu$ | idu$ | ghl | \w?-?ova$ | tetramer | dextramer | pentamer
      | cytokeratin | pan-?ck$ | e-?cadherin | vimentin | a?sma$ | collagen | cfse | ctv$ | ctfr$ | cell-?trace | pro-?code
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)


@functools.cache
def _vocabulary() -> Mapping[str, str]:
    return known_spellings(vocabulary())


def is_known_marker(marker: str) -> bool:
    """Whether a word is a marker that the vocabulary has, or of a family that it has not wholly (CD, IL, CCR, …)."""
    return fold_marker(marker) in _vocabulary() or _FAMILY.match(marker) is not None


def is_generic(name: str) -> bool:
    """Whether a name tells neither detector, dye, isotope nor marker: ``P9``, ``X``."""
    name = name.strip()
    told = is_optical(name) or fluorochrome_in(name, "") or isotope_in(name) or is_known_marker(name)
    return _GENERIC.match(name) is not None or not told


def marker_in_name(name: str, *, among_markers: bool) -> str:
    """The marker that $PnN names, without dye, isotope and pulse; empty if it names a detector.

    ``among_markers``, where the other channels of the file are called after markers, a word that is not known counts
    too, unless it is that of a detector.
    """
    bare = _PULSE.sub("", name.strip())
    marker = marker_in(bare)
    if not marker or _GENERIC.match(bare) or is_optical(bare):
        return ""
    return marker if among_markers or is_known_marker(clean_marker(marker)) else ""
