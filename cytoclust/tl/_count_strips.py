"""All events of each sample over the gates of quality control, and what they hold back, on grids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.io import Panel
from cytoclust.pp import Axis, GateView, Preparation, back_views, gate_views, pooled_rows
from cytoclust.registry import CHECKS
from cytoclust.tl._one_pass import Block, Mapped

__all__ = ["STRIP_BINS", "StripCounting", "plan_strips"]

STRIP_BINS: Final = 64
"""Cells of the grid a side. Chosen: two pixels of a small picture each; bears on no number."""
SOME: Final = 20_000
"""Events of a sample that the axes are chosen by. Bears on no result: events beyond are drawn at the edge."""
TAIL: Final = 0.2
"""Per cent of these on either side that may lie beyond an axis. Chosen; bears on no number."""
ROOM: Final = 0.03
"""Of the span of an axis, left free at either end. Chosen; bears on no number."""
TINY: Final = 1e-3
"""Signal that stands for none on a logarithmic axis, which ends above it. Bears on no result."""


@dataclass(frozen=True, eq=False)
class _Piece:
    """A sample, and its views."""

    sample: Preparation
    name: str
    views: list[GateView]


def plan_strips(
    samples: Mapping[str, Preparation],
    *,
    panel: Panel,
    summaries: Mapping[str, Mapping[str, Any]],
    viability: int,
    members: Mapping[str, NDArray[np.bool_]],
    mapped: Mapped = map,
) -> "StripCounting | None":
    """Grids of every sample: a gate of quality control each, then populations over all cells (backgating).

    None where the panel has nothing to draw.

    Parameters
    ----------
    samples
        Events, by sample.
    panel
        The columns.
    summaries
        What the checks of each sample learnt, as far as known.
    viability
        Column of the dye, or -1.
    members
        Populations that are looked for again: whether a cluster is of it (k,).
    mapped
        The verb of an executor.

    Returns
    -------
    A counting that gathers ``bins``; ``axes`` (a row a view and axis: ``view, axis, label, scale, unit, column, low,
    high``; places are on the scale that is drawn); ``cells`` (arrays ``sample_id, view, layer, bin, n_events``, those
    with an event only; the first three are places in ``sample_id_names`` and so on, ``bin`` is ``x * bins + y``): of a
    gate the layers ``all``, events that no earlier check claimed, and ``aside``, those that this one did; of
    ``scatter`` and ``CD45``, all cells and the populations; ``lines`` (``sample_id, view, line, x, y``).
    """
    backs = back_views(panel)
    pieces = _alike([
        _Piece(sample, name, [*gate_views(panel, summaries.get(name, {}), viability), *backs])
        for name, sample in samples.items()
    ])  # fmt: skip
    if not pieces or not pieces[0].views:
        return None
    ends = np.array(list(mapped(_ends, pieces)))
    low, high = np.nanmin(ends[:, :, :, 0], axis=0), np.nanmax(ends[:, :, :, 1], axis=0)
    spare = np.maximum(ROOM * (high - low), 1e-3)
    limits = np.stack([low - spare, high + spare], axis=2)
    views = tuple(piece.views for piece in pieces)
    lines = _lines(pieces, limits)
    return StripCounting(tuple(samples), views, limits, dict(members), lines)


@dataclass(frozen=True, eq=False)
class StripCounting:
    """Views of every sample, on limits (v, 2, 2) that all share, and the lines on them."""

    samples: tuple[str, ...]
    views: tuple[list[GateView], ...]
    limits: NDArray[np.float64]
    members: Mapping[str, NDArray[np.bool_]]
    lines: pd.DataFrame

    @property
    def columns(self) -> NDArray[np.int64]:
        """None: each view has a scale of its own."""
        return np.empty(0, dtype=np.int64)

    def tally(self, number: int) -> "_Tally":
        """Of a sample."""
        return _Tally(self.samples[number], self.views[number], self.limits, self.members)

    def gather(self, found: Sequence[pd.DataFrame]) -> dict[str, Any]:
        """Of what the tallies found."""
        return {
            "bins": STRIP_BINS, "axes": _axes(self.views[0], self.limits),
            "cells": _packed(pd.concat(found, ignore_index=True)), "lines": self.lines,
        }  # fmt: skip


def _packed(cells: pd.DataFrame) -> dict[str, Any]:
    """The columns as arrays, names as numbers beside their list: a tenth of what a table takes in a file."""
    packed: dict[str, Any] = {
        "bin": cells["bin"].to_numpy(np.uint16),
        keys.N_EVENTS: cells[keys.N_EVENTS].to_numpy(np.uint32),
    }
    for name in (keys.SAMPLE, "view", "layer"):
        codes, known = pd.factorize(cells[name].astype(object))
        packed[name] = codes.astype(np.uint16)
        packed[f"{name}_names"] = np.array(known, dtype=object)
    return packed


def _alike(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Views of all samples on the same scales: the median unit of those that know one."""
    found = []
    shared = [name for name in dict.fromkeys(v.gate for p in pieces for v in p.views)
              if all(name in [v.gate for v in p.views] for p in pieces)]  # fmt: skip
    units: dict[tuple[str, str], list[float]] = {}
    for piece in pieces:
        for view in piece.views:
            for side in ("x", "y"):
                axis: Axis = getattr(view, side)
                if axis.scale == "arcsinh":
                    units.setdefault((view.gate, side), []).append(axis.unit)
    for piece in pieces:
        views = [view for view in piece.views if view.gate in shared]
        for side in ("x", "y"):
            views = [_on_scale(view, side, units.get((view.gate, side), [])) for view in views]
        found.append(replace(piece, views=views))
    return found


def _on_scale(view: GateView, side: str, units: Sequence[float]) -> GateView:
    axis: Axis = getattr(view, side)
    if not units:
        return view
    scaled = replace(axis, scale="arcsinh", unit=float(np.median(units)))
    return replace(view, x=scaled) if side == "x" else replace(view, y=scaled)


def _place(axis: Axis, signal: NDArray[np.float64], sample: Preparation) -> NDArray[np.float64]:
    """Signals on the scale that is drawn."""
    if axis.scale == "log":
        with np.errstate(invalid="ignore"):
            return np.asarray(np.log10(np.where(signal > TINY, signal, TINY)))
    if axis.scale == "arcsinh":
        return np.asarray(np.arcsinh(signal / axis.unit))
    if axis.scale == "panel":
        width, column = axis.columns[0] + 1, np.array(axis.columns[:1], dtype=np.int64)
        events = np.zeros((len(signal), width), dtype=np.float32)
        events[:, axis.columns[0]] = signal
        return sample.transform(events, column)[:, 0].astype(np.float64)
    return signal


@dataclass(frozen=True)
class _Some:
    """Some events of a sample."""

    sample: Preparation
    signals: NDArray[np.float32]
    linear: NDArray[np.float32]
    """What ``sample.transform`` takes: the signals, or what they have become."""
    rows: NDArray[np.int64]

    @classmethod
    def of(
        cls, sample: Preparation, rows: slice | NDArray[np.int64], linear: NDArray[np.float32] | None = None
    ) -> "_Some":  # fmt: skip
        """Some rows, read unless they are at hand."""
        numbers = np.arange(*rows.indices(len(sample.codes))) if isinstance(rows, slice) else rows
        linear = sample.compensated(rows) if linear is None else linear
        return cls(sample, linear if sample.origin is None else sample.origin[rows], linear, numbers)

    def places(self, view: GateView) -> NDArray[np.float64]:
        """On both axes (n, 2); not a number where a signal is none."""
        found = []
        for axis in (view.x, view.y):
            events = self.linear if axis.scale == "panel" else self.signals
            found.append(_place(axis, axis.signal(events, self.rows), self.sample))
        return np.column_stack(found)


def _ends(piece: _Piece) -> NDArray[np.float64]:
    """Lowest and highest place of each view and axis (v, 2, 2) that is to be seen, cuts among them."""
    out = np.full((len(piece.views), 2, 2), np.nan)
    drawn = pooled_rows(len(piece.sample.codes), SOME)
    if not len(drawn):
        return out
    some = _Some.of(piece.sample, drawn)
    for number, view in enumerate(piece.views):
        places = some.places(view)
        for side, axis in enumerate((view.x, view.y)):
            mine = places[np.isfinite(places[:, side]), side]
            if axis.scale == "log":
                mine = mine[mine > np.log10(TINY)]
            if not len(mine):
                continue
            tail = 0.0 if axis.scale == "linear" else TAIL
            out[number, side] = np.percentile(mine, [tail, 100 - tail])
            for line in view.lines:
                own = line[np.isfinite(line).all(axis=1) | np.isfinite(line[:, side]), side]
                if len(own) and len(line) == 2:  # a straight cut is to be seen wherever it is
                    cut = _place(axis, own[:1], piece.sample)
                    if np.isfinite(cut[0]) and view.gate != "debris":
                        out[number, side] = [min(out[number, side, 0], cut[0]), max(out[number, side, 1], cut[0])]
    return out


class _Tally:
    """Cells with events of one sample."""

    def __init__(
        self, name: str, views: Sequence[GateView], limits: NDArray[np.float64],
        members: Mapping[str, NDArray[np.bool_]],
    ):  # fmt: skip
        self._name, self._views, self._limits, self._members = name, views, limits, members
        self._order = [row.name for row in CHECKS.rows()]
        self._grids: dict[tuple[str, str], NDArray[np.int64]] = {}

    def add(self, block: Block) -> None:
        """Count the next events."""
        sample, cells = block.sample, STRIP_BINS * STRIP_BINS
        codes, some = sample.codes[block.rows], _Some.of(sample, block.rows, block.linear)
        for number, view in enumerate(self._views):
            low, high = self._limits[number, :, 0], self._limits[number, :, 1]
            places = np.nan_to_num((some.places(view) - low) / (high - low), nan=0.0)
            bins = np.clip(places * STRIP_BINS, 0, STRIP_BINS - 1).astype(np.int64)
            at = bins[:, 0] * STRIP_BINS + bins[:, 1]
            layers = _layers(view.gate, codes, block.passed, block.labels, self._members, self._order)
            for layer, mine in layers.items():
                own = np.bincount(at[mine], minlength=cells)
                known = self._grids.get((view.gate, layer))
                self._grids[view.gate, layer] = own if known is None else known + own

    def found(self) -> pd.DataFrame:
        """Cells by view and layer."""
        found = [
            pd.DataFrame({keys.SAMPLE: self._name, "view": view, "layer": layer, "bin": filled.astype(np.uint16),
                          keys.N_EVENTS: grid[filled].astype(np.uint32)})
            for (view, layer), grid in self._grids.items() if len(filled := np.flatnonzero(grid))
        ]  # fmt: skip
        columns = [keys.SAMPLE, "view", "layer", "bin", keys.N_EVENTS]
        return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)


def _layers(
    gate: str,
    codes: NDArray[np.uint8],
    passed: NDArray[np.bool_],
    labels: NDArray[np.integer],
    members: Mapping[str, NDArray[np.bool_]],
    order: Sequence[str],
) -> dict[str, NDArray[np.bool_]]:
    """Which events of a block (m,) each layer of a view holds."""
    if gate not in order:
        found = {"all": passed}
        for name, of in members.items():
            found[name] = passed.copy()
            found[name][passed] = of[labels]
        return found
    earlier = [keys.QC.index(name) for name in order[: order.index(gate)] if name in keys.QC]
    return {"all": ~np.isin(codes, earlier), "aside": codes == keys.QC.index(gate)}


def _axes(views: Sequence[GateView], limits: NDArray[np.float64]) -> pd.DataFrame:
    rows = [
        (view.gate, side, axis.label, axis.scale, axis.unit, axis.columns[0] if len(axis.columns) == 1 else -1,
         *limits[number, place].tolist())
        for number, view in enumerate(views) for place, (side, axis) in enumerate((("x", view.x), ("y", view.y)))
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["view", "axis", "label", "scale", "unit", "column", "low", "high"])
    table.index = table.index.astype(str)
    return table


def _lines(pieces: Sequence[_Piece], limits: NDArray[np.float64]) -> pd.DataFrame:
    """Points of the lines as places; ends at infinity are those of the axis."""
    parts = []
    for piece in pieces:
        for number, view in enumerate(piece.views):
            for which, line in enumerate(view.lines):
                points = {keys.SAMPLE: piece.name, "view": view.gate, "line": which}
                for side, axis in enumerate((view.x, view.y)):
                    known = np.where(np.isfinite(line[:, side]), line[:, side], 1.0)
                    places = _place(axis, known, piece.sample)
                    ends = np.where(line[:, side] > 0, *limits[number, side, ::-1])
                    points["xy"[side]] = np.where(np.isfinite(line[:, side]), places, ends)
                parts.append(pd.DataFrame(points))
    table = (
        pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[keys.SAMPLE, "view", "line", "x", "y"])
    )
    table.index = table.index.astype(str)
    return table
