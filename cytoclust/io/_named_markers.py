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

_PULSE: Final = re.compile(r"[\s\-_.]{1,3}(?:a|h|w|area|height|width|lin|log|hlin|hlog|alin|alog)$", re.IGNORECASE)
_GENERIC: Final = re.compile(
    r"^(?:[A-Z]|(?-i:P|V|X|C|CH)[\s_.-]?\d{1,3}|(?:channel|parameter|param|par|column|col|var|variable|feature|unnamed|unknown|detector)"
    r"[\s_.:-]*\w{0,3})$",
    re.IGNORECASE,
)  # fmt: skip
_FAMILIES: Final = (
    r"s?CDw?\d{1,3}[a-z]{0,3}(?![a-z])",
    r"IL[\s_-]?\d{1,2}[a-z]{0,3}\d?(?![a-z])|IFN|TNF|TGF|GM-?CSF|MIP-?\d|RANTES",  # cytokines
    r"c?CC?R\d{1,2}(?![a-z\d])|CX3?CR\d|CRTH2",  # receptors of chemokines
    r"HLA[\s_-]?|MHC|H-?2[\s_-]?[KDLI]|TCR|V[\s_-]?(?:a|b|d|g|alpha|beta|delta|gamma|[αβγδ])[\s_-]?\d",
    r"Ig[GMADEKL]\d?(?![a-z])|IgKappa|IgLambda|kappa$|lambda$|Fc[EG]?R",
    r"Fox-?P3|Ki-?67|T-?bet|Eomes|GATA-?\d|ROR[\s_-]?[GCT]|TCF-?[17]|TOX\d?$|BCL-?\w{1,3}$|Blimp",
    r"Granzyme|Gzm|Gr[zs]m?B|Perforin|c?Caspase|cPARP|Cyclin|Annexin",
    r"Ly-?\d{1,2}|Gr-?1$|F4[/_.-]?80|B220|Sca-?1|c-?Kit|Thy-?1|Ter-?119|DX5$",  # of mice
    r"NK-?1[._/-]?1|NKG2|NKp\d\d|KIR\d|KLR[BDGK]\d",
    r"PD-?L?-?[12](?![a-z\d])|CTLA-?4|LAG-?3|TIM-?\d|TIGIT|ICOS|OX-?40|4-?1BB",
    r"Lin(?:eage)?\d?$|Ep-?CAM|Siglec|CLEC|DC-?SIGN|tetramer|dextramer|pentamer|\w?-?OVA$",
    r"p{1,2}[\s_-]?(?:STAT|ERK|AKT|S6|p?38|ZAP|SYK|LCK|LAT|BTK|PLC|NF|CREB|MAPK|SLP|SHP|RB|H2AX|H3|4E|MTOR|MEK|JNK|SRC|CBL)",
    r"Cytokeratin|pan-?CK$|[EN]-?cadherin|Vimentin|a?SMA$|Collagen",
    r"CFSE|CTV$|CTFR$|Cell-?Trace|EdU$|BrdU$|IdU$|ProCode",
)
"""Markers that have too many members to list; a table, as each row is one kind of marker."""
_FAMILY: Final = re.compile(rf"^(?:{'|'.join(_FAMILIES)})", re.IGNORECASE)


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
