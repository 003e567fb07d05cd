"""Which two markers show a population best to somebody who gates by hand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from cytoclust.rules import Population, RuleSet

__all__ = ["Biplot", "choose_biplots"]

MOST: Final = 6
"""Populations that are drawn of rules that mark none. Chosen: as many as the report's first page has."""
LOW: Final = "negative"


@dataclass(frozen=True)
class Biplot:
    """Two markers of the panel, by name, and the populations that are drawn over all events."""

    x: str
    y: str
    populations: tuple[str, ...]


def choose_biplots(
    rules: RuleSet | None, markers: Sequence[str], cut: Collection[str], *, primary: Sequence[str]
) -> list[Biplot]:
    """A biplot for tumour and for what the study asks about; populations of the same two markers share one.

    Of a population the two are the first of these that have a cut: markers that its rule asks for, markers for want of
    which the rule takes it for something else, markers that it must lack, optional ones, those of its parents. Rules
    that mark no population show their lowest ones.

    Parameters
    ----------
    rules
        What names the populations; nothing is drawn without.
    markers
        Of the panel.
    cut
        Those of them that have a cut between negative and positive.
    primary
        Populations that the study asks about.
    """
    if rules is None:
        return []
    known = {each.name: each for each in rules.populations}
    can, at = rules.evaluable(markers), rules.columns(markers)
    pairs: dict[tuple[str, str], list[str]] = {}
    for name in _wanted(rules, can, primary):
        names = dict.fromkeys(
            markers[at[m]] for m in _telling([known[each] for each in rules.lineage(name)]) if m in at
        )
        found = [each for each in names if each in cut][:2]
        if len(found) == 2:
            pairs.setdefault(_same(pairs, found[0], found[1]), []).append(name)
    return [Biplot(x, y, tuple(names)) for (y, x), names in pairs.items()]


def _wanted(rules: RuleSet, can: dict[str, str], primary: Sequence[str]) -> list[str]:
    """Malignant ones but those under another, and the primary ones; else those that have none under them."""
    ill = [name for name in can if name in rules.malignant and rules.parents[name] not in rules.malignant]
    marked = [name for name in dict.fromkeys([*ill, *primary]) if name in can]
    return marked or [name for name in can if name not in can.values()][:MOST]


def _telling(lineage: Sequence[Population]) -> list[str]:
    """Markers of a population and of those above it, the most telling first."""
    found: list[str] = []
    for each in lineage:
        found += [name for name, levels in each.markers.items() if LOW not in levels]
        found += [name for group in each.shown_by for name in group]
        found += [name for name in each.markers if name not in found]
        found += list(each.optional)
    return found


def _same(pairs: Collection[tuple[str, str]], one: str, other: str) -> tuple[str, str]:
    """The pair as it is drawn already, else as given."""
    return (other, one) if (other, one) in pairs else (one, other)
