"""``gates`` and its tables: gates for a sorter as files, and as pages to draw from."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.gating import Sorter
from cytoclust.params import Export
from cytoclust.pipeline._clear_exports import PAGES
from cytoclust.pipeline._context import Context
from cytoclust.pipeline._labelled import LabelledCohort
from cytoclust.pipeline.export._gate_files import write_gates
from cytoclust.pipeline.export._sort_gates import SortGates, sort_gates
from cytoclust.tables import write_csv

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["export_gates", "joined", "write_sort_gates"]


def export_gates(
    context: Context, *, labelled: LabelledCohort, adata: "AnnData", tables: dict[str, pd.DataFrame]
) -> None:
    """Write gates of the populations that are asked for, their pages, and ``tables/gates.csv`` and ``sort_plan.csv``.

    Both tables are put among ``tables``, from where the report has them. What cannot be made is a note: labels and
    tables are worth more.
    """
    folder = context.output.path("gates")
    try:
        made = write_sort_gates(labelled, folder, adata, tables["populations"], context.config.export)
    except InputError as error:
        context.note(Finding("no sort gates", why=str(error)))
        return
    context.note(*made.notes)
    for name, table in made.tables.items():
        write_csv(name, table, context.output.path("tables") / f"{name}.csv")
        tables[name] = table


def write_sort_gates(
    cohort: LabelledCohort, folder: Path, adata: "AnnData", populations: pd.DataFrame, asked: Export
) -> SortGates:
    """Learn gates, and write each population's Gating-ML, and its page as PDF and PNG.

    Parameters
    ----------
    cohort
        Files with a label for each event.
    folder
        An existing folder.
    adata
        The event sample: what pages show.
    populations
        ``tables/populations.csv``: it knows what stands under what.
    asked
        ``export`` of the parameters.

    Raises
    ------
    InputError
        A population that the run does not have, or that has too few events.
    """
    parents = parents_in(populations)
    sorter = Sorter(asked.event_rate, asked.drop_rate, asked.mask, asked.recovery)
    made = sort_gates(cohort, asked.gates, parents=parents, sorter=sorter, min_yield=asked.min_yield)
    files = write_gates(folder, cohort, made.gates)
    draw_pages(folder, adata, made.tables["gates"], files, parents)
    return made


def draw_pages(
    folder: Path, adata: "AnnData", gates: pd.DataFrame, files: Mapping[str, str], parents: Iterable[tuple[str, str]]
) -> None:
    """A page for each population, named as its Gating-ML."""
    from cytoclust import pl  # which brings matplotlib

    for population, file in files.items():
        names = [population, *under(population, parents)]
        for ending in PAGES:
            pl.sort_gates(adata, gates, names, save=folder / f"{Path(file).stem}{ending}", show=False)


def parents_in(populations: pd.DataFrame) -> list[tuple[str, str]]:
    """Each population of the table with the one above it."""
    if not {keys.POPULATION, keys.PARENT} <= set(populations):
        return []
    pairs = populations[[keys.POPULATION, keys.PARENT]].astype(str).drop_duplicates()
    return list(pairs.itertuples(index=False, name=None))


def under(population: str, parents: Iterable[tuple[str, str]]) -> list[str]:
    """Populations under another, at any depth."""
    pairs, found = list(parents), [population]
    for each in found:
        found += [child for child, parent in pairs if parent == each and child not in found]
    return found[1:]


def joined(before: Mapping[str, pd.DataFrame], made: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Tables of gates with those of other populations that were there before."""
    return {name: _with_others(before.get(name), table) for name, table in made.items()}


def _with_others(before: pd.DataFrame | None, table: pd.DataFrame) -> pd.DataFrame:
    if before is None or before.empty:
        return table
    others = before[~before[keys.POPULATION].isin(set(table[keys.POPULATION]))]
    parts: Sequence[pd.DataFrame] = [others, table] if len(others) else [table]
    return pd.concat(parts, ignore_index=True)
