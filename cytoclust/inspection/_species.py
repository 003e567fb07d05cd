"""Whose cells a panel is for, by the names of its markers."""

from collections.abc import Iterable
from typing import Final, Literal

from cytoclust.io import fold_marker, marker_forms

__all__ = ["Species", "species_of"]

Species = Literal["human", "mouse"]
MOUSE: Final = (
    "B220", "CD45R", "CD45R/B220", "CD45.1", "CD45.2", "CD90.1", "CD90.2", "CD16/32", "Ly-6C", "Ly-6G", "Ly-6A/E",
    "Gr-1", "NK1.1", "NK1/1", "CD161c", "DX5", "F4/80", "TER-119", "Sca-1", "Siglec-F", "H-2", "H-2Kb", "H-2Kd",
    "H-2Db", "I-A", "I-A/I-E", "I-Ab", "I-Ad", "I-A/E", "IA/IE", "MHC-II I-A/I-E", "Ly-49", "PDCA-1", "Siglec-H",
)  # fmt: skip
HUMAN: Final = (
    "HLA-DR", "HLA-A", "HLA-B", "HLA-C", "HLA-ABC", "HLA-DQ", "HLA-DP", "CD45RA", "CD45RO", "CD56", "CD57", "CD235a",
    "CD15", "CD66b", "CD66c", "CD33", "CD10", "CD303", "CD141", "CD1a", "CD1c", "CD158a", "CD158b", "CD294", "CD7",
    "CD13", "CD64", "CD65", "CD14",
)  # fmt: skip
"""Names that reagents for the other species do not go by, or hardly: mice have no HLA, CD66 or CD1a, and CD56, CD15,
CD33, CD14 and the isoforms RA and RO of CD45 are not what their leukocytes are told by. Chosen; decides only which
rules are proposed."""


def species_of(markers: Iterable[str]) -> tuple[Species | None, list[str]]:
    """The species, and the markers that tell it; None where none tells or some tell either."""
    named = [str(marker) for marker in markers if marker]
    told = {
        "mouse": [name for name in named if _is_one_of(name, MOUSE)],
        "human": [name for name in named if _is_one_of(name, HUMAN)],
    }
    if told["mouse"] and not told["human"]:
        return "mouse", told["mouse"]
    if told["human"] and not told["mouse"]:
        return "human", told["human"]
    return None, []


def _is_one_of(name: str, known: Iterable[str]) -> bool:
    forms = {fold_marker(name), *marker_forms(name)}
    return not forms.isdisjoint(map(fold_marker, known))
