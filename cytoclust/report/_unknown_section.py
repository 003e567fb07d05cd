"""Clusters that have no name."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from cytoclust import keys
from cytoclust.findings import from_cell
from cytoclust.report._blocks import Cell, Table, events, fraction, number, phenotype, text
from cytoclust.report._gather import present

__all__ = ["SOMETIMES", "is_unknown", "legend", "unknown", "why"]


SOMETIMES = (
    keys.NEAR,
    keys.STABILITY,
    keys.NOVELTY,
    keys.DOUBLET_OF,
    keys.LEFTOVER,
    keys.JUNK,
    keys.JUNK_WHY,
)  # not shown where no cluster has it
MEANINGS = {  # of columns of the tables of clusters
    keys.NEAR: "what the cluster would be called but for one thing",
    keys.STABILITY: "how well it comes back when the clustering is repeated (1: always)",
    keys.NOVELTY: "how sure it is that no rule names it (of a cluster with a name: how unsure the name is)",
    keys.DOUBLET_OF: "it looks like cells of these two clusters stuck together",
    "parted": "the cluster it is least apart from, the marker that parts them most, by how many standard deviations,"
    " and how dense it is between them, as a share of what it would be without a valley",
    keys.LEFTOVER: "quality control set aside most of what looks like it, as this",
    keys.JUNK: "two kinds of evidence say that it is no population of cells, but this",
    keys.JUNK_WHY: "the evidence",
    keys.CLUSTER_PARENT: "clusters with one parent are hardly apart: a coarser grain would join them",
}


def legend(columns: Iterable[str]) -> list[tuple[str, str]]:
    """What those of the columns mean that do not explain themselves."""
    return [(name.replace("_", " ").capitalize(), MEANINGS[name]) for name in columns if name in MEANINGS]


def unknown(clusters: pd.DataFrame) -> dict[str, Any]:
    """How many clusters have no name, of how many that is for good reason, and the table of them."""
    nameless = is_unknown(clusters)
    return {
        "n": int(nameless.sum()),
        "n_leftover": int(_is_told(clusters)[nameless].sum()),
        "table": _table(clusters),
    }


def is_unknown(clusters: pd.DataFrame) -> pd.Series:
    """Whether a cluster has no name."""
    if keys.POPULATION not in clusters:
        return pd.Series(True, index=clusters.index)
    names = clusters[keys.POPULATION].fillna(keys.UNKNOWN).astype(str)
    return names.isin([keys.UNKNOWN, keys.UNASSIGNED, ""])


def _is_told(clusters: pd.DataFrame) -> pd.Series:
    """Whether a cluster is known to be what quality control left, or junk."""
    columns = [name for name in (keys.LEFTOVER, keys.JUNK) if name in clusters]
    return (clusters[columns].fillna("") != "").any(axis=1)


def why(value: Any) -> Cell:
    """The evidence of a cell of findings, in words."""
    return phenotype("; ".join(each.label for each in from_cell(str(value))) if isinstance(value, str) else "")


def _table(clusters: pd.DataFrame) -> Table | None:
    rows = clusters[is_unknown(clusters)].reset_index(drop=True)
    if rows.empty or keys.CLUSTER not in clusters:
        return None
    rows = rows.sort_values(keys.N_EVENTS, ascending=False, kind="stable")
    if keys.NOVELTY in rows:  # of a leftover it is that of the rule whose name was withheld
        rows = rows.assign(novelty=rows[keys.NOVELTY].where(~_is_told(rows)))
    makers = {
        keys.CLUSTER: ("Cluster", text), keys.PHENOTYPE: ("Phenotype", phenotype), keys.NEAR: ("Near", phenotype),
        keys.N_EVENTS: ("Events", events), keys.FRACTION: ("Fraction", fraction), keys.N_SAMPLES: ("Samples", events),
        keys.NOVELTY: ("Novelty", number), keys.LEFTOVER: ("Leftover", text),
        keys.JUNK: ("Junk", text), keys.JUNK_WHY: ("Junk why", why),
    }  # fmt: skip
    columns = [name for name in makers if name in rows and (name not in SOMETIMES or present(rows, name))]
    caption, titles = "Clusters without a name, largest first", [makers[column][0] for column in columns]
    table = Table("unknown", caption, titles, tall=len(rows) > 20, data=rows, legend=legend(columns))
    table.rows.extend([makers[column][1](row[column]) for column in columns] for row in rows.to_dict("records"))
    return table
