"""Section 3: the clusters."""

from dataclasses import replace
from typing import Any

import pandas as pd

from cytoclust import keys, pl
from cytoclust.pl._medians import CLUSTER_COLUMNS, split_cluster_table
from cytoclust.report._blocks import Figure, Table, embed, events, fraction, number, phenotype, text
from cytoclust.report._gather import Inputs
from cytoclust.report._map import map_data, map_rows
from cytoclust.report._unknown import unknown

__all__ = ["clusters"]

MAKERS = {
    "phenotype": phenotype,
    "n_events": events,
    "n_samples": events,
    "fraction": fraction,
    "stability": number,
    "novelty": number,
}


def clusters(inputs: Inputs) -> dict[str, Any]:
    """Heatmap, tree, map of the events, the table, and the clusters without a name."""
    table = inputs.clusters
    return {
        "heatmap": _heatmap(inputs) if len(table) else None,
        "tree": _tree(inputs),
        "map": map_data(inputs),
        "still": _still(inputs),
        "table": _table(table) if len(table) else None,
        "unknown": unknown(table),
    }


def _heatmap(inputs: Inputs) -> Figure:
    _, medians = split_cluster_table(inputs.clusters)
    limits = inputs.adata.uns.get(keys.THRESHOLDS)
    limits = limits.set_index("marker")["positive"] if isinstance(limits, pd.DataFrame) else None
    return embed(
        pl.heatmap(inputs.clusters, thresholds=limits, show=False),
        alt=f"Heatmap of the medians of {medians.shape[1]} markers in {len(medians)} clusters, ordered by likeness,"
        " with the number of events and the population of each cluster. The numbers are in the table below.",
        caption="Median of each marker in each cluster, scaled from the lowest to the highest cluster of that marker."
        " Like clusters and like markers stand together; bars are events on a logarithmic scale.",
    )


def _still(inputs: Inputs) -> Figure | None:
    """The map as a picture, for a reader without scripts."""
    adata = inputs.adata
    if "X_umap" not in adata.obsm or not adata.n_obs:
        return None
    by_name = keys.POPULATION in adata.obs and len(inputs.populations) > 0
    column = keys.POPULATION if by_name else keys.CLUSTER
    if column not in adata.obs:
        return None
    return embed(
        pl.umap(adata[map_rows(adata)], column, legend=by_name, show=False),
        alt=f"UMAP of events, coloured by {column}.",
        caption=f"UMAP of events, coloured by {column}. Distances between islands have no meaning.",
    )


def _tree(inputs: Inputs) -> Figure | None:
    tree = inputs.table("cluster_tree")
    if tree.empty or inputs.clusters.empty:
        return None
    return embed(
        pl.cluster_tree(tree, inputs.clusters, show=False),
        alt=f"Tree of {len(inputs.clusters)} clusters: which would join first.",
        caption="Which clusters would join first at a coarser grain: the deeper the valley of density between two, the"
        " farther out they join. Clusters of one name that join early are one kind of cell, divided finely.",
    )


def _table(clusters: pd.DataFrame) -> Table:
    told, medians = split_cluster_table(clusters)
    columns = [name for name in CLUSTER_COLUMNS if name in told]
    titles = ["Cluster", *(name.replace("n_", "").replace("_", " ").capitalize() for name in columns)]
    caption = "Clusters, with the median of each marker"
    table = Table("clusters", caption, [*titles, *map(str, medians.columns)], tall=True, data=clusters)
    for name, row, values in zip(told.index, told.to_dict("records"), medians.to_numpy(), strict=True):
        cells = [text(name), *(MAKERS.get(column, text)(row[column]) for column in columns)]
        table.rows.append(cells + [replace(number(value), style="num screenonly") for value in values])
    return table
