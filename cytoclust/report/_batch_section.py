"""Which samples were measured together, and what only one batch shows."""

from typing import Any

import pandas as pd

from cytoclust import keys
from cytoclust.report._blocks import Table, events, fraction, number, text
from cytoclust.report._gather import Inputs, present

__all__ = ["batches"]

MOSTLY, LEAST = 0.95, 50  # of a cluster's share, at equal cells of each batch; events


def batches(inputs: Inputs) -> dict[str, Any] | None:
    """Samples of each batch by group, groups that are their batch, clusters of one batch; None without batches."""
    sheet = inputs.sheet
    if not present(sheet, keys.BATCH):
        return None
    batch = sheet[keys.BATCH].fillna("").astype(str)
    return {
        "n": batch.nunique(),
        "table": _table(sheet, batch),
        "confounded": _confounded(sheet, batch) if present(sheet, keys.GROUP) else [],
        "clusters": _of_one_batch(inputs, dict(zip(sheet[keys.SAMPLE].astype(str), batch, strict=True))),
    }


def _table(sheet: pd.DataFrame, batch: pd.Series) -> Table:
    split = next((column for column in (keys.GROUP, keys.TIMEPOINT) if present(sheet, column)), None)
    of = sheet[split].fillna("").astype(str) if split else pd.Series("samples", index=sheet.index)
    counts = pd.crosstab(batch, of).reindex(columns=list(dict.fromkeys(of)))
    table = Table(
        "batches", "Samples of each batch", ["Batch", *(str(name) or "none given" for name in counts), "Samples"]
    )
    for name, row in zip(counts.index, counts.to_numpy(), strict=True):
        names = sheet[keys.SAMPLE][batch == name].astype(str)
        table.rows.append([text(name or "none given"), *(number(n) for n in row), text(", ".join(names))])
    return table


def _confounded(sheet: pd.DataFrame, batch: pd.Series) -> list[str]:
    """Groups that share no batch with any other."""
    group = sheet[keys.GROUP].fillna("").astype(str)
    held = {name: set(batch[group == name]) for name in dict.fromkeys(group) if name}
    alone = [name for name in held if not any(held[name] & held[other] for other in held if other != name)]
    return alone if len(held) > 1 else []


def _of_one_batch(inputs: Inputs, batch: dict[str, str]) -> Table | None:
    """Clusters of which nearly all events, at as many cells of each batch, are of one."""
    counts = inputs.table("cluster_counts")
    if not {keys.SAMPLE, keys.CLUSTER, keys.N_EVENTS} <= set(counts) or len(set(batch.values())) < 2:
        return None
    of = counts[keys.SAMPLE].astype(str).map(batch)
    by_batch = counts.pivot_table(index=of, columns=keys.CLUSTER, values="n_events", aggfunc="sum", observed=True)
    share = by_batch.div(by_batch.sum(axis=1), axis=0)
    share = share / share.sum()
    names = dict(zip(inputs.clusters[keys.CLUSTER].astype(str), inputs.clusters.get(keys.POPULATION, ""), strict=False))
    table = Table(
        "onebatch", "Clusters of one batch only", ["Cluster", "Population", "Batch", "Events", "Share of that batch"]
    )
    for cluster in share:
        n, top = by_batch[cluster].sum(), share[cluster]
        if n >= LEAST and top.max() >= MOSTLY:
            row = [
                text(cluster),
                text(names.get(str(cluster), "")),
                text(top.idxmax() or "none given"),
                events(n),
                fraction(top.max()),
            ]
            table.rows.append(row)
    return table
