"""Rules, as read from a file."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io import marker_forms, match_markers
from cytoclust.positivity import WORDS, Level, spell
from cytoclust.rules._limits import limits
from cytoclust.rules._shown import as_html, as_text

__all__ = ["Compartment", "Pattern", "Population", "RuleSet"]

Compartment = Literal["marrow", "blood"]
Pattern = Mapping[str, frozenset[Level]]
"Allowed levels of each marker."


@dataclass(frozen=True)
class Population:
    """One rule. A population without ``markers`` only gathers others and is given to no cluster itself.

    ``complete``, ``malignant``, ``primary`` and ``compartment`` are as written; what descendants inherit of them is
    worked out by :class:`RuleSet`.
    """

    name: str
    parent: str
    markers: Pattern
    optional: Pattern
    unless: Mapping[str, Pattern]
    frequency: float | None
    note: str
    complete: bool = False
    malignant: bool = False
    primary: bool = False
    compartment: Compartment | None = None
    expected: bool = False

    def lacks(self, present: frozenset[str]) -> frozenset[str]:
        """Markers for want of which a panel cannot name it: all that it needs, or all of which it must show one."""
        missing = {marker for marker in self.markers if marker not in present}
        for any_of in self.shown_by:
            missing |= set() if present.intersection(any_of) else set(any_of)
        return frozenset(missing)

    @property
    def all_markers(self) -> tuple[str, ...]:
        """Every marker the rule speaks of, in the order of the file."""
        guards = [marker for pattern in self.unless.values() for marker in pattern]
        return tuple(dict.fromkeys([*self.markers, *self.optional, *guards]))

    @property
    def shown_by(self) -> tuple[tuple[str, ...], ...]:
        """Markers of which the population must show one, for each mimic that is told by what it lacks.

        ``unless: {other: {GD2: low, CD146: -}}`` says that the population has GD2 or CD146.
        """
        return tuple(tuple(pattern) for pattern in self.unless.values() if asks_for_absence(pattern))

    def describe(self) -> str:
        """The rule on one line, such as ``CD45- CD34-/dim CD90+, unless endothelium (CD31+ CD34+)``."""
        text = spell_pattern(self.markers) or "no markers of its own"
        if self.optional:
            text += f", where measured {spell_pattern(self.optional)}"
        for name, pattern in self.unless.items():
            text += f", unless {name} ({spell_pattern(pattern)})"
        return text


@dataclass(frozen=True, repr=False)
class RuleSet:
    """The rules of one file; parents come before their children."""

    name: str
    version: str
    description: str
    references: tuple[str, ...]
    synonyms: Mapping[str, tuple[str, ...]]
    populations: tuple[Population, ...]
    species: str | None = None

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(self)

    def to_json(self) -> str:
        """The rules as one text, as ``AnnData.uns`` can hold it; the same rules give the same text."""
        return json.dumps(asdict(self), default=sorted, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "RuleSet":
        """The rules of which :meth:`to_json` made ``text``.

        Raises
        ------
        InputError
            The text is no such rules.
        """
        try:
            return TypeAdapter(cls).validate_json(text)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"])) or "the text"
            raise InputError(f"These are no rules as RuleSet.to_json writes them: {place}: {first['msg']}.") from None

    @cached_property
    def parents(self) -> dict[str, str]:
        """Parent of each population; of the top ones ``keys.ROOT``."""
        return {population.name: population.parent for population in self.populations}

    @cached_property
    def frequencies(self) -> dict[str, float]:
        """Typical fraction of all cells, for the populations of which the file gives one."""
        return {p.name: p.frequency for p in self.populations if p.frequency is not None}

    @cached_property
    def children(self) -> dict[str, tuple[str, ...]]:
        """The populations right under each population, in the order of the file."""
        under: dict[str, list[str]] = {p.name: [] for p in self.populations}
        for p in self.populations:
            if p.parent != keys.ROOT:
                under[p.parent].append(p.name)
        return {name: tuple(found) for name, found in under.items()}

    @cached_property
    def complete(self) -> frozenset[str]:
        """Populations of which every subtype is known. What fits one of them, but none under it, is new."""
        return frozenset(p.name for p in self.populations if p.complete)

    @cached_property
    def gathering(self) -> frozenset[str]:
        """Populations without a rule of their own."""
        return frozenset(p.name for p in self.populations if not p.markers)

    @cached_property
    def malignant(self) -> frozenset[str]:
        """Populations of malignant cells, which are those marked as such and all under them."""
        marked = {p.name for p in self.populations if p.malignant}
        return frozenset(name for name in self.parents if marked.intersection(self.lineage(name)))

    @cached_property
    def primary(self) -> tuple[str, ...]:
        """Populations that the rules were made to ask about, in the order of the file."""
        return tuple(p.name for p in self.populations if p.primary)

    @cached_property
    def expected(self) -> tuple[str, ...]:
        """Populations that every sample of the kind has, in the order of the file."""
        return tuple(p.name for p in self.populations if p.expected)

    @cached_property
    def compartments(self) -> dict[str, Compartment]:
        """Where cells of a population live, as far as the file says so. The nearest ancestor's word counts."""
        own = {p.name: p.compartment for p in self.populations}
        found: dict[str, Compartment] = {}
        for name in self.parents:
            noted = [place for each in self.lineage(name) if (place := own[each]) is not None]
            if noted:
                found[name] = noted[0]
        return found

    def lineage(self, name: str) -> list[str]:
        """The population and its ancestors, nearest first, without ``keys.ROOT``."""
        chain = []
        while name != keys.ROOT:
            chain.append(name)
            name = self.parents[name]
        return chain

    def columns(self, markers: Sequence[str]) -> dict[str, int]:
        """Index in a panel of each marker of the rules that the panel has, by name or synonym."""
        names = dict.fromkeys(marker for p in self.populations for marker in p.all_markers)
        return match_markers(names, markers, self.synonyms)

    def evaluable(self, markers: Sequence[str]) -> dict[str, str]:
        """Parent of each population that a panel with these markers can name, and of those that gather such."""
        present = self.columns(markers)
        by_name = {population.name: population for population in self.populations}
        seen = frozenset(present)
        can = {
            name
            for name in self.parents
            if by_name[name].markers and not any(by_name[each].lacks(seen) for each in self.lineage(name))
        }
        known = {ancestor for name in can for ancestor in self.lineage(name)}
        return {name: parent for name, parent in self.parents.items() if name in known}

    def open_guards(self, markers: Sequence[str]) -> dict[str, list[str]]:
        """For each population that the panel can name, the mimics that it cannot exclude for want of a marker."""
        present = self.columns(markers)
        guards = {
            p.name: [
                g for g, pattern in p.unless.items() if not (set(pattern) <= set(present) or asks_for_absence(pattern))
            ]
            for p in self.populations
        }
        return {name: [g for each in self.lineage(name) for g in guards[each]] for name in self.evaluable(markers)}

    def rests_on(self, markers: Sequence[str]) -> dict[str, list[str]]:
        """Markers of a panel that each population it can name is told by, with those of what it belongs to."""
        present = self.columns(markers)
        by_name = {p.name: p for p in self.populations}
        return {
            name: list(
                dict.fromkeys(
                    markers[present[m]]
                    for each in self.lineage(name)
                    for m in by_name[each].all_markers
                    if m in present
                )
            )
            for name in self.evaluable(markers)
        }

    def limits(
        self,
        markers: Sequence[str],
        one_mode: Mapping[str, str] | None = None,
        *,
        viability: tuple[str, str] | None = None,
    ) -> list[Finding]:
        """What a panel cannot show: populations that cannot be named, and mimics that cannot be excluded.

        ``one_mode`` is the state that markers without a threshold are taken for (``-``, ``+``, or ``?`` if nothing
        tells it); ``viability`` the
        channel of the viability dye and its label, as in ``("V450-A", "VIVID / CD14")``.
        """
        columns = self.columns(markers)
        taken = {name: sign for name, at in columns.items() if (sign := (one_mode or {}).get(markers[at]))}
        other = frozenset(form for marker in markers for form in marker_forms(marker))
        return limits(self, frozenset(columns), taken, viability=viability, other=other)


def asks_for_absence(pattern: Pattern) -> bool:
    """Whether cells meet a pattern by what they lack alone."""
    return all(levels <= WORDS["low"] for levels in pattern.values())


def spell_pattern(pattern: Pattern) -> str:
    """``CD45- CD34-/dim CD90+``."""
    return " ".join(f"{marker}{spell(levels)}" for marker, levels in pattern.items())
