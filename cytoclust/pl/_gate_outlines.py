"""Gates as they lie over two columns of ``X``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, TypeAlias

import anndata as ad
import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.io.gates import Axis, Gate
from cytoclust.pl._axis import signal_scale
from cytoclust.pl._columns import column_name
from cytoclust.pl._density_image import Spans
from cytoclust.pl._weights import Weights, n_events
from cytoclust.pl.style import INK, safe_text
from cytoclust.words import percent

__all__ = ["Gates", "Outline", "draw_gates", "outlines"]

Gates: TypeAlias = Gate | Sequence[Gate] | Mapping[str, ArrayLike]
STEPS: Final = 64  # points of an edge, which is no straight line on another scale


@dataclass(frozen=True)
class Outline:
    """A gate's name and its corners (k, 2) in the coordinates of the figure."""

    name: str
    corners: NDArray[np.float64]

    def holds(self, xs: np.ndarray, ys: np.ndarray) -> NDArray[np.bool_]:
        """Which events lie in it (n,)."""
        from flowutils.gating import points_in_polygon

        points = np.column_stack([xs, ys]).astype(np.float64)
        return np.asarray(points_in_polygon(self.corners, points), dtype=bool)


def outlines(adata: ad.AnnData, gates: Gates, pair: tuple[str, str], spans: Spans) -> list[Outline]:
    """Outlines over the columns ``pair`` within ``spans``.

    Corners of a mapping are signals of the file after compensation, (k, 2) with k of 3 or more, and its edges are
    straight in the figure. A :class:`~cytoclust.io.gates.Gate` keeps the scale that it was drawn on. A range has no
    end where it has none.

    Raises
    ------
    InputError
        Corners that are none, or a gate on other channels.
    """
    scales = [signal_scale(adata, name) or (lambda signal: signal) for name in pair]
    if isinstance(gates, Mapping):
        return [Outline(str(name), _placed(_corners(str(name), each), scales)) for name, each in gates.items()]
    return [_of_gate(adata, gate, pair, spans, scales) for gate in ([gates] if isinstance(gates, Gate) else gates)]


def _corners(name: str, corners: ArrayLike) -> NDArray[np.float64]:
    try:
        found = np.asarray(corners, dtype=np.float64)
    except (TypeError, ValueError):
        found = np.empty(0)
    if found.ndim != 2 or found.shape[1] != 2 or len(found) < 3 or not np.isfinite(found).all():
        raise InputError(f"The gate {name!r} must have three corners or more, each an x and a y in units of the file.")
    return found


def _placed(signals: NDArray[np.float64], scales: Sequence[Any]) -> NDArray[np.float64]:
    return np.column_stack([scale(signals[:, axis]) for axis, scale in enumerate(scales)])


def _of_gate(adata: ad.AnnData, gate: Gate, pair: tuple[str, str], spans: Spans, scales: Sequence[Any]) -> Outline:
    places = [_place(adata, gate, axis, pair) for axis in gate.axes]
    if gate.vertices is not None:
        ring = np.vstack([gate.vertices, gate.vertices[:1]])
        steps = np.linspace(0, 1, STEPS, endpoint=False)[:, None]
        edges = [a + (b - a) * steps for a, b in pairwise(ring)]
        dense = np.concatenate(edges)
        signals = np.column_stack([axis.signal(dense[:, i]) for i, axis in enumerate(gate.axes)])
        return Outline(gate.name, _placed(signals[:, np.argsort(places)], scales))
    limits = [list(span) for span in spans]
    for axis, place, bounds in zip(gate.axes, places, gate.bounds or (), strict=True):
        for end, bound in enumerate(bounds):
            if np.isfinite(bound):
                limits[place][end] = float(scales[place](axis.signal(np.array([bound])))[0])
            else:
                limits[place][end] += (-1 if end == 0 else 1) * 1e3 * (spans[place][1] - spans[place][0])
    (left, right), (low, high) = limits
    return Outline(gate.name, np.array([(left, low), (right, low), (right, high), (left, high)]))


def _place(adata: ad.AnnData, gate: Gate, axis: Axis, pair: tuple[str, str]) -> int:
    """0 or 1: which of the two columns an axis of a gate is."""
    channels = [str(adata.var[keys.CHANNEL][name]) if keys.CHANNEL in adata.var else name for name in pair]
    for place, (name, channel) in enumerate(zip(pair, channels, strict=True)):
        if axis.channel in (name, channel):
            return place
    try:
        return pair.index(column_name(adata, axis.name))
    except (InputError, ValueError):
        raise InputError(f"The gate {gate.name!r} is on {axis.name!r}. The figure has {' and '.join(pair)}.") from None


def draw_gates(
    ax: Axes, found: Sequence[Outline], xs: np.ndarray, ys: np.ndarray, rows: np.ndarray, weights: Weights
) -> None:
    """Each outline with its name and the share of the events that lies in it."""
    halo = [patheffects.withStroke(linewidth=2.2, foreground="white")]
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    known = rows & np.isfinite(xs) & np.isfinite(ys)
    total = max(n_events(known, weights), 1)
    for outline in found:
        ring = np.vstack([outline.corners, outline.corners[:1]])
        ax.plot(*ring.T, color=INK, linewidth=1.1, zorder=6, path_effects=halo, scalex=False, scaley=False)
        share = n_events(known & outline.holds(xs, ys), weights) / total
        seen = np.clip(outline.corners, (left, low), (right, high))
        x, y = seen[:, 0].mean(), seen[:, 1].max()
        at_top = y > high - 0.08 * (high - low)
        ax.annotate(
            f"{safe_text(outline.name, 24)}  {percent(share)}", (x, y), (0, -9 if at_top else 3),
            textcoords="offset points", ha="center", va="top" if at_top else "bottom", fontsize=7.5, path_effects=halo,
            zorder=7, gid="gate",
        )  # fmt: skip
