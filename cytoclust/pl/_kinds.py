"""Kinds of events that are shown beside each other: a population, the others, and what could be mistaken for it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import anndata as ad
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.pl._columns import column, column_names, no_such_label, positive_limits, spelled
from cytoclust.pl._separation import nearest, separation
from cytoclust.pl._weights import Weights, medians, of_rows
from cytoclust.pl.medians import stained
from cytoclust.pl.style import NO_NAME, categories

__all__ = ["Kinds", "sort_events", "used_markers"]

LOOK_ALIKES = 4  # that are found if none are given


@dataclass(frozen=True)
class Kinds:
    """Events of the population and of its look-alikes, and in what they are compared."""

    adata: ad.AnnData  # X: markers only
    title: str
    here: NDArray[np.bool_]
    look_alikes: dict[str, NDArray[np.bool_]]
    weights: Weights = None

    @property
    def values(self) -> NDArray:
        return np.asarray(self.adata.X)

    @cached_property
    def limits(self) -> dict[str, float]:
        """Where each marker turns positive, as far as known."""
        return {str(name): float(limit) for name, limit in positive_limits(self.adata).items()}

    @property
    def markers(self) -> list[str]:
        return [str(name) for name in self.adata.var_names]

    def medians(self, rows: NDArray[np.bool_]) -> NDArray:
        """Of each marker over some events (p,)."""
        return medians(self.values[rows], of_rows(self.weights, rows))

    def separations(self, others: NDArray[np.bool_]) -> NDArray[np.float64]:
        """How far the population is from other events in each marker; 0 where there are none."""
        if not others.any():
            return np.zeros(len(self.markers))
        ranges = np.nanmax(self.values, axis=0) - np.nanmin(self.values, axis=0)
        sets = (self.here, others)
        a, b = (self.values[rows] for rows in sets)
        return separation(a, b, ranges, (of_rows(self.weights, self.here), of_rows(self.weights, others)))

    def two_telling(self, name: str | None = None) -> tuple[str, str]:
        """The two markers that part it best from a look-alike; by default from all of them on average."""
        others = [self.look_alikes[name]] if name is not None else list(self.look_alikes.values()) or [~self.here]
        first, second = np.argsort(-np.mean([self.separations(rows) for rows in others], axis=0), kind="stable")[:2]
        return self.markers[first], self.markers[second]


def used_markers(adata: ad.AnnData, asked: Sequence[str]) -> list[str]:
    """Markers to compare events by, and those asked for: with a threshold if there are any, else every stained one.

    Raises
    ------
    InputError
        No such marker, or fewer than two.
    """
    table = adata.uns.get(keys.THRESHOLDS)
    cut = set(table[keys.MARKER].astype(str)) if isinstance(table, pd.DataFrame) else set()
    used = [name for name in stained(adata) if name in cut] or stained(adata)
    used += [name for name in dict.fromkeys(column_names(adata, asked)) if name not in used]
    if len(used) < 2:
        raise InputError(f"Two markers are needed. var has {used} only.")
    return used


def sort_events(
    adata: ad.AnnData,
    population: str | Sequence[str] | None,
    cluster: str | int | None,
    beside: Sequence[str],
    *,
    used: list[str],
    columns: tuple[str, str],
    weights: Weights = None,
) -> Kinds:
    """Events of a population or cluster, and of its look-alikes: those named, else the nearest by medians.

    ``columns`` are those of ``obs`` with populations and with clusters, ``weights`` those of the events.

    Raises
    ------
    InputError
        No such column, population, cluster or look-alike, or both a population and a cluster.
    """
    here = _rows(adata, population, cluster, columns)
    known = {name: adata.uns[name] for name in (keys.THRESHOLDS, keys.TRANSFORM) if name in adata.uns}
    labels = adata.obs[[name for name in columns if name in adata.obs]]
    values = np.column_stack([column(adata, name) for name in used])
    part = ad.AnnData(values, obs=labels, var=adata.var.loc[used], uns=known)  # without the rest, which may be large
    kinds = Kinds(part, _title(population, cluster), here, {}, weights)
    found = _named(kinds, beside, columns) if beside else _nearest(kinds, columns[population is None])
    return replace(kinds, look_alikes=found)


def _rows(
    adata: ad.AnnData, population: str | Sequence[str] | None, cluster: str | int | None, columns: tuple[str, str]
) -> NDArray[np.bool_]:
    """Which events are shown."""
    if (population is None) == (cluster is None):
        raise InputError(f"Give a population or a cluster. Got population={population!r} and cluster={cluster!r}.")
    label = columns[population is None]
    names = [str(cluster)] if population is None else [population] if isinstance(population, str) else list(population)
    if label not in adata.obs:
        raise InputError(f"obs must have the column {label!r}. It has {list(adata.obs)}.")
    rows = pd.Index(spelled(adata.obs[label])).isin(names)
    if not rows.any():
        raise InputError(no_such_label(adata.obs[label], label, names))
    return rows


def _title(population: str | Sequence[str] | None, cluster: str | int | None) -> str:
    if population is None:
        return f"cluster {cluster}"
    return population if isinstance(population, str) else population[0]


def _named(kinds: Kinds, beside: Sequence[str], columns: tuple[str, str]) -> dict[str, NDArray[np.bool_]]:
    """Events of populations, or else clusters, that are asked for."""
    labels = [spelled(kinds.adata.obs[name]) for name in columns if name in kinds.adata.obs]
    found = {}
    for name in map(str, beside):
        among = [rows for rows in (of == name for of in labels) if rows.any()]
        if not among:
            raise InputError(f"beside: neither a population nor a cluster is called {name!r}.")
        found[name] = among[0] & ~kinds.here
        if not found[name].any():
            raise InputError(f"beside: {name!r} is what it would stand beside.")
    return found


def _nearest(kinds: Kinds, label: str) -> dict[str, NDArray[np.bool_]]:
    """Events of the nearest named populations, or of the nearest clusters."""
    labels = kinds.adata.obs[label]
    of = spelled(labels)
    rows = {name: (of == name) & ~kinds.here for name in categories(labels) if name not in NO_NAME}
    candidates = {name: kinds.medians(each)[None] for name, each in rows.items() if each.any()}
    return {name: rows[name] for name in nearest(kinds.medians(kinds.here)[None], candidates, LOOK_ALIKES)}
