"""The tables of one new sample, beside those of the reference."""

import numpy as np
import pandas as pd

from cytoclust import keys
from cytoclust.frozen._reference import Reference
from cytoclust.params import Detect
from cytoclust.positivity import told_levels
from cytoclust.rules import untold
from cytoclust.stats import (
    ClusterCounts,
    doublet_pairs,
    expected_background,
    expected_doublets,
    population_table,
    sample_table,
)

__all__ = ["count_sample", "reference_populations"]


def count_sample(
    reference: Reference, counted: ClusterCounts, unlike: pd.Series, detect: Detect, *, own: str = ""
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of ``populations.csv`` and ``samples.csv`` of one sample, which no other new sample bears on.

    What background there is, and whether blood diluted the marrow, is told beside the samples of the reference.

    Parameters
    ----------
    reference
        What it is read against.
    counted
        Of the sample.
    unlike
        Events of each cluster that are unlike it, or stray; they count as cells, of no population.
    detect
        Limits of detection.
    own
        The sample of the reference that it is, which is then not beside it; empty if it is none.
    """
    name = counted.sheet.index[0]
    others = [each for each in reference.events.index if each != own]
    beside = {each: f"reference {each}" for each in others}

    def joined(known: pd.DataFrame, mine: pd.DataFrame) -> pd.DataFrame:
        return pd.concat([known.loc[others].rename(index=beside), mine.reindex(columns=list(known))])

    events, doubt = joined(reference.events, counted.events), joined(reference.doubt, counted.doubt)
    quality = joined(reference.quality, counted.quality)
    sheet = pd.concat([reference.sheet.loc[others].rename(index=beside), counted.sheet])
    populations, samples = _tables(reference, events, doubt, quality, sheet, detect, {name: unlike})
    return (
        populations[populations[keys.SAMPLE] == name].reset_index(drop=True),
        samples[samples[keys.SAMPLE] == name].reset_index(drop=True),
    )


def reference_populations(reference: Reference, detect: Detect) -> pd.DataFrame:
    """Rows of ``populations.csv`` of the samples of the reference, counted as new ones are."""
    return _tables(
        reference, reference.events, reference.doubt, reference.quality, reference.sheet, detect, {}
    )[0]  # fmt: skip


def _tables(
    reference: Reference,
    events: pd.DataFrame,
    doubt: pd.DataFrame,
    quality: pd.DataFrame,
    sheet: pd.DataFrame,
    detect: Detect,
    unlike: dict[str, pd.Series],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    rules, markers = reference.ruleset, reference.profile.markers
    names = reference.names[keys.POPULATION].reindex(events.columns)
    called = {str(cluster): str(name) for cluster, name in names.items()}
    flagged = quality["doublet"] / quality["total"].clip(lower=1) if reference.config.quality.doublets else None
    doublets = expected_doublets(doublet_pairs(reference.profile), events, flagged)
    wrong = expected_background(reference.profile, events, doubt, doublets=doublets.expected)
    wrong = wrong.T.groupby(level=[0, 1]).sum().T
    parents = rules.evaluable(markers) if rules else {}
    cuts = reference.thresholds.to_frame()
    malignant = rules.malignant if rules else frozenset[str]()
    own = events.astype(np.int64).copy()
    for sample, taken in unlike.items():
        own.loc[sample] -= taken.reindex(own.columns).astype(np.int64)
    by_name = own.T.groupby(names.to_numpy()).sum().T
    counted = by_name.copy()
    counted[keys.UNASSIGNED] = counted.get(keys.UNASSIGNED, 0) + (events - own).sum(axis=1).astype(np.int64)
    populations = population_table(
        counted,
        sheet, parents=parents, background=_named(wrong, called), malignant=malignant,
        frequencies=rules.frequencies if rules else {}, detect=detect,
        untold=untold(rules, markers, told_levels(cuts)) if rules else {},
    )  # fmt: skip
    samples = sample_table(
        counted, sheet, quality=quality.drop(columns="total"), parents=parents, malignant=malignant,
        compartments=rules.compartments if rules else {},
    )  # fmt: skip
    return populations, samples


def _named(wrong: pd.DataFrame, called: dict[str, str]) -> pd.DataFrame:
    """The background of clusters as that of populations."""
    level = [(called[column[0]], called.get(column[1], "")) for column in wrong.columns]
    columns = pd.MultiIndex.from_tuples(level, names=[keys.POPULATION, "belongs"]) if level else wrong.columns
    return wrong.set_axis(columns, axis=1).T.groupby(level=[0, 1]).sum().T
