"""Knowing a viability dye by its name."""

import re
from typing import Final

__all__ = ["is_viability"]

_NAMED: Final = (
    r"(?<![a-z])live[\W_]*(?:or|and|n)?[\W_]*dead|(?<![a-z])dead[\W_]*(?:or|and)?[\W_]*live",
    r"(?<![a-z0-9])l[\W_]{0,3}d(?![a-z0-9])|^live$|(?<![a-z])dead(?![a-z-])",
    r"viab|via-?dye|viakrome|^vi?d$|vivid|fixable|(?<![a-z])fv[ds](?![a-z])",
    r"(?<![a-z])dead(?:[\W_]*cells?(?![a-z])|-(?!box))|(?<![a-z])lnd(?![a-z])|^ld[\W_]*(?:\d{3}|aqua|nir|uv)$",
    r"^live[\W_]*(?:aqua|blue|green|yellow|violet|red|nir|uv|\d{1,3})$|via-?probe|via-?fluor|viobility",
    r"(?<![a-z])zombie|^z[\W_]*(?:nir|aqua|uv)$|^ghost$|ghost[\W_]*(?:dye|red|violet|uv|\d{3})|near[\W_]*ir[\W_]*dead",
    r"^aqua$|aqua[\W_]*(?:amine|vid)|(?<![a-z])amine(?![a-z])",
    r"e-?fluor[\W_]*(?:450|455|506|520|660|780)[\W_]*(?:viab|fix|dead)",
    r"(?<![a-z0-9])7[\W_]*aad?d?(?![a-z])|(?<![a-z])dapi(?![a-z])|^pi(?:[\W_]*[ahw])?$|propidium",  # of DNA
    r"(?<![a-z])to-?pro-?[\W_]*3|sytox|draq[\W_]*7|helix[\W_]*nir|hoechst[\W_]*33258",
    r"cis[\W_]*platin|(?<![a-z])cis[\W_]*pt(?![a-z])|rh[\W_]*103.*(?:dead|via)",  # of mass cytometry
    r"intercalator[\W_]*rh(?![a-z])",
)
"""How viability dyes are called; a table, as each row is one kind of name."""
_DYES: Final = re.compile("|".join(_NAMED), re.IGNORECASE)


def is_viability(name: str) -> bool:
    """Whether a marker or label is a dye that dead cells take up (or amine-reactive dyes, brighter on dead cells).

    Known are Live/Dead, Zombie, Fixable Viability Stain or Dye (FVS, FVD), Ghost Dye, ViViD, 7-AAD, propidium iodide
    (PI), DAPI, TO-PRO-3, SYTOX, DRAQ7, Helix NIR, cisplatin, and labels that say viability or dead cells.
    """
    return _DYES.search(name.strip()) is not None
