"""Section 3: the clusters."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd

from cytoclust import keys, pl
from cytoclust.pl.medians import split_cluster_table
from cytoclust.pl.style import NO_NAME
from cytoclust.report._blocks import Cell, Figure, Table, embed, events, fraction, number, phenotype, text
from cytoclust.report._gather import Inputs, present
from cytoclust.report._map_section import map_data, map_events
from cytoclust.report._same_name import same_name
from cytoclust.report._unknown_section import SOMETIMES, legend, unknown, why
from cytoclust.words import plural

__all__ = ["clusters"]

PARTED = "parted"
MAKERS: dict[str, Callable[[Any], Cell]] = {
    "differs": partial(text, style="differs"),
    PARTED: phenotype,
    keys.PHENOTYPE: phenotype,
    keys.NEAR: phenotype,
    keys.JUNK_WHY: why,
    keys.N_EVENTS: events,
    keys.N_SAMPLES: events,
    keys.FRACTION: fraction,
    keys.STABILITY: number,
    keys.NOVELTY: number,
}
SHOWN = (  # columns of the table in this order
    keys.POPULATION, "differs", keys.PHENOTYPE, keys.NEAR, keys.N_EVENTS, keys.FRACTION, keys.N_SAMPLES, keys.STABILITY,
    keys.NOVELTY, keys.DOUBLET_OF,
    keys.LEFTOVER, keys.JUNK, keys.JUNK_WHY, keys.CLUSTER_PARENT, PARTED,
)  # fmt: skip


def clusters(inputs: Inputs) -> dict[str, Any]:
    """Heatmap, tree, map of the events, the table, and the clusters without a name."""
    table = inputs.clusters
    return {
        "heatmap": _heatmap(inputs) if len(table) else None,
        "tree": _tree(inputs),
        "map": map_data(inputs),
        "still": _still(inputs),
        "table": _table(inputs) if len(table) else None,
        "unknown": unknown(table),
    }


def _heatmap(inputs: Inputs) -> Figure:
    _, medians = split_cluster_table(inputs.clusters)
    limits = inputs.adata.uns.get(keys.THRESHOLDS)
    limits = limits.set_index("marker")["positive"] if isinstance(limits, pd.DataFrame) else None
    return inputs.drawings.draw(
        pl.heatmap,
        inputs.clusters,
        thresholds=limits,
        alt=f"Heatmap of the medians of {plural(medians.shape[1], 'marker')} in {plural(len(medians), 'cluster')},"
        " ordered by likeness, with the number of events and the population of each cluster. The numbers are in"
        " the table below.",
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
        pl.umap(map_events(adata), column, legend=by_name, show=False),
        alt=f"UMAP of events, coloured by {column}.",
        caption=f"UMAP of events, coloured by {column}. Distances between islands have no meaning.",
    )


def _tree(inputs: Inputs) -> Figure | None:
    tree = inputs.table("cluster_tree")
    if tree.empty or inputs.clusters.empty:
        return None
    return inputs.drawings.draw(
        pl.cluster_tree,
        tree,
        inputs.clusters,
        alt=f"Tree of {plural(len(inputs.clusters), 'cluster')}: which would join first.",
        caption="Which clusters are hardly apart: the farther to the right two branches join, the more cells lie"
        " between them. At 100 % cells stand as densely between the two as in the thinner one, at 1 % hardly any are"
        " there. Branches that join to the right of the dashed line have one cluster parent; those of one name are one"
        " kind of cell, divided finely.",
    )


def _table(inputs: Inputs) -> Table:
    clusters, doublets = inputs.clusters, _doublets(inputs)
    known, medians = split_cluster_table(clusters)
    if doublets:
        known = known.assign(doublet_of=[doublets.get(name, "") for name in known.index])
        clusters = clusters.assign(doublet_of=known[keys.DOUBLET_OF].to_numpy())
    if keys.NEAREST in known and present(known, keys.NEAREST):
        known = known.assign(**{PARTED: [_parted(row) for row in known.to_dict("records")]})
    apart = same_name(inputs)
    if apart:
        known = known.assign(differs=[apart.get(str(name), "") for name in known.index])
    columns = [name for name in SHOWN if name in known and (name not in SOMETIMES or present(known, name))]
    titles = ["Cluster", *(name.replace("n_", "").replace("_", " ").capitalize() for name in columns)]
    caption = "Clusters, with the median of each marker"
    table = Table(
        "clusters", caption, [*titles, *map(str, medians.columns)], tall=True, data=clusters, legend=legend(columns)
    )
    for name, row, values in zip(known.index, known.to_dict("records"), medians.to_numpy(), strict=True):
        cells = [text(name), *(MAKERS.get(column, text)(row[column]) for column in columns)]
        if columns[0] == keys.POPULATION and row[keys.POPULATION] not in NO_NAME and row.get(keys.DOUBLET_OF):
            cells[1] = Cell(f"{cells[1].text} (may be doublets of {row[keys.DOUBLET_OF]})", sort=cells[1].text)
        table.rows.append(cells + [replace(number(value), style="num screenonly") for value in values])
    return table


def _parted(row: Mapping[Any, Any]) -> str:
    """What parts a cluster from its nearest: "from 7 by CD4, 2.1 SD higher, valley 12 %"."""
    if pd.isna(row[keys.NEAREST]):
        return ""
    size = float(row[keys.PARTED_SIZE])
    how = f"{abs(size):.1f} SD {'higher' if size > 0 else 'lower'}"
    valley = f"valley {100 * float(row[keys.PARTED_DEPTH]):.0f} %"
    return f"from {int(row[keys.NEAREST])} by {row[keys.PARTED_BY]}, {how}, {valley}"


def _doublets(inputs: Inputs) -> dict[str, str]:
    """Of clusters that may be doublets: which two clusters' cells may be stuck together."""
    tree = inputs.table("cluster_tree")
    if not {keys.CLUSTER, keys.DOUBLET_OF} <= set(tree):
        return {}
    pairs = tree[keys.DOUBLET_OF].fillna("").astype(str)
    return {name: pair for name, pair in zip(tree[keys.CLUSTER].astype(str), pairs, strict=True) if pair}
