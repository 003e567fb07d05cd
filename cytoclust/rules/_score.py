"""How probable a rule is in each cluster."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cytoclust.positivity import LEVELS, Level, set_probability
from cytoclust.rules._ruleset import Population, RuleSet

__all__ = ["Condition", "chain_probabilities", "conditions"]


@dataclass(frozen=True, eq=False)
class Condition:
    """One demand of a rule, and its probability in each cluster (nan: not to be told from these data)."""

    guard: str | None  # its name; None for a marker
    column: int  # of the marker
    probability: np.ndarray
    presence: bool = False  # whether a negative marker fails it


def conditions(population: Population, columns: dict[str, int], levels: np.ndarray) -> list[Condition] | None:
    """The rule's own conditions; None if the panel lacks a marker it needs, or the data a level it needs.

    A mimic that is told by what it lacks is taken to lack the markers that the panel has not: what the population must
    show has to be seen.
    """
    told = frozenset(marker for marker, column in columns.items() if not np.isnan(levels[:, column]).all())
    if population.lacks(told):
        return None
    conditions = []
    for marker, allowed in {**population.markers, **population.optional}.items():
        if marker not in columns:
            continue
        probability = set_probability(levels[:, columns[marker]], allowed)
        if not np.isnan(probability).all():
            conditions.append(Condition(None, columns[marker], probability, "negative" not in allowed))
        elif marker in population.markers:
            return None
    for name, pattern in population.unless.items():
        known = [marker for marker in pattern if marker in told]
        if len(known) == len(pattern) or (known and tuple(pattern) in population.shown_by):
            met = [_guard(levels[:, columns[marker]], pattern[marker]) for marker in known]
            conditions.append(Condition(name, -1, 1 - np.min(met, axis=0)))
    return conditions


def _guard(levels: np.ndarray, allowed: frozenset[Level]) -> np.ndarray:
    """Like ``set_probability``, but a level that the data do not resolve counts as every positive above dim."""
    probability = set_probability(levels, allowed)
    return np.where(np.isnan(probability), np.nansum(levels[:, LEVELS.index("mid") :], axis=1), probability)


def chain_probabilities(
    rules: RuleSet, own: Mapping[str, Sequence[Condition] | None], n_clusters: int
) -> dict[str, np.ndarray]:
    """Probability ``(c,)`` of each population with its ancestors; without those that only gather or cannot be told."""
    chain: dict[str, np.ndarray] = {}
    for population in rules.populations:
        lineage = [own[ancestor] for ancestor in rules.lineage(population.name)]
        if population.markers and all(found is not None for found in lineage):
            each = [condition.probability for found in lineage for condition in found or ()]
            chain[population.name] = np.fmin.reduce([np.ones(n_clusters), *each])
    return chain
