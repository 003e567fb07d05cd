"""Names of markers: a shared vocabulary with synonyms, and how a panel's names are matched to it."""

import difflib
import functools
import re
from collections.abc import Iterable, Mapping
from importlib import resources

import yaml

__all__ = [
    "fold_marker",
    "known_spellings",
    "marker_forms",
    "match_markers",
    "nearest_marker",
    "spell_like",
    "vocabulary",
]

_GREEK = str.maketrans({"α": "a", "β": "b", "γ": "g", "δ": "d", "ε": "e", "κ": "k", "λ": "l"})
_BETWEEN = re.compile(r"[\s_/|,;()]+")
_LIKE = 0.75  # of two normal forms, the share of letters in common from which one is proposed for the other


@functools.lru_cache(maxsize=2**12)
def fold_marker(name: str) -> str:
    """The normal form of a marker's name, without dye, case, spaces and hyphens; Greek letters as Latin ones."""
    from cytoclust.io._clean_marker import clean_marker

    bare = (clean_marker(name) or name).casefold().translate(_GREEK)
    return re.sub(r"[\W_]", "", bare) or bare


@functools.cache
def vocabulary() -> Mapping[str, tuple[str, ...]]:
    """Markers that every rule file may use, with their synonyms."""
    text = resources.files("cytoclust.io").joinpath("markers.yaml").read_text(encoding="utf-8")
    return {name: tuple(synonyms or ()) for name, synonyms in yaml.safe_load(text).items()}


def marker_forms(name: str) -> tuple[str, ...]:
    """Every normal form of a name: ``CD197_CCR7`` is also known as either; ``CD45RA/CCR7``, of two markers, is not."""
    from cytoclust.io._clean_marker import clean_marker

    whole = fold_marker(name)
    parts = [fold_marker(part) for part in _BETWEEN.split(clean_marker(name)) if part]
    same = len(parts) > 1 and any(all(part in group for part in parts) for group in _groups())
    return (whole, *parts) if same else (whole,)


def known_spellings(synonyms: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Marker of each normal form of a name or synonym; a name goes before another marker's synonym."""
    found = {fold_marker(word): name for name, others in synonyms.items() for word in others}
    return found | {fold_marker(name): name for name in synonyms}


def spell_like(name: str) -> tuple[str, ...]:
    """Every spelling that the shared vocabulary has of a marker."""
    return next((group for key, group in _groups().items() if fold_marker(name) in key), ())


@functools.cache
def _groups() -> Mapping[frozenset[str], tuple[str, ...]]:
    groups = [(name, *others) for name, others in vocabulary().items()]
    return {frozenset(map(fold_marker, group)): group for group in groups}


def nearest_marker(word: str, spellings: Mapping[str, str]) -> str:
    """`` Did you mean 'CD203c'?`` by normal forms; empty where none of ``spellings`` has most of its letters."""
    near = difflib.get_close_matches(fold_marker(word), spellings, n=1, cutoff=_LIKE)
    return f" Did you mean {spellings[near[0]]!r}?" if near else ""


def match_markers(
    names: Iterable[str], panel: Iterable[str], synonyms: Mapping[str, tuple[str, ...]]
) -> dict[str, int]:
    """Index in ``panel`` of each marker in ``names`` that the panel has; the first of several that fit."""
    panel = list(panel)
    at: dict[str, int] = {}
    for index, name in enumerate(panel):
        at.setdefault(fold_marker(name), index)
    for index, name in enumerate(panel):
        for form in marker_forms(name):
            at.setdefault(form, index)
    found = {}
    for name in names:
        hits = [at[key] for key in map(fold_marker, (name, *synonyms.get(name, ()))) if key in at]
        if hits:
            found[name] = hits[0]
    return found
