"""All events of each sample over two markers: counted in four quadrants and on a grid."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys, params
from cytoclust.pp import Preparation
from cytoclust.rules import RuleSet
from cytoclust.stats import primary_populations
from cytoclust.tl._choose_biplots import Biplot, choose_biplots

__all__ = ["BINS", "Mapped", "axis_limits", "belongs", "count_biplots", "draw_biplots"]

BINS: Final = 96
"""Cells of the grid a side. Chosen: a dot of a rare population is as large as one is drawn; bears on no number."""
BLOCK: Final = 2**18
"""Events worked on at a time. Bears on memory, on no result."""
TAIL: Final = 0.05
"""Per cent of a sample's events on either side that may lie beyond the axes, where they are drawn at the edge. Chosen;
bears on no number."""
OWN: Final = 0.5
"""The same of the events of a population that is drawn. Chosen; bears on no number."""
ROOM: Final = 0.04
"""Of the span of an axis, left free at either end. Chosen; bears on no number."""

Mapped = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]


@dataclass(frozen=True, eq=False)
class _Piece:
    """A sample, with the cluster of each of its events that passed quality control (n,)."""

    sample: Preparation
    name: str
    batch: str
    labels: NDArray[np.integer]


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

    def blocks(self, piece: _Piece) -> Iterable[tuple[NDArray[np.float32], NDArray[np.integer]]]:
        """Events (m, q) of a sample that passed, on the transformed scale, and their clusters (m,)."""
        passed = piece.sample.passed
        for first in range(0, len(passed), BLOCK):
            rows = passed[first : first + BLOCK]
            events = piece.sample.transform(piece.sample.compensated(rows), self.columns)
            yield events, piece.labels[first : first + BLOCK]

    def at(self, name: str) -> int:
        """Place of a marker among the columns."""
        return self.markers.index(name)

    def cut(self, marker: str, batch: str) -> float:
        """The cut that holds in a batch."""
        return self.cuts.get((marker, batch), self.cuts[marker, ""])


def draw_biplots(
    samples: Mapping[str, Preparation],
    labels: NDArray[np.integer],
    *,
    rules: RuleSet | None,
    config: params.Config,
    markers: Sequence[str],
    names: pd.Series,
    batches: Sequence[str],
    cuts: pd.DataFrame,
    cuts_by_batch: pd.DataFrame,
    mapped: Mapped = map,
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Choose the biplots by the rules, and count them, as :func:`count_biplots` does."""
    cut = {str(name) for name, value in zip(cuts[keys.MARKER], cuts["positive"], strict=True) if np.isfinite(value)}
    stained = [name for name in markers if name in set(cuts[keys.MARKER].astype(str))]
    primary = primary_populations(config.contrasts, rules, stained)
    return count_biplots(
        samples, labels, biplots=choose_biplots(rules, stained, cut, primary=primary), markers=markers, names=names,
        parents=rules.parents if rules else {}, batches=batches, cuts=cuts, cuts_by_batch=cuts_by_batch, mapped=mapped,
    )  # fmt: skip


def count_biplots(
    samples: Mapping[str, Preparation],
    labels: NDArray[np.integer],
    *,
    biplots: Sequence[Biplot],
    markers: Sequence[str],
    names: pd.Series,
    parents: Mapping[str, str],
    batches: Sequence[str],
    cuts: pd.DataFrame,
    cuts_by_batch: pd.DataFrame,
    mapped: Mapped = map,
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Quadrants and densities of every sample.

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
    names
        Population of each cluster.
    parents
        Parent of each population: events of a population are those of its descendants too.
    batches
        Of each sample; "" where none is known.
    cuts, cuts_by_batch
        Where each marker turns positive: ``marker, batch, positive``.
    mapped
        The verb of an executor.

    Returns
    -------
    The table ``quadrants``; and ``uns["densities"]``: ``bins``, ``axes`` (index marker: ``low, high``) and ``cells``
    (``sample_id, x, y, population, bin, n_events``, those with an event only; ``bin`` is ``x * bins + y``). Events
    beyond an axis are in the cells at its end, so that every event is drawn.
    """
    drawn = list(dict.fromkeys(name for each in biplots for name in (each.x, each.y)))
    sizes = [sample.n_passed for sample in samples.values()]
    called = names.astype(str).to_numpy()
    wanted = dict.fromkeys(name for each in biplots for name in each.populations)
    plan = _Plan(
        {name: np.array([belongs(each, name, parents) for each in called], dtype=bool) for name in wanted},
        biplots, drawn, np.array([list(markers).index(name) for name in drawn], dtype=np.int64),
        _cuts(cuts, cuts_by_batch),
    )  # fmt: skip
    if not biplots:
        return _quadrants([]), {}
    parts = np.split(labels, np.cumsum(sizes)[:-1])
    pieces = [
        _Piece(sample, name, batch, part)
        for (name, sample), batch, part in zip(samples.items(), batches, parts, strict=True)
    ]
    axes = _axes(plan, np.array(list(mapped(partial(_ends, plan), pieces))), batches)
    found = list(mapped(partial(_count, plan, axes), pieces))
    cells = pd.concat([part for _, part in found], ignore_index=True)
    for name in (keys.SAMPLE, "x", "y", keys.POPULATION):
        cells[name] = pd.Categorical(cells[name], categories=list(dict.fromkeys(cells[name])))
    cells.index = cells.index.astype(str)
    density = {"bins": BINS, "axes": pd.DataFrame(axes, index=drawn, columns=["low", "high"]), "cells": cells}
    return _quadrants([row for rows, _ in found for row in rows]), density


def belongs(name: str, population: str, parents: Mapping[str, str]) -> bool:
    """Whether cells of that name are of a population: it is theirs, or above theirs."""
    seen = 0
    while name in parents and name != population and seen <= len(parents):
        name, seen = parents[name], seen + 1
    return name == population


def _cuts(cuts: pd.DataFrame, by_batch: pd.DataFrame) -> dict[tuple[str, str], float]:
    rows = [(str(marker), "", float(cut)) for marker, cut in zip(cuts[keys.MARKER], cuts["positive"], strict=True)]
    batches = by_batch[keys.BATCH].fillna("").astype(str)
    rows += [
        (str(marker), batch, float(cut))
        for marker, batch, cut in zip(by_batch[keys.MARKER], batches, by_batch["positive"], strict=True)
        if batch
    ]
    return {(marker, batch): cut for marker, batch, cut in rows}


def _ends(plan: _Plan, piece: _Piece) -> NDArray[np.float64]:
    """Lowest and highest of each marker (2, q) that is to be seen in a sample; NaN where there is no event."""
    blocks = list(plan.blocks(piece))
    if not blocks:
        return np.full((2, len(plan.markers)), np.nan)
    events, labels = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    ends = [np.percentile(events, [TAIL, 100 - TAIL], axis=0)]
    for name, members in plan.members.items():
        own = events[members[labels]]
        places = [plan.at(m) for each in plan.biplots if name in each.populations for m in (each.x, each.y)]
        if len(own):
            part = np.full((2, events.shape[1]), np.nan)
            part[:, places] = np.percentile(own, [OWN, 100 - OWN], axis=0)[:, places]
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


def _count(plan: _Plan, axes: NDArray[np.float64], piece: _Piece) -> tuple[list[tuple[Any, ...]], pd.DataFrame]:
    """Rows of the quadrants, and the cells with events, of one sample."""
    layers = [(each, name) for each in plan.biplots for name in (keys.ROOT, *each.populations)]
    grids = np.zeros((len(layers), BINS * BINS), dtype=np.int64)
    fours = np.zeros((len(layers), 4), dtype=np.int64)
    for events, labels in plan.blocks(piece):
        bins = np.clip((events - axes[:, 0]) / (axes[:, 1] - axes[:, 0]) * BINS, 0, BINS - 1).astype(np.int64)
        for layer, (each, name) in enumerate(layers):
            mine = slice(None) if name == keys.ROOT else plan.members[name][labels]
            x, y = plan.at(each.x), plan.at(each.y)
            grids[layer] += np.bincount(bins[mine, x] * BINS + bins[mine, y], minlength=BINS * BINS)
            right = events[mine, x] >= plan.cut(each.x, piece.batch)
            above = events[mine, y] >= plan.cut(each.y, piece.batch)
            fours[layer] += np.bincount(right + 2 * above, minlength=4)
    sample = piece.name
    cuts = [(plan.cut(each.x, piece.batch), plan.cut(each.y, piece.batch)) for each, _ in layers]
    rows = [
        (sample, each.x, each.y, name, *cut, int(four.sum()), *four.tolist())
        for (each, name), cut, four in zip(layers, cuts, fours, strict=True)
    ]
    at, filled = np.nonzero(grids)
    columns = {"x": [each.x for each, _ in layers], "y": [each.y for each, _ in layers],
               keys.POPULATION: [name for _, name in layers]}  # fmt: skip
    cells = pd.DataFrame({key: np.array(values, dtype=object)[at] for key, values in columns.items()})
    cells.insert(0, keys.SAMPLE, sample)
    cells["bin"], cells[keys.N_EVENTS] = filled.astype(np.uint16), grids[at, filled].astype(np.uint32)
    return rows, cells


def _quadrants(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    columns = [keys.SAMPLE, "x", "y", keys.POPULATION, "x_cut", "y_cut", keys.N_EVENTS, *keys.QUADRANTS]
    return pd.DataFrame(rows, columns=columns)
