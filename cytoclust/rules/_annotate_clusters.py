"""Names for clusters."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from cytoclust import keys
from cytoclust.positivity import MIN_EVENTS, SURE, Profile, Thresholds, level_probabilities, with_mixed
from cytoclust.rules._limits import compatible
from cytoclust.rules._near_misses import near_misses
from cytoclust.rules._ruleset import RuleSet
from cytoclust.rules._score import chain_probabilities, conditions

__all__ = ["annotate_clusters"]

_NONE = 0.4
"""A population less probable than this is not what a cluster is. Chosen: see sensitivity."""
_ROUNDING = 1e-9
"""Bears on no result but ties: halves of a mixed cluster are equal."""
_MARGIN = 0.3
"""Of two rival rules the better one must be so much more probable. Chosen: see sensitivity."""


def annotate_clusters(
    profile: Profile, thresholds: Thresholds, rules: RuleSet | None, *, min_probability: float
) -> pd.DataFrame:
    """Name each cluster by the most specific rule that it fits.

    The probability of a rule is that of its least certain condition (markers, optional ones that the panel has, no
    guard met), and never above its parent's. Markers of one cell are not independent, so their product would mean
    little; the minimum is the upper bound whatever the dependence, and of two rules that contradict each other on a
    marker only one can exceed one half. A cluster takes the deepest population that reaches ``min_probability``;
    if rivals do, the best one if it leads by 0.3, otherwise what they all belong to (only so does a population that
    just gathers others give a name). What fits nothing is ``unknown``; so is what fits a ``complete`` population but
    none under it, and a cluster of fewer than ten events.

    Parameters
    ----------
    profile, thresholds
        The clusters, and what was learnt of their markers.
    rules
        None to describe clusters without naming them.
    min_probability
        Least probability of a name.

    Returns
    -------
    Index ``cluster``; ``population`` (``unassigned`` without rules); ``phenotype`` (states of at least 80 %
    probability of the markers that have a threshold, in panel order); ``probability`` (of the name; for ``unknown``
    that no rule fits; nan without rules); ``near`` (rules that fail by one condition, or that rival each
    other; markers that the name needs and that have no threshold).
    """
    levels = with_mixed(level_probabilities(profile, thresholds), profile, thresholds)
    table = pd.DataFrame(
        {
            keys.POPULATION: keys.UNASSIGNED,
            "phenotype": [_phenotype(profile.markers, thresholds, row) for row in levels],
            keys.PROBABILITY: np.nan,
            "near": "",
        },
        index=pd.Index(profile.clusters, name=keys.CLUSTER, dtype=object),
    )
    if rules is not None:
        one_mode = dict(zip(thresholds.markers, thresholds.only, strict=True))
        rows = _name(profile, levels, rules, min_probability, one_mode)
        for column, values in zip((keys.POPULATION, keys.PROBABILITY, "near"), zip(*rows, strict=True), strict=True):
            table[column] = list(values)
    return table


def _name(
    profile: Profile, levels: np.ndarray, rules: RuleSet, min_probability: float, one_mode: Mapping[str, str]
) -> list[tuple[str, float, str]]:
    """Population, probability and near misses of each cluster."""
    columns = rules.columns(profile.markers)
    own = {p.name: conditions(p, columns, levels) for p in rules.populations}
    chain = chain_probabilities(rules, own, len(profile.clusters))
    least = min_probability - _ROUNDING
    rows = []
    for cluster, n_events in enumerate(profile.n_events):
        if n_events < MIN_EVENTS:
            rows.append((keys.UNKNOWN, np.nan, f"fewer than {MIN_EVENTS} events"))
            continue
        every = {name: float(value[cluster]) for name, value in chain.items()}
        fits = {name: value for name, value in every.items() if value >= least}
        name, rivals = _choose(rules, fits)
        near = near_misses(rules, own, profile.markers, levels[cluster], cluster, name, least)
        if rivals:
            near.insert(0, f"{_relation(rules, rivals)} {', '.join(rivals[:-1])} and {rivals[-1]}")
        near += _taken(rules, columns, profile.markers, one_mode, name)
        new_under = _new_under(rules, every, name)
        if new_under:
            near.insert(0, f"{name}, but none of its subtypes")
            name = keys.UNKNOWN
        rows.append((name, _probability(rules, every, name, new_under), "; ".join(near)))
    return rows


def _relation(rules: RuleSet, rivals: Sequence[str]) -> str:
    """Of a cluster to its rivals: it lies between them if no cell can meet the rules of any two at once."""
    by_name = {p.name: p for p in rules.populations}
    whole = {rival: [by_name[name] for name in rules.lineage(rival)] for rival in rivals}
    if not any(compatible([*whole[a], *whole[b]]) for a, b in combinations(rivals, 2)):
        return "between"
    return "fits both" if len(rivals) == 2 else "fits"


def _taken(
    rules: RuleSet, columns: Mapping[str, int], markers: Sequence[str], one_mode: Mapping[str, str], name: str
) -> list[str]:
    """Markers that the name needs and whose state is only assumed, since they have no threshold."""
    lineage = [] if name == keys.UNKNOWN else rules.lineage(name)
    needed = dict.fromkeys(m for p in rules.populations if p.name in lineage for m in p.markers)
    panel = [markers[columns[marker]] for marker in needed if marker in columns]
    return [
        f"taken as {marker}{one_mode[marker]} without a threshold" for marker in panel if one_mode[marker] in ("-", "+")
    ]


def _probability(rules: RuleSet, every: Mapping[str, float], name: str, new_under: Sequence[str]) -> float:
    """Of the name; of one that only gathers, the best under it; of ``unknown``, that nothing (under it) fits."""
    if name == keys.UNKNOWN:
        none = 1 - max((value for other, value in every.items() if other not in new_under), default=0.0)
        return min([none, *(every[ancestor] for ancestor in new_under if ancestor in every)])
    return every[name] if name in every else max(v for n, v in every.items() if name in rules.lineage(n))


def _new_under(rules: RuleSet, every: Mapping[str, float], name: str) -> list[str]:
    """The named population and what it belongs to, if ``complete`` and the cluster is none of those under it.

    Where these leave nothing out, the best of them reaches one half, however doubtful the markers are.
    """
    if name not in rules.complete:
        return []
    under = _described(rules, every, rules.children[name])
    return rules.lineage(name) if all(value <= _NONE for value in under) else []


def _described(rules: RuleSet, every: Mapping[str, float], names: Iterable[str]) -> list[float]:
    """Probabilities of populations, or of those that they only gather; 1 where it cannot be known."""
    found: list[float] = []
    for name in names:
        gathers = name in rules.gathering
        found += _described(rules, every, rules.children[name]) if gathers else [every.get(name, 1.0)]
    return found


def _phenotype(markers: tuple[str, ...], thresholds: Thresholds, levels: np.ndarray) -> str:
    parts = []
    for marker, cut, (negative, dim, *_) in zip(markers, thresholds.positive, levels, strict=True):
        if np.isfinite(cut) and not np.isnan(negative):
            state = "-" if negative >= SURE else "dim" if dim >= SURE else "+" if 1 - negative >= SURE else ""
            parts += [f"{marker}{state}"] if state else []
    return " ".join(parts)


def _choose(rules: RuleSet, fits: dict[str, float]) -> tuple[str, list[str]]:
    """The deepest fitting population, and the rivals if the choice between some stayed open."""
    inner = {ancestor for name in fits for ancestor in rules.lineage(name)[1:]}
    leaves = sorted((name for name in fits if name not in inner), key=lambda name: -fits[name])
    if not leaves:
        return keys.UNKNOWN, []
    if len(leaves) == 1 or fits[leaves[0]] - fits[leaves[1]] >= _MARGIN:
        return leaves[0], []
    rivals = [name for name in leaves if fits[leaves[0]] - fits[name] < _MARGIN]
    above = [a for a in rules.lineage(rivals[0])[1:] if a in fits or a in rules.gathering]
    shared = [a for a in above if all(a in rules.lineage(rival) for rival in rivals)]
    return (shared[0] if shared else keys.UNKNOWN), rivals
