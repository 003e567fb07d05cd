"""What a panel cannot show."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import TYPE_CHECKING

from cytoclust import keys
from cytoclust.rules._states import LEVELS, WORDS

if TYPE_CHECKING:
    from cytoclust.rules._ruleset import Pattern, Population, RuleSet

__all__ = ["contradictory", "limits", "overlapping"]

_ANY = frozenset(LEVELS)


def limits(rules: RuleSet, present: frozenset[str], taken: Mapping[str, str]) -> list[str]:
    """Plain sentences on the populations that a panel with the markers ``present`` leaves out.

    One sentence for each set of missing markers and parent: which populations cannot be named, which of them
    could not be told apart even if they were, and what their cells are called instead; then, for each population
    that can be named, the mimics that cannot be excluded; then, for each marker without a threshold, what rests on the
    state it is ``taken`` for (``-`` or ``+``).
    """
    by_name = {p.name: p for p in rules.populations}
    missing = {
        name: {m for n in rules.lineage(name) for m in by_name[n].markers if m not in present} for name in by_name
    }
    groups: dict[tuple[str, frozenset[str]], list[str]] = {}
    for name, lacks in missing.items():
        if lacks:
            groups.setdefault((_named_ancestor(rules, by_name, missing, name), frozenset(lacks)), []).append(name)
    sentences = [_cannot(by_name, present, parent, lacks, names) for (parent, lacks), names in groups.items()]
    for population in rules.populations:
        if missing[population.name]:
            continue
        for mimic, pattern in population.unless.items():
            absent = [m for m in pattern if m not in present]
            if absent:
                sentences.append(f"Without {_and(absent)}, {mimic} cannot be excluded from {population.name}.")
    named = [population for population in rules.populations if not missing[population.name]]
    return sentences + [text for marker, sign in taken.items() if (text := _one_mode(named, marker, sign))]


def _one_mode(populations: list[Population], marker: str, sign: str) -> str:
    """What a marker without a threshold leaves unsettled among the populations that can be named."""
    asking = [population for population in populations if marker in population.markers]
    resting = [p.name for p in asking if p.markers[marker] & WORDS[sign]]
    lost = [p.name for p in asking if not p.markers[marker] & WORDS[sign]]
    says = [(resting, "rest on that"), (lost, "cannot be named")]
    state = "negative" if sign == "-" else "positive"
    consequence = "; ".join(f"{_and(names)} {what}" for names, what in says if names)
    return f"{marker} shows one mode only and is taken as {state}: {consequence}." if asking else ""


def contradictory(rules: RuleSet) -> list[tuple[str, str, str]]:
    """Population, one it belongs to, and a marker on which no cell can meet both."""
    by_name = {p.name: p for p in rules.populations}
    found = []
    for p in rules.populations:
        for above in rules.lineage(p.name)[1:]:
            wanted: Pattern = {**by_name[above].optional, **by_name[above].markers}
            found += [(p.name, above, m) for m in p.markers if m in wanted and not p.markers[m] & wanted[m]]
    return found


def overlapping(rules: RuleSet) -> list[tuple[str, str]]:
    """Pairs of populations with one parent whose rules can both be met by the same cells."""
    pairs = combinations([p for p in rules.populations if p.markers], 2)
    return [(a.name, b.name) for a, b in pairs if a.parent == b.parent and _compatible(a, b, None)]


def _named_ancestor(rules: RuleSet, by_name: dict[str, Population], missing: dict[str, set[str]], name: str) -> str:
    """The nearest ancestor that such cells can still be given, or ``keys.ROOT``."""
    for ancestor in rules.lineage(name)[1:]:
        if by_name[ancestor].markers and not missing[ancestor]:
            return ancestor
    return keys.ROOT


def _cannot(
    by_name: dict[str, Population], present: frozenset[str], parent: str, lacks: frozenset[str], names: list[str]
) -> str:
    text = f"Without {_and(sorted(lacks))}, {_and(names)} cannot be named"
    alike = [
        f"{a} cannot be told apart from {b}"
        for a, b in combinations(names, 2)
        if by_name[a].parent == by_name[b].parent
        and not _compatible(by_name[a], by_name[b], None)
        and _compatible(by_name[a], by_name[b], present)
    ]
    if alike:
        text += f" ({', '.join(alike)})"
    return text + (f"; such cells are {parent}." if parent != keys.ROOT else "; such cells are unknown.")


def _compatible(a: Population, b: Population, present: frozenset[str] | None) -> bool:
    """Whether a cell can meet both rules, as far as the markers ``present`` (None: all) can show."""
    left: Pattern = {**a.optional, **a.markers}
    right: Pattern = {**b.optional, **b.markers}
    seen = {m for m in (*left, *right) if present is None or m in present}
    both = {m: left.get(m, _ANY) & right.get(m, _ANY) for m in seen}
    guards = [guard for population in (a, b) for guard in population.unless.values()]
    excluded = any(all(both.get(m, _ANY) <= levels for m, levels in guard.items()) for guard in guards)
    return all(both.values()) and not excluded


def _and(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
