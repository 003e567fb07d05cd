"""Clusters that have no name."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from cytoclust import keys
from cytoclust.report._blocks import Table, events, fraction, number, phenotype, text
from cytoclust.report._gather import present

__all__ = ["SOMETIMES", "is_unknown", "legend", "unknown"]


SOMETIMES = ("near", "stability", "novelty", "doublet_of", "leftover")  # not shown where no cluster has it
MEANINGS = {  # of columns of the tables of clusters
    "near": "what the cluster would be called but for one thing",
    "stability": "how well it comes back when the clustering is repeated (1: always)",
    "novelty": "how sure it is that no rule names it (of a cluster with a name: how unsure the name is)",
    "doublet_of": "it looks like cells of these two clusters stuck together",
    "leftover": "quality control set aside most of what looks like it, as this",
    "cluster_parent": "clusters with one parent are hardly apart: a coarser grain would join them",
}


def legend(columns: Iterable[str]) -> list[tuple[str, str]]:
    """What those of the columns mean that do not explain themselves."""
    return [(name.replace("_", " ").capitalize(), MEANINGS[name]) for name in columns if name in MEANINGS]


def unknown(clusters: pd.DataFrame) -> dict[str, Any]:
    """How many clusters have no name, of how many that is for good reason, and the table of them."""
    nameless = is_unknown(clusters)
    return {
        "n": int(nameless.sum()),
        "n_leftover": int((_leftover(clusters)[nameless] != "").sum()),
        "table": _table(clusters),
    }


def is_unknown(clusters: pd.DataFrame) -> pd.Series:
    """Whether a cluster has no name."""
    if keys.POPULATION not in clusters:
        return pd.Series(True, index=clusters.index)
    names = clusters[keys.POPULATION].fillna(keys.UNKNOWN).astype(str)
    return names.isin([keys.UNKNOWN, keys.UNASSIGNED, ""])


def _leftover(clusters: pd.DataFrame) -> pd.Series:
    """Why most events that look like a cluster were set aside; "" where they were not, or nothing is known."""
    if "leftover" not in clusters:
        return pd.Series("", index=clusters.index)
    return clusters["leftover"].fillna("").astype(str)


def _table(clusters: pd.DataFrame) -> Table | None:
    rows = clusters[is_unknown(clusters)].reset_index(drop=True)
    if rows.empty or keys.CLUSTER not in clusters:
        return None
    rows = rows.sort_values("n_events", ascending=False, kind="stable")
    if "novelty" in rows:  # of a leftover it is that of the rule whose name was withheld
        rows = rows.assign(novelty=rows["novelty"].where(_leftover(rows) == ""))
    makers = {
        keys.CLUSTER: ("Cluster", text), "phenotype": ("Phenotype", phenotype), "near": ("Near", phenotype),
        "n_events": ("Events", events), "fraction": ("Fraction", fraction), "n_samples": ("Samples", events),
        "novelty": ("Novelty", number), "leftover": ("Leftover", text),
    }  # fmt: skip
    columns = [name for name in makers if name in rows and (name not in SOMETIMES or present(rows, name))]
    caption, titles = "Clusters without a name, largest first", [makers[column][0] for column in columns]
    table = Table("unknown", caption, titles, tall=len(rows) > 20, data=rows, legend=legend(columns))
    table.rows.extend([makers[column][1](row[column]) for column in columns] for row in rows.to_dict("records"))
    return table
