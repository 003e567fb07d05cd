"""Everything the report tells, from what it was given."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.params import D
from cytoclust.pl.medians import cluster_table, stained
from cytoclust.report._count import count_populations

__all__ = ["Inputs", "gather", "present"]


@dataclass(frozen=True)
class Inputs:
    """Tables (empty where nothing is known), the run, the event sample, the samples, and what had to be assumed."""

    adata: ad.AnnData
    clusters: pd.DataFrame
    populations: pd.DataFrame
    contrasts: pd.DataFrame
    discoveries: pd.DataFrame
    sheet: pd.DataFrame
    others: Mapping[str, pd.DataFrame]
    run: dict[str, Any]
    notes: list[str]

    def table(self, name: str) -> pd.DataFrame:
        """Another of the run's tables, empty where it was not given."""
        return self.others.get(name, pd.DataFrame())

    @property
    def rules(self) -> list[dict[str, Any]]:
        """The populations of the rules, as ``run.json`` has them."""
        return list((self.run["rules"] or {}).get("populations", []))

    @property
    def cluster_sizes(self) -> dict[str, float]:
        """Events of each cluster in all samples, by the table of clusters."""
        table = self.clusters
        if not {keys.CLUSTER, "n_events"} <= set(table):
            return {}
        return dict(zip(table[keys.CLUSTER].astype(str), table["n_events"].astype(float), strict=True))

    def weights(self) -> NDArray[np.float64] | None:
        """For how many events of the samples each event at hand stands (n,); None where they are not known, or equal.

        An event sample holds as many events of rare clusters as it can, and of each other cluster the same number.
        """
        if keys.CLUSTER not in self.adata.obs or not self.adata.n_obs:
            return None
        cluster = self.adata.obs[keys.CLUSTER].astype(str)
        weights = (cluster.map(self.cluster_sizes) / cluster.map(cluster.value_counts())).to_numpy(float)
        known = np.isfinite(weights).all() and weights.min() > 0
        return weights if known and np.ptp(weights) > 1e-9 * weights.max() else None

    def named(self, population: str) -> list[str]:
        """The population and all under it, by the table's parents."""
        found = [population]
        if "parent" in self.populations:
            above = dict(
                zip(self.populations[keys.POPULATION].astype(str), self.populations["parent"].astype(str), strict=True)
            )
            for name in found:
                found += [child for child, parent in above.items() if parent == name and child not in found]
        return found

    def parameter(self, section: str, name: str) -> Any:
        """A parameter of the run, else its default."""
        return self.run["parameters"].get(section, {}).get(name, getattr(getattr(D, section), name))


def present(table: pd.DataFrame, column: str) -> bool:
    """Whether the column is there and holds anything."""
    return column in table and bool((table[column].notna() & (table[column].astype(str) != "")).any())


def gather(adata: ad.AnnData, tables: Mapping[str, pd.DataFrame], run: Mapping[str, Any] | None) -> Inputs:
    """Tables and run as given; what is not given is made from ``adata``."""
    notes: list[str] = []
    tables = {name: _with_names(table) for name, table in tables.items()}
    told = dict(run) if run is not None else _run_of(adata)
    for name, empty in EMPTY_RUN.items():
        told.setdefault(name, empty)
    clusters = tables.get("clusters")
    if clusters is None:
        clusters = _clusters_of(adata) if keys.CLUSTER in adata.obs else pd.DataFrame()
    populations = tables.get("populations")
    if populations is None:
        populations = count_populations(adata, notes)
    rest = {name: tables.get(name, pd.DataFrame()) for name in ("contrasts", "discoveries")}
    if {keys.POPULATION, "parent"} <= set(populations):
        populations = _in_tree_order(populations)
    known = next(table for table in (tables.get("samples"), populations, adata.obs) if table is not None and len(table))
    sheet = known.drop_duplicates(keys.SAMPLE) if keys.SAMPLE in known else pd.DataFrame()
    return Inputs(adata, clusters, populations, sheet=sheet, others=tables, run=told, notes=notes, **rest)


NAMES = (keys.SAMPLE, *keys.SHEET_COLUMNS, keys.POPULATION, keys.CLUSTER, "cluster_parent", "joins")


def _with_names(table: pd.DataFrame) -> pd.DataFrame:
    """Names as text: a CSV reader takes clusters for numbers, and for broken ones where some are missing."""

    def spelled(value: Any) -> str | None:
        if pd.isna(value):
            return None
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)

    return table.assign(**{name: table[name].astype(object).map(spelled) for name in NAMES if name in table})


SECTIONS = {keys.POPULATION: "annotate", "umap": "embed"}  # slots of uns that are named after what they hold
EMPTY_RUN: dict[str, Any] = {
    "cytoclust": "", "python": "", "packages": {}, "started": "", "command": "", "seed": None, "parameters": {},
    "rules": None, "inputs": [], "panel": [], "panel_notes": [], "events": [], "quality_notes": {}, "notes": [],
    "controls": [], "seconds": {}, "peak_memory_mb": None,
}  # fmt: skip


def _run_of(adata: ad.AnnData) -> dict[str, Any]:
    """What an AnnData tells of how it was made: events by quality, columns, recorded parameters."""
    recorded = {
        str(name): dict(slot["params"])
        for name, slot in adata.uns.items()
        if isinstance(slot, Mapping) and isinstance(slot.get("params"), Mapping)
    }
    sections = {SECTIONS.get(name, name): values for name, values in recorded.items()}
    defaults = D.model_dump()
    sections = {
        section: _in_order(values, defaults.get(section, {}))
        for section, values in _in_order(sections, defaults).items()
    }
    named = recorded.get(keys.POPULATION, {}).get("rules")
    limits_of_panel = list(adata.uns[keys.POPULATION].get("limits", [])) if named else []
    used = sections.get("cluster", {}).get("markers")
    limits = adata.uns.get(keys.THRESHOLDS)
    limits = limits.set_index("marker")["positive"] if isinstance(limits, pd.DataFrame) else pd.Series(dtype=float)
    clustered = set(used) if used is not None else set(stained(adata))
    panel = [
        {
            "name": name,
            "channel": adata.var[keys.CHANNEL].iloc[i] if keys.CHANNEL in adata.var else name,
            "marker": adata.var[keys.MARKER].iloc[i] if keys.MARKER in adata.var else "",
            "signal_type": adata.var[keys.SIGNAL_TYPE].iloc[i] if keys.SIGNAL_TYPE in adata.var else "",
            "role": "clustering" if name in clustered else "",
            "transform": "",
            "threshold": limits.get(name),
        }
        for i, name in enumerate(map(str, adata.var_names))
    ]
    rules = {"name": str(named), "limits": limits_of_panel} if named else None
    return {"parameters": sections, "panel": panel, "events": _events_of(adata), "rules": rules}


def _in_order(values: Mapping[str, Any], first: Iterable[str]) -> dict[str, Any]:
    """The entries in the order of ``first``, then by name: files do not keep the order of a mapping."""
    known = [name for name in first if name in values]
    return {name: values[name] for name in [*known, *sorted(set(values) - set(known))]}


def _clusters_of(adata: ad.AnnData) -> pd.DataFrame:
    table = cluster_table(adata)
    slot = adata.uns.get(keys.POPULATION)
    told = slot.get("table") if isinstance(slot, Mapping) else None
    if isinstance(told, pd.DataFrame) and "phenotype" in told:
        phenotype = dict(zip(told.index.astype(str), told["phenotype"].astype(str), strict=True))
        table.insert(1, "phenotype", table[keys.CLUSTER].map(phenotype))
    return table


def _events_of(adata: ad.AnnData) -> list[dict[str, Any]]:
    if keys.QC_COLUMN not in adata.obs:
        return []
    sample = adata.obs[keys.SAMPLE].astype(str) if keys.SAMPLE in adata.obs else pd.Series("all", index=adata.obs.index)
    counts = pd.crosstab(sample.to_numpy(), adata.obs[keys.QC_COLUMN].astype(str).to_numpy())
    counts = counts.reindex(columns=list(keys.QC), fill_value=0).reindex(list(dict.fromkeys(sample)))
    return [
        {keys.SAMPLE: name, "total": int(row.sum())} | {category: int(row[category]) for category in keys.QC}
        for name, row in counts.iterrows()
    ]


def _in_tree_order(populations: pd.DataFrame) -> pd.DataFrame:
    """Each population after its parent, in the table's order otherwise; those without a name last."""
    parent = dict(zip(populations[keys.POPULATION].astype(str), populations["parent"].astype(str), strict=True))
    order: list[str] = []

    def visit(name: str) -> None:
        order.append(name)
        for child in parent:
            if parent[child] == name and child not in order:
                visit(child)

    nameless = (keys.UNKNOWN, keys.UNASSIGNED)
    for name in sorted(parent, key=lambda name: name in nameless):  # stable: keeps the table's order
        if parent[name] not in parent and name not in order:
            visit(name)
    place = {name: i for i, name in enumerate([*order, *parent])}
    place = {name: order.index(name) if name in order else len(order) for name in place}
    return populations.iloc[populations[keys.POPULATION].astype(str).map(place).argsort(kind="stable")]
