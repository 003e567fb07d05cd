"""Names for the clusters of an AnnData."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from natsort import natsorted

from cytoclust import keys, params
from cytoclust.errors import InputError, warn
from cytoclust.params import D
from cytoclust.positivity import REASONS, Profile, beyond_clusters, learn_thresholds, leftovers, look_alikes, withhold
from cytoclust.pp import FIT_EVENTS, panel_of, pooled_events, pooled_rows, samples_of, stained_columns
from cytoclust.rules import RuleSet, annotate_clusters, load

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["annotate"]


def annotate(
    adata: "AnnData",
    *,
    rules: str | Path | RuleSet | None = None,
    key: str = keys.CLUSTER,
    key_added: str = keys.POPULATION,
    thresholds: Mapping[str, float] = D.annotate.thresholds,
    min_probability: float = D.annotate.min_probability,
    viability: str = D.panel.viability,
    copy: bool = False,
) -> "AnnData | None":
    """Name clusters by marker rules, and learn where each marker turns positive.

    Every stained marker but the viability dye is used, whether it was clustered on or not; of events only those with
    ``obs["qc"] == "ok"``, if there is such a column. With a column ``obs["batch"]`` each batch has thresholds of
    its own where batches differ.

    Parameters
    ----------
    adata
        Events × markers on the transformed scale, with clusters in ``obs[key]``.
    rules
        A rule set, its name in the library, or the path of a YAML file; None describes clusters without naming them.
    key
        Column of ``obs`` with the clusters; an event without one (missing or ``-1``) is ``unassigned``.
    key_added
        Name of the column of populations.
    thresholds
        Cuts for markers that are known otherwise, on the scale of ``X``.
    min_probability
        A cluster whose best rule is less probable is ``unknown``.
    viability
        The viability dye, which names nothing: a marker, ``none`` or ``auto``.
    copy
        Return a copy instead of writing into ``adata``.

    Returns
    -------
    None, or the copy. Writes ``obs[key_added]`` (categorical), ``uns[key_added]`` (``params``, ``limits``,
    ``table`` with population, phenotype, probability and near misses of each cluster, and ``thresholds``, by batch
    where batches differ) and ``uns["thresholds"]`` (one row a marker).

    Raises
    ------
    InputError
        No such column, no clusters, no stained marker, or rules that cannot be read.

    Warns
    -----
    CytoclustWarning
        A threshold that is given parts no clusters.
    """
    params.check("annotate", min_probability=min_probability)
    if key not in adata.obs:
        raise InputError(f"obs has no column {key!r}. Cluster first, or name the column with `key`.")
    adata = adata.copy() if copy else adata
    ruleset = load(rules) if isinstance(rules, str | Path) else rules
    columns = stained_columns(panel_of(adata, strict=False), viability)
    if len(columns) == 0:
        raise InputError(
            f"There is no stained marker to name clusters by: the events have {', '.join(adata.var_names)}."
        )
    labels, clusters = _codes(adata, key)
    edges = Profile.edges_for(pooled_events(adata)[:, columns])
    profile = Profile.from_events(
        _dense(adata, columns), labels, clusters, _markers(adata, columns), edges=edges, batch=_batches(adata)
    )
    found = learn_thresholds(profile, given=thresholds)
    for doubt in beyond_clusters(profile, thresholds or {}):
        warn(str(doubt), by="cytoclust.tl.annotate")
    table = annotate_clusters(profile, found, ruleset, min_probability=min_probability)
    table = withhold(table, leftovers(profile, _set_aside(adata, profile, columns)))
    _write(adata, labels, table, key_added)
    adata.uns[keys.THRESHOLDS] = found.to_frame()
    limits = ruleset.limits(profile.markers, dict(zip(found.markers, found.only, strict=True))) if ruleset else []
    adata.uns[key_added] = {
        "params": {
            "rules": ruleset.name if ruleset else "",
            "key": key,
            "thresholds": json.dumps(dict(thresholds or {})),  # h5ad keys cannot hold "/"
            "min_probability": min_probability,
        },
        "limits": [str(limit) for limit in limits],
        "table": table,
        keys.THRESHOLDS: found.to_frame(by_batch=True),
    }
    return adata if copy else None


def _markers(adata: "AnnData", columns: np.ndarray) -> list[str]:
    return [str(adata.var_names[i]) for i in columns]


def _dense(adata: "AnnData", columns: np.ndarray) -> np.ndarray:
    values = adata.X[:, columns]
    return np.asarray(values.toarray() if hasattr(values, "toarray") else values)


def _batches(adata: "AnnData") -> np.ndarray | None:
    """Batch of each event, empty where it has none."""
    if keys.BATCH not in adata.obs:
        return None
    values = adata.obs[keys.BATCH]
    return values.astype(str).where(values.notna(), "").to_numpy(dtype=object)


def _set_aside(adata: "AnnData", profile: Profile, columns: np.ndarray) -> np.ndarray:
    """Events (clusters × reasons) that quality control set aside, by the cluster they look like."""
    counts = np.zeros((len(profile.clusters), len(REASONS)))
    if keys.QC_COLUMN not in adata.obs:
        return counts
    qc, count = adata.obs[keys.QC_COLUMN].astype(str).to_numpy(), look_alikes(profile)
    for _, where in samples_of(adata):
        rows = where[pooled_rows(len(where), FIT_EVENTS)]
        for column, reason in enumerate(REASONS):
            mine = rows[qc[rows] == reason]
            if len(mine):
                counts[:, column] += count(_dense(adata[mine], columns)) * (len(where) / len(rows))
    return counts


def _codes(adata: "AnnData", key: str) -> tuple[np.ndarray, list[str]]:
    """Cluster of each event as a code into the naturally sorted names; -1 for none."""
    values = adata.obs[key]
    none = values.isna() | (values.astype(str) == str(keys.NO_CLUSTER))
    if keys.QC_COLUMN in adata.obs:
        none |= adata.obs[keys.QC_COLUMN].astype(str) != keys.QC[keys.QC_OK]
    text = values.astype(str)
    clusters = natsorted(text[~none].unique())
    if not clusters:
        raise InputError(f"obs[{key!r}] holds no cluster.")
    codes = pd.Categorical(text.where(~none, None), categories=clusters).codes
    return np.asarray(codes, dtype=np.int64), clusters


def _write(adata: "AnnData", labels: np.ndarray, table: pd.DataFrame, key_added: str) -> None:
    names = np.append(table[keys.POPULATION].to_numpy(dtype=object), keys.UNASSIGNED)[labels]
    adata.obs[key_added] = pd.Categorical(names, categories=natsorted(set(names)))
