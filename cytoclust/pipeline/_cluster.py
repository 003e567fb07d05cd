"""From prepared events to clusters, and what these look like."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cytoclust.engine import PARENTS, Clustering, cluster_events, level, passes
from cytoclust.io import Panel, Sample
from cytoclust.pipeline._context import Context
from cytoclust.pipeline._prepare import Prepared
from cytoclust.positivity import Control, Profile, count_set_aside, describe, fluorescent, measure_bodies
from cytoclust.pp import (
    Preparation,
    PreparedEvents,
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

__all__ = ["cluster", "describe_clusters", "name", "scale"]


def scale(
    context: Context, *, prepared: Sequence[Prepared], panel: Panel
) -> tuple[Transform, list[Preparation], NDArray[np.float32]]:
    """The cohort's transform, the samples on its scale, and events pooled evenly over them on that scale.

    Where values are steps or pile up, both have them spread.
    """
    linear = [Preparation(each.linear, each.codes) for each in prepared]
    pooled = pool_events(linear, executor=context.executor)
    config = context.config
    columns = choose_markers(panel, config.cluster.markers, config.panel.viability)
    transform = fit_transform(config.transform, pooled, panel, scatter=scatter_of(panel, columns))
    context.note(*transform.notes)
    scaled = [replace(each, transform=transform) for each in linear]
    spread, pooled = spread_samples(scaled, panel, executor=context.executor, pooled=transform(pooled))
    return transform, spread, pooled


def cluster(
    context: Context, *, preparations: Sequence[Preparation], panel: Panel
) -> tuple[PreparedEvents, Clustering]:  # fmt: skip
    """The clusters of all events that passed, by the markers to cluster on."""
    config = context.config
    columns = choose_markers(panel, config.cluster.markers, config.panel.viability)
    source = PreparedEvents(preparations, columns, size=config.run.chunk_events)
    total = int(source.sizes.sum())
    context.begin(passes(total) * total)
    found = cluster_events(
        source, config.cluster, seed=config.run.seed, executor=context.executor, tick=context.advance
    )  # fmt: skip
    return source, found


def stain(context: Context, *, panel: Panel) -> NDArray[np.int64]:
    """Columns that name clusters: those clustered on, and every other stained marker but the viability dye."""
    config = context.config
    columns = choose_markers(panel, config.cluster.markers, config.panel.viability)
    return np.union1d(columns, stained_columns(panel, config.panel.viability))


def describe_clusters(
    context: Context,
    *,
    samples: Sequence[Sample],
    source: PreparedEvents,
    clustering: Clustering,
    panel: Panel,
    stained: NDArray[np.int64],
    pooled: NDArray[np.float32],
) -> Profile:
    """What each cluster looks like, by all stained markers."""
    if not np.array_equal(stained, source.columns):
        source = PreparedEvents(source.samples, stained, size=context.config.run.chunk_events)
    context.begin(int(source.sizes.sum()))
    profile = describe(
        source, clustering.labels, [str(number) for number in range(clustering.n_clusters)],
        markers=[panel.names[i] for i in stained], pooled=pooled[:, stained],
        scatter=[panel.names[i] for i in scatter_of(panel, stained)],
        batches=[sample.batch for sample in samples], names=[sample.sample_id for sample in samples],
        linear=source.samples, dyes=fluorescent(panel, stained),
        executor=context.executor, tick=context.advance,
    )  # fmt: skip
    return replace(profile, bodies=measure_bodies(
        source.samples, clustering.labels, clustering.n_clusters, panel,
        viability=find_viability(panel, context.config.panel.viability), executor=context.executor,
    ))  # fmt: skip


def name(
    context: Context,
    *,
    preparations: Sequence[Preparation],
    panel: Panel,
    stained: NDArray[np.int64],
    profile: Profile,
    controls: Sequence[Control],
    rules: RuleSet | None,
) -> tuple[Naming, NDArray[np.float64]]:
    """What each cluster is called; and what was set aside of its like, (samples × clusters × reasons)."""
    dye = find_viability(panel, context.config.panel.viability)
    aside = count_set_aside(profile, preparations, stained, executor=context.executor)
    naming = name_clusters(
        profile,
        aside,
        rules,
        annotate=context.config.annotate,
        controls=controls,
        viability=(panel.channels[dye], panel.names[dye]) if dye >= 0 else None,
        channels=dict(zip(panel.names, panel.channels, strict=True)),
    )
    context.note(*naming.findings)
    return naming, aside


def parents(clustering: Clustering) -> NDArray[np.int64]:
    """Of each cluster (k,), the largest of its branch one level up the tree."""
    return level(clustering.joins(), clustering.n_clusters, PARENTS)
