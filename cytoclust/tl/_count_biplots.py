"""All events of each sample over two markers: counted in four quadrants and on a grid."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys, params
from cytoclust.pp import Preparation, pooled_rows
from cytoclust.rules import RuleSet
from cytoclust.stats import primary_populations
from cytoclust.tl._choose_biplots import Biplot, choose_biplots
from cytoclust.tl._one_pass import Block, Mapped

__all__ = [
    "BINS",
    "BiplotCounting",
    "axis_limits",
    "members_of",
    "no_biplots",
    "plan_biplots",
    "wanted_biplots",
]

BINS: Final = 96
"""Cells of the grid a side. Chosen: a dot of a rare population is as large as one is drawn; bears on no number."""
SOME: Final = 50_000
"""Events of a sample, and of a population in it, that the axes are chosen by. Bears on no result: those beyond are in
the cells at the edge."""
TAIL: Final = 0.05
"""Per cent of a sample's events on either side that may lie beyond the axes, where they are drawn at the edge. Chosen;
bears on no number."""
OWN: Final = 0.5
"""The same of the events of a population that is drawn. Chosen; bears on no number."""
ROOM: Final = 0.04
"""Of the span of an axis, left free at either end. Chosen; bears on no number."""


@dataclass(frozen=True, eq=False)
class _Plan:
    """What is counted in each sample."""

    members: Mapping[str, NDArray[np.bool_]]
    """Of each population: whether a cluster is of it (k,)."""
    biplots: Sequence[Biplot]
    markers: Sequence[str]
    """Those of the biplots."""
    columns: NDArray[np.int64]
    """Their columns of the panel."""
    cuts: Mapping[tuple[str, str], float]
    """By marker and batch."""

    def at(self, name: str) -> int:
        """Place of a marker among the columns."""
        return self.markers.index(name)

    def cut(self, marker: str, batch: str) -> float:
        """The cut that holds in a batch."""
        return self.cuts.get((marker, batch), self.cuts[marker, ""])


def wanted_biplots(
    rules: RuleSet | None, config: params.Config, markers: Sequence[str], cuts: pd.DataFrame
) -> list[Biplot]:  # fmt: skip
    """Those of the rules, of markers of the panel that have a cut."""
    cut = {str(name) for name, value in zip(cuts[keys.MARKER], cuts["positive"], strict=True) if np.isfinite(value)}
    stained = [name for name in markers if name in set(cuts[keys.MARKER].astype(str))]
    primary = primary_populations(config.contrasts, rules, stained)
    return choose_biplots(rules, stained, cut, primary=primary)


def members_of(
    rules: RuleSet | None, names: pd.Series, populations: Iterable[str]
) -> dict[str, NDArray[np.bool_]]:  # fmt: skip
    """Of each population, whether a cluster (k,) is of it or of one below it."""
    known = rules.parents if rules else {}
    above = [set(rules.lineage(each)) if rules and each in known else set() for each in names.astype(str)]
    return {name: np.array([name in each for each in above], dtype=bool) for name in populations}


def plan_biplots(
    samples: Mapping[str, Preparation],
    labels: NDArray[np.integer],
    *,
    biplots: Sequence[Biplot],
    markers: Sequence[str],
    members: Mapping[str, NDArray[np.bool_]],
    batches: Sequence[str],
    cuts: pd.DataFrame,
    cuts_by_batch: pd.DataFrame,
    mapped: Mapped = map,
) -> "BiplotCounting | None":
    """Quadrants and densities of every sample, for one pass over the events; None where nothing is drawn.

    Parameters
    ----------
    samples
        Events, by sample.
    labels
        Cluster of each event that passed quality control, as a place in ``names``, sample after sample (n,).
    biplots
        What is drawn.
    markers
        Of the panel.
    members
        Of each population of the biplots: whether a cluster is of it (k,).
    batches
        Of each sample; "" where none is known.
    cuts, cuts_by_batch
        Where each marker turns positive: ``marker, batch, positive``.
    mapped
        The verb of an executor.

    Returns
    -------
    A counting that gathers the table ``quadrants``; and ``uns["densities"]``: ``bins``, ``axes`` (index marker:
    ``low, high``) and ``cells`` (``sample_id, x, y, population, bin, n_events``, those with an event only; ``bin`` is
    ``x * bins + y``). Events beyond an axis are in the cells at its end, so that every event is drawn.
    """
    if not biplots:
        return None
    drawn = list(dict.fromkeys(name for each in biplots for name in (each.x, each.y)))
    columns = np.array([list(markers).index(name) for name in drawn], dtype=np.int64)
    plan = _Plan(members, biplots, drawn, columns, _cuts(cuts, cuts_by_batch))
    parts = np.split(labels, np.cumsum([sample.n_passed for sample in samples.values()])[:-1])
    pieces = list(zip(samples.values(), parts, strict=True))
    axes = _axes(plan, np.array(list(mapped(partial(_ends, plan), pieces))), batches)
    return BiplotCounting(plan, axes, tuple(samples), tuple(batches))


def no_biplots() -> tuple[pd.DataFrame, dict[str, Any]]:
    """What is given where nothing is drawn."""
    return _quadrants([]), {}


def _cuts(cuts: pd.DataFrame, by_batch: pd.DataFrame) -> dict[tuple[str, str], float]:
    rows = [(str(marker), "", float(cut)) for marker, cut in zip(cuts[keys.MARKER], cuts["positive"], strict=True)]
    batches = by_batch[keys.BATCH].fillna("").astype(str)
    rows += [
        (str(marker), batch, float(cut))
        for marker, batch, cut in zip(by_batch[keys.MARKER], batches, by_batch["positive"], strict=True)
        if batch
    ]
    return {(marker, batch): cut for marker, batch, cut in rows}


def _ends(plan: _Plan, piece: tuple[Preparation, NDArray[np.integer]]) -> NDArray[np.float64]:
    """Lowest and highest of each marker (2, q) that is to be seen in a sample; NaN where there is no event."""
    sample, labels = piece
    passed = sample.passed
    if not len(passed):
        return np.full((2, len(plan.markers)), np.nan)

    def some(which: NDArray[np.int64]) -> NDArray[np.float32]:
        rows = passed[which[pooled_rows(len(which), SOME)]]
        return sample.transform(sample.compensated(rows), plan.columns)

    ends = [np.percentile(some(np.arange(len(passed))), [TAIL, 100 - TAIL], axis=0)]
    for name, members in plan.members.items():
        own = np.flatnonzero(members[labels])
        places = [plan.at(m) for each in plan.biplots if name in each.populations for m in (each.x, each.y)]
        if len(own):
            part = np.full((2, len(plan.markers)), np.nan)
            part[:, places] = np.percentile(some(own), [OWN, 100 - OWN], axis=0)[:, places]
            ends.append(part)
    low, high = np.nanmin([each[0] for each in ends], axis=0), np.nanmax([each[1] for each in ends], axis=0)
    return np.stack([low, high])


def _axes(plan: _Plan, ends: NDArray[np.float64], batches: Sequence[str]) -> NDArray[np.float64]:
    """Limits of each marker (q, 2): one scale for all samples, with every cut on it."""
    limits = []
    for place, name in enumerate(plan.markers):
        cuts = [plan.cut(name, batch) for batch in batches]
        limits.append(axis_limits(np.append(ends[:, :, place].ravel(), cuts), ROOM))
    return np.array(limits, dtype=np.float64)


def axis_limits(places: NDArray[np.float64], room: float) -> tuple[float, float]:
    """Ends of an axis on which all of these places are, with room of its span; of no place 0 and 1."""
    known = places[np.isfinite(places)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    spare = max(room * (high - low), 1e-3)
    return low - spare, high + spare


@dataclass(frozen=True, eq=False)
class BiplotCounting:
    """Quadrants and cells of every sample, on axes (q, 2) that all share."""

    plan: _Plan
    axes: NDArray[np.float64]
    samples: tuple[str, ...]
    batches: tuple[str, ...]

    @property
    def columns(self) -> NDArray[np.int64]:
        """Of the markers that are drawn."""
        return self.plan.columns

    def tally(self, number: int) -> "_Tally":
        """Of a sample."""
        return _Tally(self.plan, self.axes, self.samples[number], self.batches[number])

    def gather(
        self, found: Sequence[tuple[list[tuple[Any, ...]], pd.DataFrame]]
    ) -> tuple[pd.DataFrame, dict[str, Any]]:
        """The table and the densities, of what the tallies found."""
        cells = pd.concat([part for _, part in found], ignore_index=True)
        for name in (keys.SAMPLE, "x", "y", keys.POPULATION):
            cells[name] = pd.Categorical(cells[name], categories=list(dict.fromkeys(cells[name])))
        cells.index = cells.index.astype(str)
        axes = pd.DataFrame(self.axes, index=list(self.plan.markers), columns=["low", "high"])
        density = {"bins": BINS, "axes": axes, "cells": cells}
        return _quadrants([row for rows, _ in found for row in rows]), density


class _Tally:
    """Of one sample."""

    def __init__(self, plan: _Plan, axes: NDArray[np.float64], sample: str, batch: str):
        self._plan, self._axes, self._sample, self._batch = plan, axes, sample, batch
        self._layers = [(each, name) for each in plan.biplots for name in (keys.ROOT, *each.populations)]
        self._grids = np.zeros((len(self._layers), BINS * BINS), dtype=np.int64)
        self._fours = np.zeros((len(self._layers), 4), dtype=np.int64)

    def add(self, block: Block) -> None:
        """Count the next events."""
        plan, events, low, high = self._plan, block.of(self._plan.columns), self._axes[:, 0], self._axes[:, 1]
        bins = np.clip((events - low) / (high - low) * BINS, 0, BINS - 1).astype(np.int64)
        for layer, (each, name) in enumerate(self._layers):
            mine = slice(None) if name == keys.ROOT else plan.members[name][block.labels]
            x, y = plan.at(each.x), plan.at(each.y)
            self._grids[layer] += np.bincount(bins[mine, x] * BINS + bins[mine, y], minlength=BINS * BINS)
            right = events[mine, x] >= plan.cut(each.x, self._batch)
            above = events[mine, y] >= plan.cut(each.y, self._batch)
            self._fours[layer] += np.bincount(right + 2 * above, minlength=4)

    def found(self) -> tuple[list[tuple[Any, ...]], pd.DataFrame]:
        """Rows of the quadrants, and the cells with events."""
        layers, plan = self._layers, self._plan
        cuts = [(plan.cut(each.x, self._batch), plan.cut(each.y, self._batch)) for each, _ in layers]
        rows = [
            (self._sample, each.x, each.y, name, *cut, int(four.sum()), *four.tolist())
            for (each, name), cut, four in zip(layers, cuts, self._fours, strict=True)
        ]
        at, filled = np.nonzero(self._grids)
        columns = {"x": [each.x for each, _ in layers], "y": [each.y for each, _ in layers],
                   keys.POPULATION: [name for _, name in layers]}  # fmt: skip
        cells = pd.DataFrame({key: np.array(values, dtype=object)[at] for key, values in columns.items()})
        cells.insert(0, keys.SAMPLE, self._sample)
        cells["bin"], cells[keys.N_EVENTS] = filled.astype(np.uint16), self._grids[at, filled].astype(np.uint32)
        return rows, cells


def _quadrants(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    columns = [keys.SAMPLE, "x", "y", keys.POPULATION, "x_cut", "y_cut", keys.N_EVENTS, *keys.QUADRANTS]
    return pd.DataFrame(rows, columns=columns)
