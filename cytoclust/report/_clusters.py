"""Section 3: the clusters."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from cytoclust import keys, pl
from cytoclust.pl._medians import CLUSTER_COLUMNS, split_cluster_table, stained
from cytoclust.report._blocks import Figure, Table, embed, events, fraction, number, phenotype, text
from cytoclust.report._gather import Inputs

__all__ = ["clusters"]

MAPPED_EVENTS, MAPS_A_ROW, MAP_SIZE = 20_000, 6, 1.5  # events in a marker's map, panels a row, inches
MAKERS = {
    "phenotype": phenotype,
    "n_events": events,
    "n_samples": events,
    "fraction": fraction,
    "stability": number,
    "novelty": number,
}


def clusters(inputs: Inputs) -> dict[str, Any]:
    """Heatmap, maps of the events, and the table."""
    table = inputs.clusters
    return {
        "heatmap": _heatmap(inputs) if len(table) else None,
        "maps": list(_maps(inputs)) if "X_umap" in inputs.adata.obsm else [],
        "table": _table(table) if len(table) else None,
    }


def _heatmap(inputs: Inputs) -> Figure:
    _, medians = split_cluster_table(inputs.clusters)
    limits = inputs.adata.uns.get(keys.THRESHOLDS)
    limits = limits.set_index("marker")["positive"] if isinstance(limits, pd.DataFrame) else None
    return embed(
        pl.heatmap(inputs.clusters, thresholds=limits),
        alt=f"Heatmap of the medians of {medians.shape[1]} markers in {len(medians)} clusters, ordered by likeness,"
        " with the number of events and the population of each cluster. The numbers are in the table below.",
        caption="Median of each marker in each cluster, scaled from the lowest to the highest cluster of that marker."
        " Like clusters and like markers stand together; bars are events on a logarithmic scale.",
    )


def _maps(inputs: Inputs) -> Any:
    adata = inputs.adata
    shown = f"{adata.n_obs:,} events"
    rare = "Rare ones are drawn on top with larger points. Distances between islands have no meaning."
    if keys.POPULATION in adata.obs and len(inputs.populations):
        yield embed(
            pl.umap(adata, keys.POPULATION),
            alt=f"UMAP of {shown}, coloured by population.",
            caption=f"UMAP of {shown}, coloured by population, with the number of events shown. {rare}",
        )
    if keys.CLUSTER in adata.obs:
        yield embed(
            pl.umap(adata, keys.CLUSTER, legend=False),
            alt=f"UMAP of {shown}, coloured by cluster; numbers are clusters.",
            caption=f"UMAP of {shown}, coloured by cluster: numbers are those of the heatmap. {rare}",
        )
    markers = stained(adata)
    if markers:
        yield embed(
            _marker_maps(inputs, markers),
            alt=f"UMAP of events coloured by each of {len(markers)} markers.",
            caption="The map by marker, dark where it is high; each marker on its own scale.",
        )


def _marker_maps(inputs: Inputs, markers: list[str]) -> list[Axes]:
    every = np.unique(np.linspace(0, inputs.adata.n_obs - 1, MAPPED_EVENTS).astype(int))
    adata = inputs.adata[every] if inputs.adata.n_obs > MAPPED_EVENTS else inputs.adata
    n_columns = min(MAPS_A_ROW, len(markers))
    n_rows = -(-len(markers) // n_columns)
    figure = Drawing(figsize=(n_columns * MAP_SIZE, n_rows * (MAP_SIZE + 0.2)))
    drawn = []
    for i, name in enumerate(markers):
        row, column = divmod(i, n_columns)
        box = (column / n_columns, 1 - (row + 1) / n_rows, 0.92 / n_columns, 0.84 / n_rows)
        ax = pl.umap(adata, name, legend=False, ax=figure.add_axes(box))
        ax.set_xlabel("")
        ax.set_ylabel("")
        drawn.append(ax)
    return drawn


def _table(clusters: pd.DataFrame) -> Table:
    told, medians = split_cluster_table(clusters)
    columns = [name for name in CLUSTER_COLUMNS if name in told]
    titles = ["Cluster", *(name.replace("n_", "").replace("_", " ").capitalize() for name in columns)]
    table = Table("Clusters, with the median of each marker", [*titles, *map(str, medians.columns)], tall=True)
    for name, row, values in zip(told.index, told.to_dict("records"), medians.to_numpy(), strict=True):
        cells = [text(name), *(MAKERS.get(column, text)(row[column]) for column in columns)]
        table.rows.append(cells + [number(value) for value in values])
    return table
