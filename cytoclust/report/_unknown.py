"""Clusters that have no name."""

from typing import Any

import pandas as pd

from cytoclust import keys
from cytoclust.report._blocks import Table, events, fraction, number, phenotype, text

__all__ = ["is_unknown", "unknown"]


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
        keys.CLUSTER: ("Cluster", text), "phenotype": ("Phenotype", phenotype), "n_events": ("Events", events),
        "fraction": ("Fraction", fraction), "n_samples": ("Samples", events), "novelty": ("Novelty", number),
        "near": ("Near to a rule", text), "leftover": ("Most of its like set aside as", text),
    }  # fmt: skip
    columns = [column for column in makers if column in rows]
    caption = "Clusters without a name, largest first"
    table = Table("unknown", caption, [makers[column][0] for column in columns], tall=len(rows) > 20, data=rows)
    table.rows.extend([makers[column][1](row[column]) for column in columns] for row in rows.to_dict("records"))
    return table
