"""The distribution of markers in each cluster."""

from collections.abc import Sequence
from typing import Any, Final

import anndata as ad
import numpy as np
import pandas as pd
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.pl._axis import dress_axis
from cytoclust.pl._columns import column, column_names, no_such_label, positive_limits
from cytoclust.pl._density_image import smooth_counts, span
from cytoclust.pl._order import order, scaled
from cytoclust.pl._show import figure
from cytoclust.pl._weights import Weights, note_weights, of_rows, weights_of
from cytoclust.pl.medians import cluster_table, rows_by, split_cluster_table
from cytoclust.pl.style import GREY, INK, categories, colours, safe_text
from cytoclust.words import count

__all__ = ["ridges"]

ROW, LEFT, GAP, ABOVE, BELOW, TOTAL = 0.215, 2.05, 0.1, 0.42, 0.3, 7.6  # inches
RISE = 1.4  # rows that a peak is high
FEWEST = 20  # events; fewer make no curve, and are strokes
CUT: Final[dict[str, Any]] = {"color": INK, "linewidth": 0.7, "linestyle": (0, (3, 2)), "zorder": 5}


@figure
def ridges(
    adata: ad.AnnData,
    markers: str | Sequence[str] | None = None,
    *,
    by: str = keys.CLUSTER,
    names: str | Sequence[str] | None = None,
    weights: bool = True,
    ax: Axes | None = None,
) -> Axes | list[Axes]:
    """Curves of the density of markers, a row for each cluster or population, each scaled to its own peak.

    Rows (and markers, unless given) stand in the order of ``ct.pl.heatmap``, coloured by population. Dashed: thresholds
    of positivity. A stroke is an event where there are fewer than 20.

    Parameters
    ----------
    adata
        Events with ``obs[by]``; ``uns["thresholds"]`` if there is one.
    markers
        Names of ``var``; by default every stained marker.
    by
        Column of ``obs``: ``cluster``, ``population``, or any other that is categorical.
    names
        Rows to draw, in this order; by default all.
    weights
        Count each event for as many as it stands for (``obs["weight"]``, of an event sample), and say so; else as one.
    ax
        Axes for one marker. By default a figure with a column for each marker.

    Raises
    ------
    InputError
        No such column, marker or name, weights that are none, or ``ax`` with several markers.
    """
    named_by = by if by != keys.CLUSTER else keys.POPULATION
    table = cluster_table(adata, key=by, population_key=named_by, weights=weights)
    told, medians = split_cluster_table(table)
    matrix = scaled(medians.to_numpy())
    (_, rows), (_, columns) = order(matrix), order(matrix.T)
    asked = [names] if isinstance(names, str) else names
    shown = [str(name) for name in (told.index[rows] if asked is None else asked)]
    absent = [name for name in shown if name not in told.index]
    if absent:
        raise InputError(no_such_label(np.array(told.index), by, absent[:1]))
    markers = list(medians.columns[columns]) if markers is None else column_names(adata, markers)
    if not markers or (ax is not None and len(markers) != 1):
        raise InputError(
            f"markers must hold {'a name' if ax is None else 'one name with ax'}. Got {markers!r} instead."
        )
    values = [column(adata, name) for name in markers]
    events = rows_by(adata.obs[by], shown)
    panels = _columns(len(markers), len(shown)) if ax is None else [ax]
    shades = _shades(told, adata)
    limits, weighed = positive_limits(adata), weights_of(adata, weights)
    weighing = [of_rows(weighed, r) for r in events]
    for panel, name, of_all in zip(panels, markers, values, strict=True):
        cut = float(limits.get(name, np.nan))
        groups = list(zip([of_all[r] for r in events], weighing, strict=True))
        _draw_rows(panel, groups, _span(of_all, cut), [shades[row] for row in shown])
        if np.isfinite(cut):
            panel.axvline(cut, **CUT)
        panel.set_title(safe_text(name, 18), pad=3)
        dress_axis(panel, "x", adata, name, label=False)
    _name_rows(panels[0], told.loc[shown], by)
    note_weights(panels[-1], weighed)
    return panels if ax is None else ax


def _columns(n_markers: int, n_rows: int) -> list[Axes]:
    step = max(min(TOTAL / n_markers, 2.2), 0.8)
    width, height = LEFT + n_markers * step, n_rows * ROW + ABOVE + BELOW
    whole = Figure(figsize=(width, height))
    size = ((step - GAP) / width, (height - ABOVE - BELOW) / height)
    return [whole.add_axes(((LEFT + i * step) / width, BELOW / height, *size)) for i in range(n_markers)]


def _shades(told: pd.DataFrame, adata: ad.AnnData) -> dict[str, str]:
    population = told.get(keys.POPULATION, pd.Series(told.index, index=told.index)).astype(str)
    known = adata.obs.get(keys.POPULATION, population)
    every = colours(categories(known)) | colours(categories(population[~population.isin(categories(known))]))
    return {str(name): every[of] for name, of in population.items()}


def _span(values: np.ndarray, cut: float) -> tuple[float, float]:
    low, high = span(values, 0.1)
    return (min(low, cut), max(high, cut)) if np.isfinite(cut) else (low, high)


def _draw_rows(
    ax: Axes, groups: list[tuple[np.ndarray, Weights]], limits: tuple[float, float], shades: list[str]
) -> None:
    """Values and weights of each group, the first at the top; a lower row lies before the one above it."""
    outlines, strokes, stroke_shades = [], [], []
    for row, ((values, weights), shade) in enumerate(zip(groups, shades, strict=True)):
        if len(values) < FEWEST:
            strokes += [[(value, row), (value, row - 0.5)] for value in values]
            stroke_shades += [shade] * len(values)
            outlines.append(np.array([(limits[0], row), (limits[1], row)]))
            continue
        middles, curve = smooth_counts(values, limits, weights)
        top = row - RISE * curve / max(curve.max(), np.finfo(float).tiny)
        outlines.append(np.column_stack([[*middles, middles[-1], middles[0]], [*top, row, row]]))
    ax.add_collection(PolyCollection(outlines, facecolors=shades, edgecolors="white", linewidths=0.7, zorder=2))
    ax.add_collection(LineCollection(strokes, colors=stroke_shades, linewidths=0.7, zorder=3))
    ax.hlines(range(len(groups)), *limits, color=GREY, linewidth=0.3, zorder=1)
    ax.set_xlim(*limits)
    ax.set_ylim(len(groups) - 1 + 0.15, -RISE - 0.1)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.tick_params(labelsize=6.5)


def _name_rows(ax: Axes, told: pd.DataFrame, by: str) -> None:
    named = keys.POPULATION in told and by == keys.CLUSTER
    for row, name in enumerate(told.index):
        text = safe_text(name, 12 if named else 26)
        text += f"  {safe_text(told[keys.POPULATION].iloc[row], 20)}" if named else ""
        text += f"  ({count(told[keys.N_EVENTS].iloc[row])})"
        ax.annotate(
            text, (0, row), xycoords=("axes fraction", "data"), xytext=(-4, 0), textcoords="offset points",
            ha="right", va="bottom", fontsize=7, annotation_clip=False,
            path_effects=[patheffects.withStroke(linewidth=2, foreground="white")],
        )  # fmt: skip
