"""The event sample of a run, as AnnData, and its map."""

import importlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys, slots
from cytoclust.engine import FEWEST_MARKERS, Clustering, Embedder
from cytoclust.findings import Finding
from cytoclust.io import Panel, Sample, build, write_samples
from cytoclust.params import Config
from cytoclust.pipeline._cluster import parents
from cytoclust.pipeline._context import Context
from cytoclust.pipeline._prepare import Prepared
from cytoclust.pipeline._write_preparation import write_preparation
from cytoclust.positivity import Control
from cytoclust.pp import Preparation, PreparedEvents, Transform
from cytoclust.rules import Naming, RuleSet
from cytoclust.tl import (
    EventSample,
    choose_event_sample,
    cluster_params,
    cut_table,
    naming_params,
    umap_params,
    write_names,
)

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["begin_map", "build_sample", "choose", "finish_map", "warm_up"]


def warm_up(context: Context) -> Embedder | None:
    """A process that makes ready for the map while files are read; where a run goes on, it begins when it is needed."""
    if not context.config.embed.enabled:
        return None
    embedder = Embedder()
    if not context.store.resume:
        context.cleanup.enter_context(embedder)
    return embedder


def choose(
    context: Context, *, preparations: Sequence[Preparation], clustering: Clustering
) -> tuple[EventSample, NDArray[np.float32]]:
    """The rows of the event sample, and their compensated events (m, p)."""
    embed, seed = context.config.embed, context.config.run.seed
    chosen = choose_event_sample(clustering.labels, preparations, at_most=embed.n_events, seed=seed)
    linear = [each.compensated(rows) for each, rows in zip(preparations, chosen.rows, strict=True)]
    return chosen, np.concatenate(linear)


def begin_map(
    context: Context,
    *,
    preparations: Sequence[Preparation],
    source: PreparedEvents,
    chosen: EventSample,
    embedder: Embedder | None,
) -> bool:
    """Whether a map of the event sample was begun, in its own process, while the rest goes on; not of one we have."""
    embed, seed = context.config.embed, context.config.run.seed
    if embedder is None:
        return False
    if len(source.columns) < FEWEST_MARKERS:
        context.note(Finding("no map of one marker", least=FEWEST_MARKERS))
        return False
    if context.is_kept("UMAP"):
        return False
    if context.store.resume:
        context.cleanup.enter_context(embedder)
    events = [
        each.events(rows[each.codes[rows] == keys.QC_OK], source.columns)
        for each, rows in zip(preparations, chosen.rows, strict=True)
    ]
    embedder.start(np.concatenate(events), n_neighbors=embed.n_neighbors, min_dist=embed.min_dist, seed=seed)
    return True


def build_sample(
    context: Context,
    *,
    samples: Sequence[Sample],
    prepared: Sequence[Prepared],
    preparations: Sequence[Preparation],
    panel: Panel,
    transform: Transform,
    source: PreparedEvents,
    clustering: Clustering,
    naming: Naming,
    controls: Sequence[Control],
    rules: RuleSet | None,
    chosen: EventSample,
    linear: NDArray[np.float32],
    points: NDArray[np.float32] | None,
    tables: dict[str, pd.DataFrame],
    densities: dict[str, Any],
) -> "AnnData":
    """The events of the sample with all slots, as the step-by-step functions write them."""
    adata = build(transform(linear), panel)
    files = [each.source.file for each in prepared]
    write_samples(adata, samples=samples, files=files, panel=panel, rows=chosen.rows)
    judged = np.concatenate([each.codes[rows] for each, rows in zip(prepared, chosen.rows, strict=True)])
    write_preparation(
        adata, cast(Config, context.config), samples, prepared, linear=linear, codes=judged, transform=transform,
        panel=panel,
    )  # fmt: skip
    labels, probability = (
        _at(clustering.labels, preparations, chosen),
        _at(clustering.probability, preparations, chosen),
    )
    rows = np.flatnonzero(adata.obs[keys.QC_COLUMN].cat.codes == keys.QC_OK)
    config, markers = context.config, [panel.names[i] for i in source.columns]
    slots.write_clusters(
        adata, rows, labels, probability, parent=parents(clustering), stability=clustering.stability(),
        joins=clustering.tree(), overlaps_with=clustering.overlaps_with(),
        parted=clustering.parted(markers), pieces=clustering.pieces(),
        params=cluster_params(config.cluster, markers, config.run.seed),
    )  # fmt: skip
    codes = np.full(adata.n_obs, -1, dtype=np.int64)
    codes[rows] = labels
    if controls:
        adata.uns[keys.CONTROLS] = cut_table(controls)
    write_names(
        adata, codes, naming, rules=rules,
        params=naming_params(config.annotate, rules=rules.name if rules else "", key=keys.CLUSTER),
    )  # fmt: skip
    slots.write_findings(adata, keys.POPULATION, [("", each) for each in naming.findings])
    if points is not None:
        full = np.full((adata.n_obs, 2), np.nan, dtype=np.float32)
        full[rows] = points
        adata.obsm["X_umap"] = full
        adata.uns[keys.UMAP] = {"params": umap_params(config.embed, config.run.seed)}
    slots.write_densities(adata, densities)
    slots.write_tables(adata, tables)
    adata.obs[keys.WEIGHT] = np.concatenate(chosen.weight)
    return adata


def _at(values: NDArray, preparations: Sequence[Preparation], chosen: EventSample) -> NDArray:
    """Of the events of the sample that passed."""
    starts = np.cumsum([0, *(each.n_passed for each in preparations)])
    parts = []
    for each, rows, start in zip(preparations, chosen.rows, starts[:-1], strict=True):
        passed = rows[each.codes[rows] == keys.QC_OK]
        parts.append(values[start + np.searchsorted(each.passed, passed)])
    return np.concatenate(parts)


def finish_map(context: Context, *, embedder: Embedder | None, begun: bool) -> NDArray[np.float32] | None:
    """Points of the events of the sample that passed, (m, 2); None, with a note, where making the map failed."""
    if embedder is None or not begun:
        return None
    importlib.import_module("cytoclust.report")  # it brings matplotlib: meanwhile
    try:
        return embedder.finish()
    except RuntimeError as error:  # labels and tables are worth more
        context.note(Finding("no map", why=str(error)))
        context.keeps = False
        return None
