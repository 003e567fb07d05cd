"""Events in the four quadrants of two cuts: those of the run's table, of all events, where it has them."""

from dataclasses import dataclass
from typing import Final

import anndata as ad
import numpy as np
import pandas as pd

from cytoclust import keys
from cytoclust.pl._weights import Weights, n_events
from cytoclust.slots import read_tables

__all__ = ["Quadrants", "intact", "quadrants_of"]

WHOLE: Final = 0.02
"""Part of a sample's events by which the weights of those at hand may miss them, and still be the whole sample. Chosen:
weights add up by cluster over the cohort, and by sample nearly; decides only which of two sources is drawn."""


@dataclass(frozen=True)
class Quadrants:
    """Events of each quadrant, in the order of ``keys.QUADRANTS``; ``counted`` if all events were counted."""

    events: tuple[float, float, float, float]
    cuts: tuple[float, float]
    counted: bool

    @property
    def total(self) -> float:
        return sum(self.events)

    @property
    def shares(self) -> tuple[float, ...]:
        """Fraction of each."""
        return tuple(each / max(self.total, 1) for each in self.events)


def quadrants_of(
    adata: ad.AnnData,
    pair: tuple[str, str],
    xs: np.ndarray,
    ys: np.ndarray,
    rows: np.ndarray,
    cuts: tuple[float, float],
    weights: Weights,
    *,
    population: str | None = None,
) -> Quadrants:
    """Quadrants of some events, those that quality control set aside left out.

    Parameters
    ----------
    adata, pair
        Events, and the names of the two columns.
    xs, ys, rows
        The columns (n,), and which events are meant (n,), bool.
    cuts
        Where each turns positive; those of the table go before, where one sample has one of its own.
    weights
        Of the events (n,).
    population
        Whose events alone, of ``obs["population"]``.
    """
    rows = intact(adata, rows)
    if (known := _counted(adata, pair, rows, weights, population)) is not None:
        return known
    if population is not None:
        rows = rows & (adata.obs[keys.POPULATION].astype(str) == population).to_numpy()
    known_rows = rows & np.isfinite(xs) & np.isfinite(ys)
    code = (xs >= cuts[0]) + 2 * (ys >= cuts[1])
    four = [n_events(known_rows & (code == number), weights) for number in range(4)]
    return Quadrants((four[0], four[1], four[2], four[3]), cuts, counted=False)


def intact(adata: ad.AnnData, rows: np.ndarray) -> np.ndarray:
    """Those of some events (n,), bool, that quality control did not set aside: what tables count."""
    if keys.QC_COLUMN not in adata.obs:
        return rows
    return rows & (adata.obs[keys.QC_COLUMN].astype(str) == keys.QC[keys.QC_OK]).to_numpy()


def _counted(
    adata: ad.AnnData, pair: tuple[str, str], rows: np.ndarray, weights: Weights, population: str | None
) -> Quadrants | None:
    """From ``uns["tables"]["quadrants"]``: None where it lacks them, or where the rows are not whole samples."""
    table = read_tables(adata).get("quadrants")
    if table is None or keys.SAMPLE not in adata.obs or not len(table):
        return None
    samples = adata.obs[keys.SAMPLE].astype(str).to_numpy()
    asked = set(samples[rows])
    ordered = list(keys.QUADRANTS)
    mine = table[table[keys.SAMPLE].astype(str).isin(asked)]
    found = mine[(mine["x"] == pair[0]) & (mine["y"] == pair[1])]
    across = False
    if found.empty:
        found = mine[(mine["x"] == pair[1]) & (mine["y"] == pair[0])]
        ordered[1], ordered[2] = ordered[2], ordered[1]
        across = True
    name = found[keys.POPULATION].astype(str)
    whole, own = found[name == keys.ROOT], found[name == (population or keys.ROOT)]
    if set(whole[keys.SAMPLE].astype(str)) != asked or len(own) != len(whole):
        return None
    total = float(whole[keys.N_EVENTS].sum())
    if abs(n_events(rows, weights) - total) > WHOLE * total:
        return None
    four = [float(own[column].sum()) for column in ordered]
    return Quadrants((four[0], four[1], four[2], four[3]), _cuts(own, across=across), counted=True)


def _cuts(rows: pd.DataFrame, *, across: bool) -> tuple[float, float]:
    """The cut on each axis, NaN where samples differ."""
    both = [rows[name].astype(float).unique() for name in (("y_cut", "x_cut") if across else ("x_cut", "y_cut"))]
    x, y = (float(each[0]) if len(each) == 1 else float("nan") for each in both)
    return x, y
