"""One marker against another."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

import anndata as ad
import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.pl._axis import dress_axis
from cytoclust.pl._columns import column, column_names, members, parts, positive_limits
from cytoclust.pl._density_image import MOST_POINTS, draw_density, draw_dots, draw_lines, draw_on_top, grid_counts, span
from cytoclust.pl._gate_outlines import Gates, draw_gates, outlines
from cytoclust.pl._palette import Palette, one_hue
from cytoclust.pl._panels import alone, panels
from cytoclust.pl._quadrant_counts import Quadrants, intact, quadrants_of
from cytoclust.pl._show import figure
from cytoclust.pl._weights import Weights, n_events, note_weights, of_rows, weights_of
from cytoclust.pl.style import BACKGROUND, DENSITY, GREY, INK, PALETTE, safe_text
from cytoclust.words import count

__all__ = ["Kind", "biplot", "draw_cloud", "draw_cuts", "write_shares"]

Kind = Literal["density", "contour", "zebra", "dot"]
SIZE, SEVERAL = 3.4, 2.6  # inches: of one alone, and beside others


@figure
def biplot(
    adata: ad.AnnData,
    x: str,
    y: str,
    *,
    kind: Kind = "density",
    population: str | None = None,
    population_key: str = keys.POPULATION,
    groupby: str | None = None,
    gates: Gates | None = None,
    quadrants: bool = False,
    palette: Palette | None = None,
    ncols: int = 4,
    weights: bool = True,
    ax: Axes | None = None,
) -> Axes | list[Axes]:
    """Events over two columns of ``X``, with thresholds of positivity, gates, and a population on top of it.

    The axes show the middle 99.98 % of each column of the events at hand, and all of a population. Where
    ``uns["transform"]`` tells how, they show units of the file. Up to 1000 events of a population are points; of more,
    lines hold 25, 50, 70 and 90 % of them.

    Parameters
    ----------
    adata
        Events; ``uns["thresholds"]`` if there is one.
    x, y
        Names of ``var``, channels, or other spellings of a marker.
    kind
        ``density``: colour is the number of events in a cell of a grid, on a logarithmic scale. ``contour``: lines that
        hold 10, 20, … 90 and 95 % of the events, what lies outside as dots. ``zebra``: the same, every second band
        grey. ``dot``: every event, or an even part of more than 50,000.
    population, population_key
        Whose events to draw on top (a cluster with ``population_key="cluster"``), and the column of ``obs`` to look in.
    groupby
        A column of ``obs``: a panel for each of its categories, on one scale.
    gates
        Outlines with the share of events in them: gates as ``ct.io.gates`` has them, or a mapping from names to corners
        (k × 2) in units of the file.
    quadrants
        Write the share of events in each quadrant: of the population if one is given, else of all events but those that
        quality control set aside. Of a run's event sample these are the numbers of ``tables/quadrants.csv``, where it
        has them for these markers.
    palette
        As :func:`umap` takes it, of the population.
    ncols
        Panels side by side.
    weights
        Count each event for as many as it stands for (``obs["weight"]``, of an event sample), and say so; else as one.
    ax
        Axes to draw in; by default a figure of their own.

    Raises
    ------
    InputError
        No such column, population, kind or gate, weights that are none, or ``ax`` with several panels.
    """
    if kind not in get_args(Kind):
        raise InputError(f"kind must be {', '.join(map(repr, get_args(Kind)))}. Got {kind!r} instead.")
    x, y = column_names(adata, (x, y))
    own = None if population is None else members(adata, population_key, population)
    groups = [None] if groupby is None else parts(adata, groupby)
    alone(ax, len(groups), "groupby")
    limits = positive_limits(adata)
    cuts = (float(limits.get(x, np.nan)), float(limits.get(y, np.nan)))
    xs, ys = column(adata, x), column(adata, y)
    spans = (_span(xs, own, cuts[0]), _span(ys, own, cuts[1]))
    shade = one_hue(str(population), PALETTE[1], palette=palette, adata=adata, key=population_key)
    cloud = Cloud(adata, (x, y), xs, ys, spans, cuts, weights_of(adata, weights), kind)
    found = [] if gates is None else outlines(adata, gates, (x, y), spans)
    side = SIZE if len(groups) == 1 else SEVERAL
    drawn = [ax] if ax is not None else panels(len(groups), (side, side), margins=(0.65, 0.15, 0.55, 0.35), ncols=ncols)
    for panel, group in zip(drawn, groups, strict=True):
        rows = np.ones(len(xs), dtype=bool) if group is None else members(adata, str(groupby), group)
        draw_cloud(panel, cloud, rows, own, shade)
        _entitle(panel, cloud, group, population, rows if own is None else rows & own)
        chosen = rows if own is None else rows & own
        named = population if population_key == keys.POPULATION else None
        four = quadrants_of(adata, (x, y), xs, ys, rows if named else chosen, cuts, cloud.weights, population=named)
        own_cuts = four.cuts if four.counted and np.isfinite(four.cuts).all() else cuts
        draw_cuts(panel, own_cuts)
        dress_axis(panel, "x", adata, x)
        dress_axis(panel, "y", adata, y)
        if quadrants and np.isfinite(cuts).all():
            write_shares(panel, four, told=group is None or population is None)  # the title tells it else
        draw_gates(panel, found, xs, ys, intact(adata, chosen), cloud.weights)
        note_weights(panel, cloud.weights)
    return drawn if groupby is not None and ax is None else drawn[0]


@dataclass(frozen=True)
class Cloud:
    """Events over two columns, and how they are drawn."""

    adata: ad.AnnData
    pair: tuple[str, str]
    xs: np.ndarray
    ys: np.ndarray
    spans: tuple[tuple[float, float], tuple[float, float]]
    cuts: tuple[float, float]
    weights: Weights
    kind: Kind


def draw_cloud(ax: Axes, cloud: Cloud, rows: np.ndarray, own: np.ndarray | None, shade: str) -> None:
    """Some events, and on top of them those of a population that are among them."""
    xs, ys, weighed = (cloud.xs, cloud.ys, cloud.weights) if rows.all() else (
        cloud.xs[rows], cloud.ys[rows], of_rows(cloud.weights, rows)
    )  # fmt: skip
    if cloud.kind == "density":
        counts = grid_counts(xs, ys, cloud.spans, _bins(len(xs)), weighed)
        draw_density(ax, counts, cloud.spans, DENSITY if own is None else BACKGROUND)
    elif cloud.kind == "dot":
        draw_dots(ax, xs, ys)
    else:
        draw_lines(ax, xs, ys, cloud.spans, filled=cloud.kind == "zebra", weights=weighed)
    if own is not None and (both := rows & own).any():
        draw_on_top(ax, cloud.xs[both], cloud.ys[both], cloud.spans, colour=shade, weights=of_rows(cloud.weights, both))
    ax.set_xlim(*cloud.spans[0])
    ax.set_ylim(*cloud.spans[1])


def _entitle(ax: Axes, cloud: Cloud, group: str | None, population: str | None, chosen: np.ndarray) -> None:
    texts = [each for each in (group, population) if each is not None]
    if texts:
        number = f"  ({count(round(n_events(chosen, cloud.weights)))})" if population is not None else ""
        ax.set_title(safe_text(": ".join(texts), 34) + number)


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


def draw_cuts(ax: Axes, cuts: tuple[float, float]) -> None:
    """Dashed lines where markers turn positive."""
    line: dict[str, Any] = {"color": INK, "linewidth": 0.8, "linestyle": (0, (4, 3)), "zorder": 2}
    if np.isfinite(cuts[0]):
        ax.axvline(cuts[0], **line)
    if np.isfinite(cuts[1]):
        ax.axhline(cuts[1], **line)


def write_shares(ax: Axes, four: Quadrants, *, told: bool = True) -> None:
    """The share of each quadrant in its corner, and of how many events where ``told``."""
    halo = [patheffects.withStroke(linewidth=2, foreground="white")]
    for place in (0, 2, 1, 3):  # up, then to the right
        at_right, at_top, share = bool(place % 2), place >= 2, four.shares[place]
        ax.text(
            0.98 if at_right else 0.02, 0.98 if at_top else 0.02, f"{100 * share:.3g}\u00a0%", fontsize=7.5,
            transform=ax.transAxes, ha="right" if at_right else "left", va="top" if at_top else "bottom",
            path_effects=halo, zorder=5, gid="quadrant",
        )  # fmt: skip
    if told:
        what = f"% of {count(round(four.total))} events"
        ax.text(1, 1.01, what, transform=ax.transAxes, ha="right", va="bottom", fontsize=6.5, color=GREY)
