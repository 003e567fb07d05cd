"""Names of isotopes, as mass cytometers write them."""

import re
from typing import Final

__all__ = ["ISOTOPE", "MASS_DETECTOR", "NUMBER_LEAD", "isotope_in", "without_isotope"]

_ELEMENT: Final = (
    "(?:As|Se|Br|Rb|Sr|Y|Zr|Nb|Mo|Ru|Rh|Pd|Ag|Cd|In|Sn|Sb|Te|I|Xe|Cs|Ba|La|Ce|Pr|Nd|Pm|Sm|Eu|Gd|Tb|Dy|Ho|Er|Tm|Yb|Lu|Hf|"
    "Ta|Re|Os|Ir|Pt|Au|Hg|Tl|Pb|Bi|ArAr)"
)
_MASS: Final = r"(?:7[5-9]|[89]\d|1\d\d|20\d)"  # atomic masses that are measured
ISOTOPE: Final = rf"(?:{_ELEMENT}{_MASS}|{_MASS}{_ELEMENT})(?:\)?D[id])?"
"""``Nd142``, ``142Nd``, ``Nd142Di``, ``Nd142)Dd``; to be anchored by the reader."""

_LONGEST: Final = 200  # characters of a name that are looked at
_WORD: Final = re.compile(rf"(?<![A-Za-z0-9])(?P<isotope>{ISOTOPE})(?![A-Za-z0-9])")
_SEVERAL: Final = re.compile(r"\(\d{2,3}(?::\d{2,3})+\)D[id]$")  # CD3(110:114)Dd: the sum of isotopes of one element
NUMBER_LEAD: Final = r"(?:89|1\d\d|20\d)(?:[:_]1\d\d)?[-_](?=[A-Za-z]{2})"  # 115-CD45, 110_114-CD3
_LEAD: Final = re.compile(rf"^(?:{NUMBER_LEAD}|\(?{ISOTOPE}\)?(?:[\s\-_:]+|$))")
_TAIL: Final = re.compile(
    rf"(?:[\s\-_:]*(?<![A-Za-z0-9])\(?{ISOTOPE}\)?(?:D[id])?|\(\d{{2,3}}(?::\d{{2,3}})+\)(?:D[id])?)$"
)
MASS_DETECTOR: Final = re.compile(rf"^(?:\(?{ISOTOPE}\)?(?:D[id])?|\(?\d{{2,3}}(?::\d{{2,3}})*\)?D[id])$")
"""A name that is an isotope and no more."""


def isotope_in(name: str) -> str:
    """The isotope that a name holds, element first (``Nd142``); the masses of several, and empty without one."""
    name = name[:_LONGEST]
    if several := _SEVERAL.search(name):
        return several.group().removesuffix("Di").removesuffix("Dd").strip("()")
    found = _WORD.search(name)
    if found is None:
        return ""
    bare = re.sub(r"\)?(?:D[id])?$", "", found["isotope"])
    element, mass = re.sub(r"\d", "", bare), re.sub(r"\D", "", bare)
    return element + mass


def without_isotope(label: str) -> str:
    """A label without an isotope at either end; empty if it holds nothing else."""
    return _TAIL.sub("", _LEAD.sub("", label[:_LONGEST].strip())).strip(" _-:(")
