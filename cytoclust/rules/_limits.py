"""What a panel cannot show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, product
from typing import TYPE_CHECKING, Final

from cytoclust import keys
from cytoclust.findings import Finding
from cytoclust.io import fold_marker
from cytoclust.positivity import LEVELS, WORDS, Level, dye_limit, held_by_dye

if TYPE_CHECKING:
    from cytoclust.rules._ruleset import Pattern, Population, RuleSet

__all__ = ["compatible", "contradictory", "limits", "overlapping"]

_ANY = frozenset(LEVELS)
_MIRRORS: Final = {"CD45RA": "CD45RO", "CD45RO": "CD45RA"}
"""Isoforms of one gene: nearly all T cells have one or the other."""


def limits(
    rules: RuleSet,
    present: frozenset[str],
    taken: Mapping[str, str],
    *,
    viability: tuple[str, str] | None = None,
    other: frozenset[str] = frozenset(),
) -> list[Finding]:
    """The populations that a panel with the markers ``present`` leaves out.

    First what the viability dye keeps from the rules. Then one finding for each set of missing markers and parent:
    which populations cannot be named, and what their cells are called instead; then, for each population
    that can be named, the mimics that cannot be excluded; then, for each marker without a threshold, what rests on the
    state it is ``taken`` for (``-`` or ``+``, ``?`` if nothing tells it). ``viability`` is the channel of the dye and
    its label; ``other`` are normal forms of the panel's markers, for the missing markers that one of them mirrors.
    """
    by_name = {p.name: p for p in rules.populations}
    missing = {name: {m for n in rules.lineage(name) for m in by_name[n].lacks(present)} for name in by_name}
    groups: dict[tuple[str, frozenset[str]], list[str]] = {}
    for name, lacks in missing.items():
        if lacks:
            groups.setdefault((_named_ancestor(rules, by_name, missing, name), frozenset(lacks)), []).append(name)
    absent = dict.fromkeys(m for p in rules.populations for m in p.all_markers if m not in present)
    held = held_by_dye(absent, rules.synonyms, viability)
    lost = [name for (_, lacks), names in groups.items() if lacks <= set(held) for name in names]
    found = [dye_limit(held, lost, viability)] if held else []
    found += [
        _cannot(rules, lacks, parent, names) for (parent, lacks), names in groups.items() if not lacks <= set(held)
    ]
    found += [
        Finding("marker mirrored", marker=marker, has=_MIRRORS[marker])
        for marker in absent
        if fold_marker(_MIRRORS.get(marker, "")) in other
    ]
    for population in rules.populations:
        if missing[population.name]:
            continue
        for mimic, pattern in population.unless.items():
            lacking = [m for m in pattern if m not in present]
            if lacking and tuple(pattern) not in population.shown_by:
                found.append(Finding("mimic without marker", markers=lacking, mimic=mimic, population=population.name))
    named = [population for population in rules.populations if not missing[population.name]]
    return found + [each for marker, sign in taken.items() for each in _one_mode(named, marker, sign)]


def _one_mode(populations: list[Population], marker: str, sign: str) -> list[Finding]:
    """What a marker without a threshold leaves unsettled among the populations that can be named."""
    asking = [population for population in populations if marker in population.markers]
    allowed = WORDS.get(sign, frozenset())
    resting = [p.name for p in asking if p.markers[marker] & allowed]
    lost = [p.name for p in asking if not p.markers[marker] & allowed]
    return [Finding("one mode", marker=marker, state=sign, resting=resting, lost=lost)] if asking else []


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
    """Pairs of populations whose rules can both be met by the same cells; none that a pair above them implies."""
    by_name = {p.name: p for p in rules.populations}
    found: list[tuple[str, str]] = []
    for a, b in combinations([p for p in rules.populations if p.markers], 2):
        left, right = rules.lineage(a.name), rules.lineage(b.name)
        if a.name in right or b.name in left:
            continue
        implied = any(pair in found or pair[::-1] in found for pair in product(left, right))
        if not implied and compatible([by_name[name] for name in (*left, *right)]):
            found.append((a.name, b.name))
    return found


def _named_ancestor(rules: RuleSet, by_name: dict[str, Population], missing: dict[str, set[str]], name: str) -> str:
    """The nearest ancestor that such cells can still be given, or ``keys.ROOT``."""
    for ancestor in rules.lineage(name)[1:]:
        if by_name[ancestor].markers and not missing[ancestor]:
            return ancestor
    return keys.ROOT


def _cannot(rules: RuleSet, lacks: frozenset[str], parent: str, names: list[str]) -> Finding:
    top = [name for name in names if not set(rules.lineage(name)[1:]) & set(names)]
    return Finding(
        "populations not nameable",
        markers=sorted(lacks),
        populations=top,
        with_descendants=len(top) < len(names),
        instead=parent if parent != keys.ROOT else keys.UNKNOWN,
    )


def compatible(rules: Sequence[Population]) -> bool:
    """Whether a cell can meet all of some rules."""
    both: dict[str, frozenset[Level]] = {}
    for rule in rules:
        for m, levels in {**rule.optional, **rule.markers}.items():
            both[m] = both.get(m, _ANY) & levels
    guards = [guard for rule in rules for guard in rule.unless.values()]
    excluded = any(all(both.get(m, _ANY) <= levels for m, levels in guard.items()) for guard in guards)
    return all(both.values()) and not excluded
