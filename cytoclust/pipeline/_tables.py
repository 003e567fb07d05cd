"""The tables of a run: what was counted, where it could have been seen, and what differs between patients."""

import numpy as np
import pandas as pd

from cytoclust import keys
from cytoclust.params import Config
from cytoclust.pipeline._primary import primary_populations
from cytoclust.positivity import Profile, Thresholds
from cytoclust.rules import RuleSet
from cytoclust.stats import (
    Counted,
    candidate_table,
    contrast_table,
    discovery_table,
    doublet_evidence,
    expected_background,
    population_table,
    sample_table,
    size_factors,
)  # fmt: skip

__all__ = ["compare", "warned"]


GLOWING = 0.8
"""A cluster that is positive for this share of the markers, five or more, is of cells that glow, or of clumps."""
GLOW = "positive for nearly every marker: dead cells, clumps or autofluorescence look like this"


def compare(
    counts: pd.DataFrame,
    doubt: pd.DataFrame,
    naming: pd.DataFrame,
    sheet: pd.DataFrame,
    *,
    profile: Profile,
    thresholds: Thresholds,
    quality: pd.DataFrame,
    rules: RuleSet | None,
    config: Config,
) -> dict[str, pd.DataFrame]:
    """What was counted and what differs: ``populations, unknown_clusters, samples, contrasts, discoveries``.

    Parameters
    ----------
    counts, doubt
        Samples × clusters: events, and the sum of 1 − probability over them.
    naming
        Index cluster: ``population, phenotype, probability, leftover``.
    sheet
        Index sample: ``patient_id, group, timepoint, batch``.
    profile, thresholds
        The clusters, and what was learnt of their markers.
    quality
        Index sample: ``total``, and events of each category of quality control.
    rules, config
        As for the run.
    """
    names = naming[keys.POPULATION].reindex(counts.columns)
    parents = rules.evaluable(profile.markers) if rules else {}
    malignant = rules.malignant if rules else frozenset[str]()
    primary = primary_populations(config, rules, profile.markers)
    flagged = quality["doublet"] / quality["total"].clip(lower=1) if config.quality.doublets else None
    wrong = expected_background(profile, counts, doubt, flagged=flagged)
    wrong = wrong.T.groupby(level=[0, 1]).sum().T
    by_name = counts.T.groupby(names.to_numpy()).sum().T
    ordinary = _ordinary(counts, naming, malignant, config)
    populations = population_table(
        by_name, sheet, parents=parents, background=_by_name(wrong, names), malignant=malignant,
        frequencies=rules.frequencies if rules else {}, ordinary=ordinary, detect=config.detect,
    )  # fmt: skip
    nameless = [str(cluster) for cluster in names.index[names.isin([keys.UNKNOWN, keys.UNASSIGNED])]]
    tumour = names.index[names.isin(malignant)]
    unknown = population_table(
        counts, sheet, parents={}, background=wrong, malignant=tumour, ordinary=ordinary, detect=config.detect
    )
    unknown = unknown[unknown[keys.POPULATION].isin(nameless)].reset_index(drop=True)
    samples = sample_table(
        by_name, sheet, quality=quality.drop(columns="total"), parents=parents, malignant=malignant,
        compartments=rules.compartments if rules else {},
    )  # fmt: skip
    evidence = naming.join(doublet_evidence(profile, counts, flagged=flagged)[["pairs", "n_events", "doublet"]])
    evidence = evidence.assign(glowing=_glowing(profile, thresholds))
    candidates = candidate_table(
        list(parents), nameless, evidence,
        lineages={name: rules.lineage(name) for name in parents} if rules else {}, primary=primary,
        open_guards=rules.open_guards(profile.markers) if rules else {},
    )  # fmt: skip
    named = populations[populations[keys.POPULATION].isin(list(parents))]
    counted = Counted.from_tables(
        [named, unknown], sheet.index, ordinary=ordinary, malignant=malignant, detect=config.detect
    )
    return {
        "populations": populations,
        "unknown_clusters": unknown.rename(columns={keys.POPULATION: keys.CLUSTER}),
        "samples": samples,
        "contrasts": contrast_table(
            by_name, sheet, parents=parents, malignant=malignant, primary=primary,
            contrasts=config.contrasts, detect=config.detect, seed=config.run.seed,
        ),
        "discoveries": discovery_table(
            candidates, counted, sheet,
            contrasts=config.contrasts, detect=config.detect,
            hemodiluted=(samples.set_index(keys.SAMPLE)["hemodilution"].reindex(sheet.index) == "yes").tolist(),
            seed=config.run.seed,
        ),
    }  # fmt: skip


def warned(naming: pd.DataFrame, profile: Profile, thresholds: Thresholds, partners: list[str]) -> pd.DataFrame:
    """``naming`` with what a cluster may be instead of cells of a kind in front of what it nearly is.

    ``partners`` are those of :func:`cytoclust.stats.doublet_partners`, of each cluster.
    """
    lights = _glowing(profile, thresholds)
    near = [
        "; ".join([f"may be doublets of {pair}"] * bool(pair) + [GLOW] * bool(lit) + [was] * bool(was))
        for pair, lit, was in zip(partners, lights, naming["near"], strict=True)
    ]
    return naming.assign(near=near)


def _by_name(wrong: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """The background of clusters as that of populations; what belongs to another cluster of a population is none."""
    called = names.to_dict()
    level = [(called[column[0]], called.get(column[1], "")) for column in wrong.columns]
    columns = pd.MultiIndex.from_tuples(level, names=[keys.POPULATION, "belongs"]) if level else wrong.columns
    return wrong.set_axis(columns, axis=1).T.groupby(level=[0, 1]).sum().T


def _glowing(profile: Profile, thresholds: Thresholds) -> np.ndarray:
    """Clusters that are positive for nearly every marker that tells positive from negative."""
    cut = np.isfinite(thresholds.positive)
    if cut.sum() < 5:
        return np.zeros(len(profile.clusters), dtype=bool)
    return (profile.medians[:, cut] > thresholds.positive[cut]).mean(axis=1) >= GLOWING


def _ordinary(counts: pd.DataFrame, naming: pd.DataFrame, malignant: frozenset[str], config: Config) -> pd.Series:
    """Cells of each sample that are not malignant, in units that a tumour and its junk do not move, known or not."""
    tumour = naming.index[naming[keys.POPULATION].isin(malignant)]
    healthy = counts.drop(columns=tumour).sum(axis=1).clip(lower=1)
    references = naming.index[(naming["leftover"] == "") & ~naming.index.isin(tumour)]
    return size_factors(counts, healthy, references=references, detect=config.detect)
