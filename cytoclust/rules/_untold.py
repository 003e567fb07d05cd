"""Populations of which data cannot tell how many there are, or of what part, though the panel has their markers."""

from collections.abc import Mapping, Sequence

from cytoclust import keys
from cytoclust.positivity import Told
from cytoclust.rules._limits import compatible
from cytoclust.rules._ruleset import Pattern, Population, RuleSet

__all__ = ["untold"]

NAME, PARENT, SIBLINGS, PARTS = keys.UNTOLD


def untold(rules: RuleSet, markers: Sequence[str], told: Mapping[str, Told]) -> dict[str, str]:
    """Why the share of a population cannot be told (a word of ``keys.UNTOLD``), of those that the panel can name.

    - ``name``: a marker that it needs has a level that nothing tells in these data, or it is parted only by a marker
      with one mode from a sibling that gets its cells. None of its cells can be called so, whether there are any.
    - ``siblings``: such a sibling cannot be named, so that its cells are counted here.
    - ``parts``: it gathers others that exclude each other, of which one cannot be named: there is more of it than is
      counted.
    - ``parent``: so with what it is a part of.

    A population that asks for what no cell is taken to have, and has no such sibling, is not there; that is told.

    Parameters
    ----------
    rules
        The rules.
    markers
        Of the panel.
    told
        What is told of each marker.
    """
    return _Untold(rules, markers, told).found()


class _Untold:
    """The rules, held against a panel and its cuts."""

    def __init__(self, rules: RuleSet, markers: Sequence[str], told: Mapping[str, Told]) -> None:
        nothing = Told(frozenset(), frozenset())
        self.rules = rules
        self.can = rules.evaluable(markers)
        self.by_name = {population.name: population for population in rules.populations}
        self.told = {rule: told.get(markers[at], nothing) for rule, at in rules.columns(markers).items()}
        self.open = {marker for each in rules.populations for marker in each.all_markers if marker not in self.told}
        self.open |= {marker for marker, each in self.told.items() if each.one_mode}

    def found(self) -> dict[str, str]:
        """By the order of the rules: parents come before their children."""
        found: dict[str, str] = {}
        for name in self.can:
            if name not in self.rules.gathering and self._nameless(name, found):
                found[name] = NAME
        for name in self.rules.gathering & set(self.can):
            if not self._parts(name, found)[0]:
                found[name] = NAME
        for name in self.can:
            if name not in found and self._counts_others(name, found):
                found[name] = SIBLINGS
            elif name not in found and name in self.rules.gathering and self._lacks_a_part(name, found):
                found[name] = PARTS
        unknown_whole = set(found)
        for name, parent in self.can.items():
            if parent in unknown_whole and found.get(name) != NAME:
                found[name] = PARENT
        return found

    def _nameless(self, name: str, found: Mapping[str, str]) -> bool:
        population = self.by_name[name]
        if any(found.get(above) == NAME for above in self.rules.lineage(name)[1:]) or not self._askable(population):
            return True
        return not self._possible(population) and bool(self._mirrors(population))

    def _askable(self, population: Population) -> bool:
        """Whether the data have what it must have."""
        seen = frozenset(marker for marker, each in self.told.items() if each.resolved)
        if population.lacks(seen):
            return False
        return all(allowed & self.told[marker].resolved for marker, allowed in population.markers.items())

    def _possible(self, population: Population) -> bool:
        """Whether any cell can be taken to be of it."""
        asked = {**population.markers, **self._measured(population.optional)}
        if any(not allowed & self.told[m].possible for m, allowed in asked.items() if allowed & self.told[m].resolved):
            return False
        return not any(self._always(pattern) for pattern in population.unless.values())

    def _measured(self, pattern: Pattern) -> Pattern:
        return {marker: allowed for marker, allowed in pattern.items() if marker in self.told}

    def _always(self, pattern: Pattern) -> bool:
        """Whether every cell fits a pattern, by what markers with one mode are taken for."""
        known = self._measured(pattern)
        return len(known) == len(pattern) and all(
            self.told[m].possible and self.told[m].possible <= allowed for m, allowed in known.items()
        )

    def _mirrors(self, population: Population) -> list[Population]:
        """Siblings that the same markers tell, but for those that have one mode or are not in the panel."""

        def parted(other: Population) -> tuple[Pattern, Pattern]:
            closed = {marker: levels for marker, levels in other.markers.items() if marker not in self.open}
            return closed, {marker: levels for marker, levels in other.markers.items() if marker in self.open}

        own, by = parted(population)
        found = []
        for other in self.rules.populations:
            if other.parent == population.parent and other.name != population.name and other.markers:
                closed, opened = parted(other)
                if closed == own and opened != by:
                    found.append(other)
        return found

    def _counts_others(self, name: str, found: Mapping[str, str]) -> bool:
        """Whether cells of a sibling that cannot be named are called so."""
        population = self.by_name[name]
        if not population.markers:
            return False
        return any(other.name not in self.can or found.get(other.name) == NAME for other in self._mirrors(population))

    def _parts(self, name: str, found: Mapping[str, str]) -> tuple[list[Population], list[Population]]:
        """What a population gathers, also by others that gather: what can be named, and what cannot."""
        known: list[Population] = []
        lost: list[Population] = []
        for child in self.rules.children[name]:
            if child in self.rules.gathering:
                more, fewer = self._parts(child, found)
                known, lost = known + more, lost + fewer
            elif child in self.can and found.get(child) != NAME:
                known.append(self.by_name[child])
            else:
                lost.append(self.by_name[child])
        return known, lost

    def _lacks_a_part(self, name: str, found: Mapping[str, str]) -> bool:
        """Whether cells are missed: where cells can show several of its parts at once, these are signs of one thing."""
        known, lost = self._parts(name, found)
        return any(not any(compatible([part, other]) for other in known) for part in lost)
