"""Names for clusters."""

import numpy as np
import pandas as pd

from cytoclust import keys
from cytoclust.rules._near_misses import near_misses
from cytoclust.rules._profile import MIN_EVENTS, Profile
from cytoclust.rules._ruleset import RuleSet
from cytoclust.rules._score import chain_probabilities, conditions
from cytoclust.rules._states import SURE, level_probabilities
from cytoclust.rules._thresholds import Thresholds

__all__ = ["annotate_clusters"]

_MARGIN = 0.3  # of two rival rules the better one must be so much more probable


def annotate_clusters(
    profile: Profile, thresholds: Thresholds, rules: RuleSet | None, *, min_probability: float
) -> pd.DataFrame:
    """Name each cluster by the most specific rule that it fits.

    The probability of a rule is that of its least certain condition (markers, optional ones that the panel has, no
    guard met), and never above its parent's. Markers of one cell are not independent, so their product would mean
    little; the minimum is the upper bound whatever the dependence, and of two rules that contradict each other on a
    marker only one can exceed one half. A cluster takes the deepest population that reaches ``min_probability``;
    if rivals do, the best one if it leads by 0.3, otherwise what they all belong to. What fits nothing is ``unknown``,
    and so is a cluster of fewer than ten events.

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
    that no rule fits; nan without rules); ``near`` (rules that fail by one condition, or that rival each other).
    """
    levels = level_probabilities(profile, thresholds)
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
        rows = _name(profile, levels, rules, min_probability)
        for column, values in zip((keys.POPULATION, keys.PROBABILITY, "near"), zip(*rows, strict=True), strict=True):
            table[column] = list(values)
    return table


def _name(profile: Profile, levels: np.ndarray, rules: RuleSet, min_probability: float) -> list[tuple[str, float, str]]:
    """Population, probability and near misses of each cluster."""
    columns = rules.columns(profile.markers)
    own = {p.name: conditions(p, columns, levels) for p in rules.populations}
    chain = chain_probabilities(rules, own, len(profile.clusters))
    rows = []
    for cluster, n_events in enumerate(profile.n_events):
        if n_events < MIN_EVENTS:
            rows.append((keys.UNKNOWN, np.nan, f"fewer than {MIN_EVENTS} events"))
            continue
        fits = {name: float(value[cluster]) for name, value in chain.items() if value[cluster] >= min_probability}
        name, rivals = _choose(rules, fits)
        near = near_misses(rules, own, profile.markers, levels[cluster], cluster, name, min_probability)
        if rivals:
            near.insert(0, f"fits both {' and '.join(rivals)}")
        none = 1 - max((float(value[cluster]) for value in chain.values()), default=0.0)
        rows.append((name, fits.get(name, none), "; ".join(near)))
    return rows


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
    shared = [a for a in rules.lineage(rivals[0])[1:] if a in fits and all(a in rules.lineage(r) for r in rivals)]
    return (shared[0] if shared else keys.UNKNOWN), rivals
