"""From prepared events to clusters, and what these look like."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cytoclust.engine import PARENTS, Clustering, cluster_events, level, passes
from cytoclust.io import Panel
from cytoclust.pipeline._compare_samples import compare_samples
from cytoclust.pipeline._context import Context
from cytoclust.pipeline._prepare import Part, Prepared
from cytoclust.positivity import Control, Profile, count_set_aside, cuts_on_scale, describe, fluorescent, measure_bodies
from cytoclust.pp import (
    Preparation,
    PreparedEvents,
    Spreading,
    Transform,
    choose_markers,
    find_viability,
    fit_transform,
    pool_events,
    scatter_of,
    spread_samples,
    stained_columns,
)
from cytoclust.rules import Naming, RuleSet, name_clusters

__all__ = ["cluster", "describe_clusters", "name", "parents", "scale", "stain"]


def scale(
    context: Context, *, parts: Sequence[Part], corrected: Sequence[Prepared], panel: Panel
) -> tuple[Transform, Spreading | None, NDArray[np.float32]]:
    """The cohort's transform, where equal values are put, and events pooled evenly over the samples on that scale.

    What is odd when samples are compared is noted.
    """
    context.note(*compare_samples(parts, corrected, panel, transforms=context.config.transform.method != "none"))
    linear = [Preparation(each.linear, each.codes, known_lots=each.lots) for each in corrected]
    pooled = pool_events(linear, executor=context.executor)
    config = context.config
    columns = choose_markers(panel, config.cluster.markers, config.panel.viability)
    transform = fit_transform(config.transform, pooled, panel, scatter=scatter_of(panel, columns))
    context.note(*transform.notes)
    scaled = [replace(each, transform=transform) for each in linear]
    spread, pooled = spread_samples(scaled, panel, executor=context.executor, pooled=transform(pooled))
    return transform, spread[0].spreading, pooled


def stain(
    context: Context, *, corrected: Sequence[Prepared], panel: Panel, transform: Transform, spreading: Spreading | None
) -> tuple[NDArray[np.int64], list[Preparation], PreparedEvents]:
    """Columns that name clusters, the samples on the cohort's scale, and their events by the markers to cluster on.

    The first are those clustered on, and every other stained marker but the viability dye.
    """
    config = context.config
    columns = choose_markers(panel, config.cluster.markers, config.panel.viability)
    preparations = [Preparation(each.linear, each.codes, transform, spreading, each.lots) for each in corrected]
    source = PreparedEvents(preparations, columns, size=config.run.chunk_events)
    return np.union1d(columns, stained_columns(panel, config.panel.viability)), preparations, source


def cluster(context: Context, *, source: PreparedEvents) -> Clustering:
    """The clusters of all events that passed, by the markers to cluster on."""
    config = context.config
    total = int(source.sizes.sum())
    context.begin(passes(total) * total)
    return cluster_events(
        source, config.cluster, seed=config.run.seed, executor=context.executor, tick=context.advance
    )  # fmt: skip


def describe_clusters(
    context: Context,
    *,
    parts: Sequence[Part],
    source: PreparedEvents,
    clustering: Clustering,
    panel: Panel,
    stained: NDArray[np.int64],
    pooled: NDArray[np.float32],
) -> tuple[Profile, NDArray[np.float64]]:
    """What each cluster looks like, by all stained markers; and what was set aside of its like.

    The second is (samples × clusters × reasons).
    """
    if not np.array_equal(stained, source.columns):
        source = PreparedEvents(source.samples, stained, size=context.config.run.chunk_events)
    context.begin(int(source.sizes.sum()))
    profile = describe(
        source, clustering.labels, [str(number) for number in range(clustering.n_clusters)],
        markers=[panel.names[i] for i in stained], pooled=pooled[:, stained],
        scatter=[panel.names[i] for i in scatter_of(panel, stained)],
        batches=[batch for _, batch in parts], names=[name for name, _ in parts],
        linear=source.samples, dyes=fluorescent(panel, stained),
        executor=context.executor, tick=context.advance,
    )  # fmt: skip
    profile = replace(profile, bodies=measure_bodies(
        source.samples, clustering.labels, clustering.n_clusters, panel,
        viability=find_viability(panel, context.config.panel.viability), executor=context.executor,
    ))  # fmt: skip
    return profile, count_set_aside(profile, source.samples, stained, executor=context.executor)


def name(
    context: Context,
    *,
    panel: Panel,
    profile: Profile,
    aside: NDArray[np.float64],
    controls: Sequence[Control],
    transform: Transform,
    rules: RuleSet | None,
) -> Naming:
    """What each cluster is called."""
    chosen = context.config.annotate
    dye = find_viability(panel, context.config.panel.viability)
    naming = name_clusters(
        profile,
        aside,
        rules,
        annotate=chosen.model_copy(update={"thresholds": cuts_on_scale(chosen.thresholds, panel, transform)}),
        controls=controls,
        viability=(panel.channels[dye], panel.names[dye]) if dye >= 0 else None,
        channels=dict(zip(panel.names, panel.channels, strict=True)),
    )
    context.note(*naming.findings)
    return naming


def parents(clustering: Clustering) -> NDArray[np.int64]:
    """Of each cluster (k,), the largest of its branch one level up the tree."""
    return level(clustering.joins(), clustering.n_clusters, PARENTS)
