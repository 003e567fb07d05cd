"""One marker against another."""

from typing import Any

import anndata as ad
import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes

from cytoclust import keys
from cytoclust.pl._axis import dress_axis
from cytoclust.pl._columns import column, column_names, members, positive_limits
from cytoclust.pl._density_image import MOST_POINTS, draw_density, draw_on_top, grid_counts, span
from cytoclust.pl._show import figure
from cytoclust.pl._weights import Weights, n_events, note_weights, of_rows, weights_of
from cytoclust.pl.style import BACKGROUND, DENSITY, GREY, INK, PALETTE, new_axes, safe_text
from cytoclust.words import count

__all__ = ["biplot"]


@figure
def biplot(
    adata: ad.AnnData,
    x: str,
    y: str,
    *,
    population: str | None = None,
    population_key: str = keys.POPULATION,
    quadrants: bool = False,
    weights: bool = True,
    ax: Axes | None = None,
) -> Axes:
    """Density of events over two columns of ``X``, with thresholds of positivity, and a population on top of it.

    Colour is the number of events in a cell of the grid, on a logarithmic scale; the axes show the middle 99.98 % of
    each column of the events at hand, and all of a population. Where ``uns["transform"]`` tells how, they show units of
    the file. Up to 1000 events of a population are points; of more, lines hold 25, 50, 70 and 90 % of them.

    Parameters
    ----------
    adata
        Events; ``uns["thresholds"]`` if there is one.
    x, y
        Names of ``var``, channels, or other spellings of a marker.
    population, population_key
        Whose events to draw on top (a cluster with ``population_key="cluster"``), and the column of ``obs`` to look in.
    quadrants
        Write the share of events in each quadrant: of the population if one is given, else of all events.
    weights
        Count each event for as many as it stands for (``obs["weight"]``, of an event sample), and say so; else as one.
    ax
        Axes to draw in; by default a figure of their own.

    Raises
    ------
    InputError
        No such column or population, or weights that are none.
    """
    x, y = column_names(adata, (x, y))
    xs, ys = column(adata, x), column(adata, y)
    rows = None if population is None else members(adata, population_key, population)
    limits, weighed = positive_limits(adata), weights_of(adata, weights)
    cuts = (float(limits.get(x, np.nan)), float(limits.get(y, np.nan)))
    ax = new_axes(3.4, 3.4, margins=(0.65, 0.15, 0.55, 0.35)) if ax is None else ax
    spans = (_span(xs, rows, cuts[0]), _span(ys, rows, cuts[1]))
    counts = grid_counts(xs, ys, spans, _bins(len(xs)), weighed)
    draw_density(ax, counts, spans, DENSITY if rows is None else BACKGROUND)
    _draw_thresholds(ax, cuts)
    if rows is not None:
        draw_on_top(ax, xs[rows], ys[rows], spans, colour=PALETTE[1], weights=of_rows(weighed, rows))
        ax.set_title(f"{safe_text(population, 34)}  ({count(round(n_events(rows, weighed)))})")
    ax.set_xlim(*spans[0])
    ax.set_ylim(*spans[1])
    dress_axis(ax, "x", adata, x)
    dress_axis(ax, "y", adata, y)
    if quadrants and np.isfinite(cuts).all():
        chosen = np.ones(len(xs), dtype=bool) if rows is None else rows
        _write_shares(ax, xs, ys, chosen, cuts, weighed)
    note_weights(ax, weighed)
    return ax


def _span(values: np.ndarray, rows: np.ndarray | None, cut: float) -> tuple[float, float]:
    low, high = span(values)
    own = values[rows] if rows is not None else values[:0]
    spare = 0.03 * (high - low)
    own = own[np.isfinite(own)]
    if own.size:
        edges = (own.min(), own.max()) if own.size <= MOST_POINTS else np.percentile(own, [0.1, 99.9])
        low, high = min(low, float(edges[0]) - spare), max(high, float(edges[1]) + spare)
    if np.isfinite(cut):
        low, high = min(low, cut - spare), max(high, cut + spare)
    return low, high


def _bins(number: int) -> int:
    """Cells a side: fewer for few events, so that the density can be seen."""
    return int(np.clip(10 * number**0.25, 64, 256))


def _draw_thresholds(ax: Axes, cuts: tuple[float, float]) -> None:
    line: dict[str, Any] = {"color": INK, "linewidth": 0.8, "linestyle": (0, (4, 3)), "zorder": 2}
    if np.isfinite(cuts[0]):
        ax.axvline(cuts[0], **line)
    if np.isfinite(cuts[1]):
        ax.axhline(cuts[1], **line)


def _write_shares(
    ax: Axes, xs: np.ndarray, ys: np.ndarray, chosen: np.ndarray, cuts: tuple[float, float], weights: Weights
) -> None:
    known = chosen & np.isfinite(xs) & np.isfinite(ys)
    right, up = xs >= cuts[0], ys >= cuts[1]
    total = n_events(known, weights)
    halo = [patheffects.withStroke(linewidth=2, foreground="white")]
    for at_right in (False, True):
        for at_top in (False, True):
            share = n_events(known & (right == at_right) & (up == at_top), weights) / max(total, 1)
            ax.text(
                0.98 if at_right else 0.02, 0.98 if at_top else 0.02, f"{100 * share:.3g}\u00a0%", fontsize=7.5,
                transform=ax.transAxes, ha="right" if at_right else "left", va="top" if at_top else "bottom",
                path_effects=halo, zorder=5,
            )  # fmt: skip
    what = f"% of {count(round(total))} events"
    ax.text(1, 1.01, what, transform=ax.transAxes, ha="right", va="bottom", fontsize=6.5, color=GREY)
