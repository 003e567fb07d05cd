"""Everything the report tells, from what it was given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import anndata as ad
import pandas as pd
from pydantic import ValidationError

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.findings import Finding, from_cell
from cytoclust.params import D
from cytoclust.pl.medians import cluster_table, stained
from cytoclust.record import Record, RulePopulation
from cytoclust.report._count import count_populations
from cytoclust.report._drawings import Drawings
from cytoclust.slots import read_tables

__all__ = ["Inputs", "findings_in", "gather", "present"]


@dataclass(frozen=True)
class Inputs:
    """Tables (empty where nothing is known), the run, the event sample, the samples, and what had to be assumed.

    ``adata`` holds cells: the events that quality control set aside are left out. ``contrasts`` are those of counts.
    """

    adata: ad.AnnData
    clusters: pd.DataFrame
    populations: pd.DataFrame
    contrasts: pd.DataFrame
    discoveries: pd.DataFrame
    sheet: pd.DataFrame
    others: Mapping[str, pd.DataFrame]
    run: Record
    notes: list[str]
    drawings: Drawings = field(default_factory=Drawings)

    def table(self, name: str) -> pd.DataFrame:
        """Another of the run's tables, empty where it was not given."""
        return self.others.get(name, pd.DataFrame())

    @property
    def densities(self) -> Mapping[str, Any]:
        """All events of each sample over two markers, on a grid; empty where it was not counted."""
        found = self.adata.uns.get(keys.DENSITIES, {})
        return found if isinstance(found, Mapping) else {}

    @property
    def rules(self) -> list[RulePopulation]:
        """The populations of the rules that the panel can name."""
        return self.run.rules.populations if self.run.rules else []

    @property
    def clustered(self) -> list[str]:
        """Markers that were clustered on, as far as the events at hand have them; where none is recorded, all."""
        used = [column.name for column in self.run.panel if column.role == "clustering"]
        return [name for name in used or stained(self.adata) if name in self.adata.var_names]

    @property
    def cluster_sizes(self) -> dict[str, float]:
        """Events of each cluster in all samples, by the table of clusters."""
        table = self.clusters
        if not {keys.CLUSTER, keys.N_EVENTS} <= set(table):
            return {}
        return dict(zip(table[keys.CLUSTER].astype(str), table[keys.N_EVENTS].astype(float), strict=True))

    @property
    def weighted(self) -> bool:
        """Whether the cells at hand are chosen ones that stand for others, as in an event sample."""
        return keys.WEIGHT in self.adata.obs and bool((self.adata.obs[keys.WEIGHT] != 1).any())

    def named(self, population: str) -> list[str]:
        """The population and all under it, by the table's parents."""
        found = [population]
        if keys.PARENT in self.populations:
            above = dict(
                zip(
                    self.populations[keys.POPULATION].astype(str),
                    self.populations[keys.PARENT].astype(str),
                    strict=True,
                )
            )
            for name in found:
                found += [child for child, parent in above.items() if parent == name and child not in found]
        return found

    def parameter(self, section: str, name: str) -> Any:
        """A parameter of the run, else its default."""
        return self.run.parameters.get(section, {}).get(name, getattr(getattr(D, section), name))


def present(table: pd.DataFrame, column: str) -> bool:
    """Whether the column is there and holds anything."""
    return column in table and bool((table[column].notna() & (table[column].astype(str) != "")).any())


def findings_in(row: Mapping[Any, Any], column: str) -> list[Finding]:
    """The findings of a cell; none where the column or its content is absent.

    Raises
    ------
    InputError
        The cell is not as cytoclust writes it.
    """
    cell = row.get(column)
    if cell is None or pd.isna(cell):
        return []
    try:
        return from_cell(str(cell))
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"The column {column!r} must hold codes as cytoclust writes them. Got {cell!r}.") from error


def gather(
    adata: ad.AnnData, tables: Mapping[str, pd.DataFrame] | None, run: Mapping[str, Any] | Record | None
) -> Inputs:
    """Tables and run as given; what is not given is taken, or made, from ``adata``."""
    notes: list[str] = []
    cells = _cells(adata)
    given = read_tables(adata) if tables is None else tables
    tables = {str(name): _with_names(table) for name, table in given.items()}
    clusters = tables.get("clusters")
    if clusters is None:
        clusters = _clusters_of(cells) if keys.CLUSTER in cells.obs else pd.DataFrame()
    populations = tables.get("populations")
    if populations is None:
        populations = count_populations(cells, notes)
    contrasts, discoveries = (tables.get(name, pd.DataFrame()) for name in ("contrasts", "discoveries"))
    if {keys.POPULATION, keys.PARENT} <= set(populations):
        populations = _in_tree_order(populations)
    known = next(table for table in (tables.get("samples"), populations, adata.obs) if table is not None and len(table))
    sheet = known.drop_duplicates(keys.SAMPLE) if keys.SAMPLE in known else pd.DataFrame()
    return Inputs(
        cells, clusters, populations, _of_events(contrasts), discoveries, sheet, tables, _record(adata, run), notes
    )


def _of_events(contrasts: pd.DataFrame) -> pd.DataFrame:
    """Without those of what was measured on the bench, which have a section of their own."""
    if keys.DENOMINATOR not in contrasts:
        return contrasts
    return contrasts[contrasts[keys.DENOMINATOR] != keys.DENOMINATORS[2]].drop(columns=keys.ASSAY, errors="ignore")


def _cells(adata: ad.AnnData) -> ad.AnnData:
    """Without the events that quality control set aside."""
    if keys.QC_COLUMN not in adata.obs:
        return adata
    passed = (adata.obs[keys.QC_COLUMN].astype(str) == keys.QC[keys.QC_OK]).to_numpy()
    return adata if passed.all() else adata[passed].copy()


NAMES = (keys.SAMPLE, *keys.SHEET_COLUMNS, keys.POPULATION, keys.CLUSTER, keys.CLUSTER_PARENT, keys.JOINS)


def _with_names(table: pd.DataFrame) -> pd.DataFrame:
    """Names as text: a CSV reader takes clusters for numbers, and for broken ones where some are missing."""

    def spelled(value: Any) -> str | None:
        if pd.isna(value):
            return None
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)

    return table.assign(**{name: table[name].astype(object).map(spelled) for name in NAMES if name in table})


def _record(adata: ad.AnnData, run: Mapping[str, Any] | Record | None) -> Record:
    if run is None:
        return Record.from_adata(adata)
    try:
        return run if isinstance(run, Record) else Record.model_validate(dict(run))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise InputError(
            f"run must be a Record, or the content of run.json. {where or 'It'}: {first['msg']}. Got"
            f" {first['input']!r:.60} instead."
        ) from None


def _clusters_of(adata: ad.AnnData) -> pd.DataFrame:
    table = cluster_table(adata)
    slot = adata.uns.get(keys.POPULATION)
    described = slot.get("table") if isinstance(slot, Mapping) else None
    if isinstance(described, pd.DataFrame) and keys.PHENOTYPE in described:
        phenotype = dict(zip(described.index.astype(str), described[keys.PHENOTYPE].astype(str), strict=True))
        table.insert(1, keys.PHENOTYPE, table[keys.CLUSTER].map(phenotype))
    return table


def _in_tree_order(populations: pd.DataFrame) -> pd.DataFrame:
    """Each population after its parent, in the table's order otherwise; those without a name last."""
    parent = dict(zip(populations[keys.POPULATION].astype(str), populations[keys.PARENT].astype(str), strict=True))
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
