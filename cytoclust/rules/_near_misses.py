"""Rules that a cluster nearly fits."""

from collections.abc import Mapping, Sequence

import numpy as np

from cytoclust import keys
from cytoclust.positivity import SURE
from cytoclust.rules._ruleset import RuleSet
from cytoclust.rules._score import Condition

__all__ = ["near_misses"]

_MOST = 3
"""Near misses listed. Bears on no result: wording."""
_MET = 2
"""Conditions that must hold of a rule that asks for no marker at all. Bears on no result: wording."""


def near_misses(
    rules: RuleSet,
    own: Mapping[str, Sequence[Condition] | None],
    markers: tuple[str, ...],
    levels: np.ndarray,
    cluster: int,
    name: str,
    min_probability: float,
) -> list[str]:
    """Rules that fail in one marker, or by their guards alone.

    For ``unknown`` any rule; for a name the rules under it, if they fail narrowly. Of a rule that asks for the presence
    of markers the cluster must have one: what lacks everything is no near miss of a T cell.
    """
    found = []
    reported: list[Condition] = []
    for population in rules.populations:
        lineage = [own[ancestor] for ancestor in rules.lineage(population.name)]
        below = name in rules.lineage(population.name)[1:]
        if not population.markers or not (below or name == keys.UNKNOWN) or any(each is None for each in lineage):
            continue
        every = [condition for each in lineage for condition in each or ()]
        failed = [c for c in every if not c.probability[cluster] >= min_probability]
        in_markers = [c for c in failed if c.guard is None]
        reasons = in_markers or failed
        inherited = [c for c in failed if c not in (own[population.name] or ())]
        elsewhere = inherited and (len(inherited) < len(failed) or all(c in reported for c in reasons))
        if not reasons or elsewhere or len(in_markers) > 1 or not _alike(every, failed, levels):
            continue
        least = min(float(c.probability[cluster]) for c in reasons)
        if name == keys.UNKNOWN or least > 1 - SURE:
            why = _state(reasons[0], markers, levels) if in_markers else _likeness(reasons)
            reported += reasons
            found.append((-least, len(failed) - len(every), f"would be {population.name} but for {why}"))
    return [text for *_, text in sorted(found)[:_MOST]]


def _alike(every: Sequence[Condition], failed: Sequence[Condition], levels: np.ndarray) -> bool:
    """Whether what holds of a rule says something: a marker that is there, if only less than asked for."""
    asking = [condition for condition in every if condition.presence]
    if not asking:
        return len(every) - len(failed) >= _MET
    return any(condition not in failed or levels[condition.column, 0] < 0.5 for condition in asking)


def _likeness(guards: Sequence[Condition]) -> str:
    return f"looking like {' and '.join(str(condition.guard) for condition in guards)}"


def _state(condition: Condition, markers: tuple[str, ...], levels: np.ndarray) -> str:
    negative, dim, _, bright = np.nan_to_num(levels[condition.column])
    if max(negative, 1 - negative) < SURE:
        return f"{markers[condition.column]} between negative and positive"
    state = "-" if negative >= SURE else " dim" if dim > 0.5 else " bright" if bright > 0.5 else "+"
    return f"{markers[condition.column]}{state}"
