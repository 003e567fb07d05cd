"""From clusters to names: cuts, rules, and what quality control says of leftovers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys, params
from cytoclust.findings import Finding
from cytoclust.positivity import (
    Control,
    Profile,
    Thresholds,
    background_moves,
    backgrounds,
    beyond_clusters,
    learn_thresholds,
    leftovers,
    scale_findings,
    teach_nothing,
    tell_junk,
    unreached,
    withhold,
    without_names,
)
from cytoclust.rules._annotate_clusters import annotate_clusters
from cytoclust.rules._ruleset import RuleSet

__all__ = ["Naming", "name_clusters"]

_HARDLY = 0.005
"""Of the events: a population that every sample should have in bulk is absent if there is no more. Chosen."""


@dataclass(frozen=True)
class Naming:
    """What the clusters are called, and why.

    Attributes
    ----------
    table
        Index cluster: ``population, phenotype, probability, near, leftover, junk, junk_why``.
    thresholds
        Where each marker turns positive.
    limits
        What the panel cannot tell by the rules.
    findings
        Cuts that part nothing.
    """

    table: pd.DataFrame
    thresholds: Thresholds
    limits: list[Finding]
    findings: list[Finding]


def name_clusters(
    profile: Profile,
    aside: NDArray[np.float64],
    rules: RuleSet | None,
    *,
    annotate: params.Annotate,
    controls: Sequence[Control] = (),
    viability: tuple[str, str] | None = None,
    channels: Mapping[str, str] | None = None,
) -> Naming:
    """Learn the cuts of each marker, and name the clusters by them.

    What compensation left is taken off before, and samples whose background differs are given that of most: neither
    makes another cell.

    Parameters
    ----------
    profile
        The clusters.
    aside
        Events (samples × clusters × reasons) that quality control set aside and that look like each cluster.
    rules
        None to describe clusters without naming them.
    annotate
        Cuts by hand, and the least probability of a name.
    controls
        Cuts from FMO and unstained files.
    viability
        Channel and label of the panel's viability dye, where it has one.
    channels
        Channel of each marker, by which findings name it too.

    Raises
    ------
    InputError
        A cut by hand for a marker that there is not, or no cluster of ten events.
    """
    given = {name: float(cut) for name, cut in annotate.thresholds.items()}
    aside_of = leftovers(profile, aside)
    profile = profile.stained()
    seen = profile.straight or profile
    junk = teach_nothing(aside_of)
    thresholds = learn_thresholds(seen, given=given, controls=controls, leftover=junk)
    differ = backgrounds(profile, thresholds.to_frame())
    moves = background_moves(profile, differ)
    if moves.any():
        seen = seen.moved(moves)
        thresholds = learn_thresholds(seen, given=given, controls=controls, leftover=junk)
        differ = backgrounds(profile, thresholds.to_frame())
    table = annotate_clusters(seen, thresholds, rules, min_probability=annotate.min_probability)
    table = withhold(table, aside_of)
    cuts = thresholds.to_frame()["positive"].to_numpy(dtype=np.float64)
    table = without_names(table, tell_junk(replace(seen, bodies=profile.bodies), aside_of, cuts))
    only = dict(zip(thresholds.markers, thresholds.only, strict=True))
    return Naming(
        table=table,
        thresholds=thresholds,
        limits=rules.limits(profile.markers, only, viability=viability) if rules else [],
        findings=[
            *unreached(thresholds),
            *beyond_clusters(profile, given),
            *(_absent(rules, table, profile) if rules else ()),
            *scale_findings(profile, seen, thresholds, differ, channels or {}),
        ],
    )


def _absent(rules: RuleSet, table: pd.DataFrame, profile: Profile) -> list[Finding]:
    """Populations that the rules expect in every sample, that the panel can name, and that hardly an event has."""
    names = table[keys.POPULATION].reindex(profile.clusters)
    total = max(int(profile.n_events.sum()), 1)
    can = rules.evaluable(profile.markers)
    found = []
    for name in rules.expected:
        under = {each for each in rules.parents if name in rules.lineage(each)}
        if name in can and profile.n_events[names.isin(under).to_numpy()].sum() < _HARDLY * total:
            found.append(Finding("expected population absent", population=name, rules=rules.name))
    return found
