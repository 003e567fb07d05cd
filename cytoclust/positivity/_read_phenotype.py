"""Phenotypes as they are spelled in tables."""

import re
from collections.abc import Collection

__all__ = ["read_phenotype"]

_STATE = r"(?:[-+]|dim|bright)(?:/(?:[-+]|dim|bright))*"  # as ``spell`` writes it


def read_phenotype(text: str, markers: Collection[str] = ()) -> dict[str, str]:
    """Marker to state of a phenotype, such as ``CD45- CD34-/dim``.

    Names of ``markers`` are known for what they are, whatever spaces and signs they hold; others end with the first
    word that ends like a state.
    """
    known = "".join(f"{re.escape(name)}|" for name in sorted(markers, key=len, reverse=True))
    return dict(re.findall(rf"(?<!\S)({known}\S.*?)({_STATE})(?!\S)", text))
