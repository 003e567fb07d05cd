"""The tables of a run."""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.engine import Clustering
from cytoclust.io import Panel, Sample
from cytoclust.params import Config
from cytoclust.pipeline._cluster import parents
from cytoclust.pipeline._context import Context
from cytoclust.pipeline._drift import Plain, drift_tables
from cytoclust.pipeline._normalise import Gains, Process
from cytoclust.pipeline._prepare import Part, Prepared
from cytoclust.positivity import Control, Profile
from cytoclust.pp import Preparation, PreparedEvents, find_viability
from cytoclust.rules import Naming, RuleSet
from cytoclust.stats import ClusterCounts, acquisition_table, count_cohort, sheet_table, unevenly_set_aside
from cytoclust.tl import draw_densities

__all__ = ["count", "count_tables", "follow_acquisition"]


def count(
    context: Context,
    *,
    samples: Sequence[Sample],
    prepared: Sequence[Prepared],
    preparations: Sequence[Preparation],
    acquisition: pd.DataFrame,
    panel: Panel,
    source: PreparedEvents,
    clustering: Clustering,
    profile: Profile,
    naming: Naming,
    aside: NDArray[np.float64],
    controls: Sequence[Control],
    rules: RuleSet | None,
    process: Process,
    gains: Gains | None,
    plain: Plain | None,
) -> tuple[ClusterCounts, dict[str, pd.DataFrame], dict[str, Any]]:
    """What was counted, the tables by name, and densities of all events for the report."""
    counted, tables = count_tables(
        context, samples=samples, preparations=preparations, panel=panel, source=source, clustering=clustering,
        profile=profile, naming=naming, aside=aside, rules=rules,
    )  # fmt: skip
    context.note(*unevenly_set_aside(tables["set_aside"]))
    tables |= drift_tables(
        context, tables, samples=samples, preparations=preparations, counted=counted, labels=clustering.labels,
        profile=profile, naming=naming, rules=rules, process=process, gains=gains, plain=plain,
    )  # fmt: skip
    named = {sample.sample_id: each for sample, each in zip(samples, preparations, strict=True)}
    quadrants, densities = draw_densities(
        named, clustering.labels, rules=rules, config=cast(Config, context.config), panel=panel,
        names=naming.table[keys.POPULATION], batches=[sample.batch or "" for sample in samples],
        cuts=naming.thresholds.to_frame(), cuts_by_batch=naming.thresholds.to_frame(by_batch=True),
        summaries={sample.sample_id: each.summary for sample, each in zip(samples, prepared, strict=True)},
        viability=find_viability(panel, context.config.panel.viability), controls=controls,
        mapped=context.executor.map,
    )  # fmt: skip
    return counted, tables | {"acquisition": acquisition, "quadrants": quadrants}, densities


def count_tables(
    context: Context,
    *,
    samples: Sequence[Sample],
    preparations: Sequence[Preparation],
    panel: Panel,
    source: PreparedEvents,
    clustering: Clustering,
    profile: Profile,
    naming: Naming,
    aside: NDArray[np.float64],
    rules: RuleSet | None,
) -> tuple[ClusterCounts, dict[str, pd.DataFrame]]:
    """What was counted, and the tables that are made of it."""
    counted = ClusterCounts.of(
        clustering.labels, clustering.probability, [each.codes for each in preparations],
        clusters=profile.clusters, sheet=sheet_table(samples),
    )  # fmt: skip
    tables = count_cohort(
        counted, naming.table, profile,
        cuts=naming.thresholds.to_frame(), cuts_by_batch=naming.thresholds.to_frame(by_batch=True),
        joins=clustering.joins(), parent=parents(clustering), stability=clustering.stability(),
        overlaps_with=clustering.overlaps_with(), parted=clustering.parted([panel.names[i] for i in source.columns]),
        rules=rules, config=cast(Config, context.config), aside=aside,
        clustered=[panel.names[i] for i in source.columns],
    )  # fmt: skip
    return counted, tables


def follow_acquisition(
    context: Context,  # noqa: ARG001
    *,
    parts: Sequence[Part],
    preparations: Sequence[Preparation],
    panel: Panel,
) -> pd.DataFrame:
    """How fast the events of each sample came, and what was set aside, along the run."""
    named = {name: each for (name, _), each in zip(parts, preparations, strict=True)}
    return acquisition_table(named, panel)
