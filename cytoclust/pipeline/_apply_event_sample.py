"""The event sample of samples that are read against a reference."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cytoclust import keys, params, slots
from cytoclust.frozen import Reference
from cytoclust.io import build, write_samples
from cytoclust.pipeline._apply_sample import Applied
from cytoclust.pipeline._context import Context
from cytoclust.pipeline._write_preparation import write_preparation
from cytoclust.tl import cluster_params, naming_params

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["build_applied"]


def build_applied(
    context: Context, *, applied: Sequence[Applied], reference: Reference, tables: dict[str, pd.DataFrame]
) -> "AnnData":
    """With the slots that a run writes, and ``obs["nearest"]``; there is no map."""
    panel, config = reference.panel, context.whole
    chosen = [each.chosen for each in applied]
    linear = np.concatenate([each.linear for each in chosen])
    adata = build(reference.transform(linear), panel)
    write_samples(
        adata, samples=[each.sample for each in applied], files=[each.looked.source.file for each in applied],
        panel=panel, rows=[each.rows for each in chosen],
    )  # fmt: skip
    write_preparation(
        adata, config, [each.sample for each in applied], [each.looked for each in applied], linear=linear,
        codes=np.concatenate([each.codes for each in chosen]), transform=reference.transform, panel=panel,
    )  # fmt: skip
    cluster = np.concatenate([each.cluster for each in chosen])
    rows = np.flatnonzero(cluster != keys.NO_CLUSTER)
    joins = pd.DataFrame(reference.tree, columns=["first", "second", "depth"])
    slots.write_clusters(
        adata, rows, cluster[rows], np.concatenate([each.probability for each in chosen])[rows],
        parent=reference.parent, stability=reference.stability, joins=joins.astype({"first": int, "second": int}),
        overlaps_with=reference.overlaps_with,
        params=cluster_params(config.cluster, [panel.names[i] for i in reference.columns], config.run.seed),
    )  # fmt: skip
    unlike, stray = (np.concatenate([getattr(each, name) for each in chosen]) for name in ("unlike", "stray"))
    _write_names(adata, cluster, unlike, stray, reference, config)
    slots.write_tables(adata, tables)
    adata.obs[keys.WEIGHT] = np.concatenate([each.weight for each in chosen])
    return adata


def _write_names(
    adata: "AnnData",
    cluster: np.ndarray,
    unlike: np.ndarray,
    stray: np.ndarray,
    reference: Reference,
    config: params.Config,
) -> None:
    """Populations, ``unlike`` among them, and the nearest ones."""
    known = reference.names
    rules = reference.ruleset
    more = known.reindex([*known.index, keys.UNLIKE]) if unlike.any() else known
    with_unlike = more.assign(**{keys.POPULATION: more[keys.POPULATION].fillna(keys.UNLIKE)})
    at = np.where(unlike, len(known), np.where(stray, keys.NO_CLUSTER, cluster))
    thresholds = reference.thresholds
    parameters = naming_params(config.annotate, rules=rules.name if rules else "", key=keys.CLUSTER)
    slots.write_names(
        adata, at, with_unlike, thresholds=thresholds.to_frame(), by_batch=thresholds.to_frame(by_batch=True),
        limits=[], rules=reference.rules, params=parameters,
    )  # fmt: skip
    adata.uns[keys.POPULATION]["table"] = known
    names = np.append(known[keys.POPULATION].to_numpy(dtype=object), keys.UNASSIGNED)[cluster]
    adata.obs[keys.NEAREST] = pd.Categorical(names)
    adata.uns["reference"] = {"sha256": reference.sha256, "inputs": json.dumps(reference.inputs["sha256"].tolist())}
