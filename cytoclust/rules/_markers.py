"""Names of markers: a shared vocabulary with synonyms, and how a panel's names are matched to it."""

import functools
import re
from collections.abc import Iterable, Mapping
from importlib import resources

import yaml

__all__ = ["fold_marker", "match_markers", "vocabulary"]

_GREEK = str.maketrans({"α": "a", "β": "b", "γ": "g", "δ": "d", "ε": "e", "κ": "k", "λ": "l"})


def fold_marker(name: str) -> str:
    """A marker's name without fluorochrome, case, spaces, hyphens; Greek letters as Latin ones."""
    from cytoclust.io import clean_marker

    return re.sub(r"[^a-z0-9]", "", (clean_marker(name) or name).casefold().translate(_GREEK))


@functools.cache
def vocabulary() -> Mapping[str, tuple[str, ...]]:
    """Markers that every rule file may use, with their synonyms."""
    text = resources.files("cytoclust.rules").joinpath("markers.yaml").read_text(encoding="utf-8")
    return {name: tuple(synonyms or ()) for name, synonyms in yaml.safe_load(text).items()}


def match_markers(
    names: Iterable[str], panel: Iterable[str], synonyms: Mapping[str, tuple[str, ...]]
) -> dict[str, int]:
    """Index in ``panel`` of each marker in ``names`` that the panel has; the first of several that fit."""
    at: dict[str, int] = {}
    for index, name in enumerate(panel):
        at.setdefault(fold_marker(name), index)
    found = {}
    for name in names:
        hits = [at[key] for key in map(fold_marker, (name, *synonyms.get(name, ()))) if key in at]
        if hits:
            found[name] = hits[0]
    return found
