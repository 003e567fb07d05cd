"""The tables of a cohort: what was counted, where it could have been seen, and what differs between patients."""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.findings import Finding
from cytoclust.params import Config
from cytoclust.positivity import ASIDE, Profile, backgrounds, one_by_scatter, shifts, told_levels
from cytoclust.rules import RuleSet, untold
from cytoclust.stats._cluster_counts import ClusterCounts
from cytoclust.stats._cluster_medians import cluster_medians
from cytoclust.stats._cluster_table import cluster_table
from cytoclust.stats._contrast_table import contrast_table
from cytoclust.stats._counted import Counted
from cytoclust.stats._discovery_table import discovery_table
from cytoclust.stats._doublet_evidence import doublet_evidence
from cytoclust.stats._doublet_pairs import Pairs, doublet_pairs
from cytoclust.stats._doublet_partners import doublet_partners
from cytoclust.stats._expected_background import expected_background
from cytoclust.stats._expected_doublets import expected_doublets
from cytoclust.stats._landmark_drift import landmark_drift
from cytoclust.stats._marker_level_table import marker_level_table
from cytoclust.stats._population_table import population_table
from cytoclust.stats._primary_populations import primary_populations
from cytoclust.stats._sample_table import sample_table
from cytoclust.stats._set_aside_table import set_aside_table
from cytoclust.stats._size_factors import size_factors
from cytoclust.stats._subject_table import subject_table
from cytoclust.stats._table_one import table_one
from cytoclust.stats._tree_table import tree_table
from cytoclust.stats._unevenly_set_aside import unevenly_set_aside

__all__ = ["count_cohort"]

GLOWING = 0.8
"""A cluster that is positive for this share of the markers, of five or more, is of cells that glow, or of clumps.
Chosen."""
FEWEST_MARKERS = 5
"""Markers with a cut, below which nearly all of them say nothing. Chosen."""
GLOW = "positive for nearly every marker: dead cells, clumps or autofluorescence look like this"


def count_cohort(
    counted: ClusterCounts,
    names: pd.DataFrame,
    profile: Profile,
    *,
    cuts: pd.DataFrame,
    cuts_by_batch: pd.DataFrame,
    joins: Sequence[tuple[int, int, float]],
    parent: NDArray[np.int64],
    stability: NDArray[np.float64],
    rules: RuleSet | None,
    config: Config,
    aside: NDArray[np.float64] | None = None,
    overlaps_with: NDArray[np.int64] | None = None,
    parted: pd.DataFrame | None = None,
    clustered: Collection[str] = (),
) -> dict[str, pd.DataFrame]:
    """The tables that are made of counts.

    Parameters
    ----------
    counted
        Events.
    names
        Index cluster: ``population, phenotype, probability, near, leftover``, and ``junk, junk_why`` where these are
        known.
    profile
        What the clusters look like.
    cuts, cuts_by_batch
        Where each marker turns positive, a row a stained marker in the order of the profile; and by batch where these
        differ.
    joins, parent, stability
        Their tree, the branch of each cluster (k,) one level up, and how stable each is (k,).
    rules, config
        As for the run.
    aside
        Events that were set aside, by sample, cluster that they look like, and reason as of ``positivity.ASIDE``.
    overlaps_with
        Of each cluster the one that it overlaps with most, -1 where with none (k,).
    parted
        What parts each cluster from its nearest, a row each.
    clustered
        Markers that the clusters were made by, as far as known: levels of others are compared.

    Returns
    -------
    ``clusters, cluster_tree, cluster_counts, cluster_medians, thresholds, backgrounds, populations, unknown_clusters,
    samples, contrasts, discoveries``, ``set_aside`` where ``aside`` is given, ``marker_levels`` where levels can be
    compared, and ``drift`` by landmark populations where there are several batches.

    Raises
    ------
    InputError
        A contrast or primary population by hand that there is not.
    """
    names = pd.DataFrame({keys.JUNK: "", keys.JUNK_WHY: ""}, index=names.index).assign(**names)
    pairs = doublet_pairs(profile)
    partly = _not_single(pairs, profile)
    partners = doublet_partners(profile, partly)
    medians = pd.DataFrame(profile.medians, index=names.index, columns=list(profile.markers))
    glowing = _glowing(profile.stained(), cuts["positive"].to_numpy(dtype=np.float64))
    known = names.assign(near=_near(names[keys.NEAR], partners, glowing))
    flagged = counted.quality["doublet"] / counted.quality["total"].clip(lower=1) if config.quality.doublets else None
    doublets = expected_doublets(pairs, counted.events, flagged)
    background = expected_background(profile, counted.events, counted.doubt, doublets=doublets.expected)
    evidence = names.join(doublet_evidence(counted.events, doublets)[["pairs", keys.N_EVENTS, "doublet"]])
    evidence["doublet"] &= np.array([len(each) > 0 for each in partly], dtype=bool)
    differ = backgrounds(profile, cuts)
    took = None if aside is None else set_aside_table(counted.events, aside, known, ASIDE)
    found = [] if took is None else unevenly_set_aside(took)
    levels = _marker_levels(counted, names, profile, differ, rules, config, clustered)
    drift = landmark_drift(profile, cuts, counted.sheet)
    return {
        **({"marker_levels": levels} if len(levels) else {}),
        **({} if drift is None else {"drift": drift}),
        **({} if took is None else {"set_aside": took}),
        "clusters": cluster_table(
            known,
            medians,
            counted.events,
            stability=stability,
            parent=parent,
            doubt=counted.doubt,
            overlaps_with=overlaps_with,
            parted=parted,
        ),
        "cluster_tree": tree_table(joins, parent, partners),
        "cluster_counts": counted.to_long(),
        "table1": table_one(counted.sheet),
        "cluster_medians": cluster_medians(profile, names),
        "thresholds": cuts_by_batch,
        "backgrounds": differ,
        **_populations(
            counted,
            names,
            profile.markers,
            background,
            evidence.assign(glowing=glowing),
            cuts,
            differ,
            found,
            rules,
            config,
        ),
    }


def _populations(
    counted: ClusterCounts,
    table: pd.DataFrame,
    markers: Sequence[str],
    background: pd.DataFrame,
    evidence: pd.DataFrame,
    cuts: pd.DataFrame,
    differ: pd.DataFrame,
    uneven: Sequence[Finding],
    rules: RuleSet | None,
    config: Config,
) -> dict[str, pd.DataFrame]:
    """What is counted by name, and of clusters without one; and what differs."""
    counts, sheet = counted.events, counted.sheet
    names = table[keys.POPULATION].reindex(counts.columns)
    parents = rules.evaluable(markers) if rules else {}
    open_ = untold(rules, markers, told_levels(cuts)) if rules else {}
    told = [name for name in parents if open_.get(name) != keys.UNTOLD[0]]
    malignant = rules.malignant if rules else frozenset[str]()
    primary = primary_populations(config.contrasts, rules, markers)
    wrong = background.T.groupby(level=[0, 1]).sum().T
    by_name = counts.T.groupby(names.to_numpy()).sum().T
    ordinary = _ordinary(counts, table, malignant, config)
    populations = population_table(
        by_name, sheet, parents=parents, background=_by_name(wrong, names), malignant=malignant,
        frequencies=rules.frequencies if rules else {}, ordinary=ordinary, untold=open_,
        detect=config.detect,
    )  # fmt: skip
    tumour = [str(cluster) for cluster in names.index[names.isin(malignant)]]
    clusters = population_table(
        counts, sheet, parents={}, background=wrong, malignant=tumour, ordinary=ordinary, detect=config.detect
    )
    samples = sample_table(
        by_name, sheet, quality=counted.quality.drop(columns="total"), parents=parents, malignant=malignant,
        compartments=rules.compartments if rules else {},
    )  # fmt: skip
    subjects = subject_table(
        told, evidence, lineages={name: rules.lineage(name) for name in parents} if rules else {},
        open_guards=rules.open_guards(markers) if rules else {}, rests_on=rules.rests_on(markers) if rules else {},
        markers=markers, uneven=uneven, primary=primary,
    )  # fmt: skip
    named = populations[populations[keys.POPULATION].isin(told)]
    compared = Counted.from_tables([named, clusters], sheet.index, ordinary=ordinary, malignant=(malignant, tumour))
    ill = [name in malignant for name in told] + [str(cluster) in tumour for cluster in counts.columns]
    normal = keys.DENOMINATORS[1 if malignant & set(told) else 0]
    nameless = names.index[names.isin([keys.UNKNOWN, keys.UNASSIGNED])].astype(str)
    unknown = clusters[clusters[keys.POPULATION].isin(nameless)].reset_index(drop=True)
    diluted = samples.set_index(keys.SAMPLE)[keys.HEMODILUTION].reindex(sheet.index) == "yes"
    settings: dict[str, Any] = {"contrasts": config.contrasts, "detect": config.detect, "seed": config.run.seed}
    return {
        "populations": populations,
        "unknown_clusters": unknown.rename(columns={keys.POPULATION: keys.CLUSTER}),
        "samples": samples,
        "contrasts": contrast_table(
            subjects, compared, sheet, denominators=[keys.DENOMINATORS[0] if each else normal for each in ill],
            **settings,
        ),
        "discoveries": discovery_table(
            subjects, compared, sheet, hemodiluted=diluted.tolist(),
            shifts=pd.DataFrame(shifts(differ, sheet.index, list(markers)), columns=list(markers)), **settings,
        ),
    }  # fmt: skip


def _marker_levels(
    counted: ClusterCounts,
    names: pd.DataFrame,
    profile: Profile,
    differ: pd.DataFrame,
    rules: RuleSet | None,
    config: Config,
    clustered: Collection[str],
) -> pd.DataFrame:
    """Of named populations with those below them, and of clusters without a name."""
    called = names[keys.POPULATION].to_numpy()
    lineages = {name: rules.lineage(name) for name in rules.evaluable(profile.markers)} if rules else {}
    named = {
        (name, ""): [i for i, each in enumerate(called) if name in lineages.get(each, (each,))] for name in lineages
    }
    nameless = {
        (name, str(names.index[i])): [i] for i, name in enumerate(called) if name in (keys.UNKNOWN, keys.UNASSIGNED)
    }
    return marker_level_table(
        profile, {key: mine for key, mine in (named | nameless).items() if mine}, counted.sheet, clustered=clustered,
        shifts=pd.DataFrame(
            shifts(differ, counted.sheet.index, list(profile.markers)), columns=list(profile.markers)
        ),
        contrasts=config.contrasts, detect=config.detect, seed=config.run.seed,
    )  # fmt: skip


def _near(near: pd.Series, partners: Sequence[str], glowing: NDArray[np.bool_]) -> list[str]:
    """What a cluster may be instead of cells of a kind, in front of what it nearly is."""
    return [
        "; ".join([f"may be doublets of {pair}"] * bool(pair) + [GLOW] * bool(lit) + [was] * bool(was))
        for pair, lit, was in zip(partners, glowing, near, strict=True)
    ]


def _not_single(pairs: Pairs, profile: Profile) -> Pairs:
    """The pairs of each cluster, without those of which its forward scatter shows that it is no doublets."""
    if profile.bodies is None:
        return pairs
    return [each[~one_by_scatter(profile.bodies, number, each)] for number, each in enumerate(pairs)]


def _by_name(wrong: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """The background of clusters as that of populations; what belongs to another cluster of a population is none."""
    called = names.to_dict()
    level = [(called[column[0]], called.get(column[1], "")) for column in wrong.columns]
    columns = pd.MultiIndex.from_tuples(level, names=[keys.POPULATION, "belongs"]) if level else wrong.columns
    return wrong.set_axis(columns, axis=1).T.groupby(level=[0, 1]).sum().T


def _glowing(profile: Profile, positive: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Clusters that are positive for nearly every marker that tells positive from negative."""
    cut = np.isfinite(positive)
    if cut.sum() < FEWEST_MARKERS:
        return np.zeros(len(profile.clusters), dtype=bool)
    return np.asarray((profile.medians[:, cut] > positive[cut]).mean(axis=1) >= GLOWING)


def _ordinary(counts: pd.DataFrame, naming: pd.DataFrame, malignant: frozenset[str], config: Config) -> pd.Series:
    """Cells of each sample that are not malignant, in units that a tumour and its junk do not move, known or not."""
    tumour = naming.index[naming[keys.POPULATION].isin(malignant)]
    healthy = counts.drop(columns=tumour).sum(axis=1).clip(lower=1)
    references = naming.index[(naming[[keys.LEFTOVER, keys.JUNK]] == "").all(axis=1) & ~naming.index.isin(tumour)]
    return size_factors(counts, healthy, references=references, detect=config.detect)
