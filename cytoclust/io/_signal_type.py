"""What kind of signal a channel carries, from its names."""

import re
from typing import Final

from cytoclust import keys

__all__ = ["infer_signal_type"]

_LONGEST: Final = 200  # characters of a name that are looked at
_MASS_CYTOMETER: Final = re.compile(r"cytof|helios|dvs|fluidigm|hyperion|standard\s*bio", re.IGNORECASE)
_ELEMENT: Final = (
    "As|Se|Br|Rb|Sr|Y|Zr|Nb|Mo|Ru|Rh|Pd|Ag|Cd|In|Sn|Sb|Te|I|Xe|Cs|Ba|La|Ce|Pr|Nd|Pm|Sm|Eu|Gd|Tb|Dy|Ho|Er|Tm|Yb|Lu|Hf|"
    "Ta|Re|Os|Ir|Pt|Au|Hg|Tl|Pb|Bi"
)
_MASS: Final = r"(?:7[5-9]|[89]\d|1\d\d|20\d)"  # atomic masses that are measured
_ISOTOPE: Final = re.compile(
    rf"(?<![A-Za-z0-9])(?:(?:{_ELEMENT}){_MASS}|{_MASS}(?:{_ELEMENT}))(?:\)?D[id])?(?![A-Za-z0-9])"
)
_TIME: Final = re.compile(r"^(?:time|hdr-t|time[\s_]?(?:stamp|\d|\(.*\)))$", re.IGNORECASE)
_SCATTER: Final = re.compile(
    r"(?<![a-z])(?:v|b|uv|y|r)?[fsb]sc(?![a-z])|^(?:fs|ss|als|fals|rals|lals)(?:[\s\-_]|$)|(?:forward|side|back)[\s_-]*scatter",
    re.IGNORECASE,
)
_OTHER: Final = re.compile(
    r"""
    ^time\b | ^hdr[-_] | event | bead[\s_-]*dist | pulse[\s_-]*width
  | ^(?:center|offset|residual|width|doublet|amplitude)$
  | ^(?:index|idx|tray|well|row|column|plate|file|sample|cell|cluster|population|label|barcode|debarcode|group|batch)
    (?:[\s_-]*(?:x|y|row|col|column|id|no|nr|number|num|index|name|\d+))?$
  | mahalanobis | ^roi | ^ratio\b | aspect[\s_-]*ratio | ^(?:umap|t-?sne|pca?)[\s_-]*\d
  | drop[\s_-]*phase | sort[\s_-]*(?:result|enable|class|decision)
    """,
    re.VERBOSE | re.IGNORECASE,
)


def infer_signal_type(name: str, label: str, cytometer: str) -> keys.SignalType:
    """Scatter, fluorescence, mass, time or other, from $PnN, $PnS and $CYT.

    On a mass cytometer, what is not an isotope is other. Event length, bead distance, event numbers, index-sort
    columns and a width without a channel are other.
    """
    name, label = name[:_LONGEST].strip(), label[:_LONGEST].strip()
    if _TIME.match(name):
        return "time"
    if _OTHER.search(name):
        return "other"
    if _SCATTER.search(name):
        return "scatter"
    if _ISOTOPE.search(name) or (_MASS_CYTOMETER.search(cytometer) and _ISOTOPE.search(label)):
        return "mass"
    if _MASS_CYTOMETER.search(cytometer):
        return "other"
    if _TIME.match(label):
        return "time"
    if _SCATTER.search(label):
        return "scatter"
    return "fluorescence"
