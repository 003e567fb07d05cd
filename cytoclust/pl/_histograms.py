"""The distribution of each marker."""

import math
from collections.abc import Sequence
from typing import Any, Final

import anndata as ad
import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.pl._axis import dress_axis
from cytoclust.pl._columns import column, column_names, members, positive_limits
from cytoclust.pl._density_image import smooth_counts, span
from cytoclust.pl._show import figure
from cytoclust.pl._weights import WEIGHTED, Weights, n_events, note_weights, of_rows, weights_of
from cytoclust.pl.medians import stained
from cytoclust.pl.style import GREY, INK, PALETTE, new_axes, safe_text
from cytoclust.words import count

__all__ = ["histograms"]

WIDTH, HEIGHT, COLUMNS, HEAD = 1.55, 1.05, 6, 0.3  # inches, inches, panels a row, inches
ALL, OTHERS, OWN = (PALETTE[0], "#9cc3dc"), (GREY, "#dfe3e6"), ("#a84a00", "#f0a36b")  # line and filling
CUT: Final[dict[str, Any]] = {"color": INK, "linewidth": 0.8, "linestyle": (0, (3, 2))}


@figure
def histograms(
    adata: ad.AnnData,
    *,
    markers: str | Sequence[str] | None = None,
    population: str | None = None,
    population_key: str = keys.POPULATION,
    weights: bool = True,
    ax: Axes | None = None,
) -> Axes | list[Axes]:
    """Histogram of each marker, with its threshold if there is one; of a population, against the other events.

    A population and the other events are each scaled to their own peak; the numbers are the shares of either above the
    threshold. Axes are marked in the units of the file where ``uns["transform"]`` tells them.

    Parameters
    ----------
    adata
        Events; ``uns["thresholds"]`` if there is one.
    markers
        Names of ``var``; by default every stained marker.
    population, population_key
        Whose events to compare with all others (a cluster with ``population_key="cluster"``), and the column of ``obs``
        to look in.
    weights
        Count each event for as many as it stands for (``obs["weight"]``, of an event sample), and say so; else as one.
    ax
        Axes for one marker. By default a figure with a panel for each marker.

    Raises
    ------
    InputError
        No such marker or population, weights that are none, or ``ax`` with several markers.
    """
    markers = stained(adata) if markers is None else column_names(adata, markers)
    if not markers or (ax is not None and len(markers) != 1):
        raise InputError(
            f"markers must hold {'a name' if ax is None else 'one name with ax'}. Got {markers!r} instead."
        )
    columns = [column(adata, name) for name in markers]
    limits = positive_limits(adata)
    rows = None if population is None else members(adata, population_key, population)
    weighed = weights_of(adata, weights)
    head = 0.0 if rows is None else HEAD
    panels = [ax] if ax is not None else _panels(len(markers), head)
    for panel, name, values in zip(panels, markers, columns, strict=True):
        _panel(panel, values, rows, float(limits.get(name, np.nan)), weighed)
        dress_axis(panel, "x", adata, name, label=False)
        panel.set_title(safe_text(name, 18))
    if ax is not None or rows is None:
        note_weights(panels[min(len(panels), COLUMNS) - 1], weighed)
    if ax is not None:
        return ax
    if rows is not None:
        cut = any(name in limits for name in markers)
        _legend(panels[0].figure.canvas.figure, str(population), rows, weighed, cut=cut)
    return panels


def _panels(number: int, head: float) -> list[Axes]:
    if number == 1:
        return [new_axes(2.6, 1.5, margins=(0.1, 0.1, 0.26, 0.26 + head))]
    n_columns = min(COLUMNS, number)
    n_rows = math.ceil(number / n_columns)
    width, height = n_columns * WIDTH, n_rows * HEIGHT + head
    whole = Figure(figsize=(width, height))
    boxes = [
        (at * WIDTH + 0.08, height - head - (row + 1) * HEIGHT + 0.26, WIDTH - 0.16, HEIGHT - 0.5)
        for row, at in (divmod(i, n_columns) for i in range(number))
    ]
    return [whole.add_axes((x / width, y / height, w / width, h / height)) for x, y, w, h in boxes]


def _panel(ax: Axes, values: np.ndarray, rows: np.ndarray | None, cut: float, weights: Weights) -> None:
    low, high = span(values, 0.1)
    if rows is not None:
        own = span(values[rows], 0.5)
        low, high = min(low, own[0]), max(high, own[1])
    if np.isfinite(cut):
        low, high = min(low, cut), max(high, cut)
    parts = [(np.ones(len(values), dtype=bool), ALL)] if rows is None else [(~rows, OTHERS), (rows, OWN)]
    for part, (line, filling) in parts:
        middles, curve = smooth_counts(values[part], (low, high), of_rows(weights, part))
        curve = curve / max(curve.max(), np.finfo(float).tiny)
        ax.fill_between(middles, curve, color=filling, linewidth=0, alpha=0.75)
        ax.plot(middles, curve, color=line, linewidth=0.9)
    if np.isfinite(cut):
        ax.axvline(cut, **CUT)
    if np.isfinite(cut) and rows is not None:
        every = np.ones(len(values)) if weights is None else weights
        _write_shares(ax, [(_share(values[part], cut, every[part]), line) for part, (line, _) in parts])
    ax.set_ylim(0, 1.05 if rows is None else 1.32)
    ax.set_xlim(low, high)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.tick_params(labelsize=6.5)


def _share(values: np.ndarray, cut: float, weights: np.ndarray) -> float:
    known = np.isfinite(values)
    total = weights[known].sum()
    return float(weights[known & (values >= cut)].sum() / total) if total else math.nan


def _write_shares(ax: Axes, shares: list[tuple[float, str]]) -> None:
    """Top right: that of the population, then that of the others."""
    halo = [patheffects.withStroke(linewidth=2, foreground="white")]
    for (share, shade), x in zip(reversed(shares), (0.74, 1.0), strict=True):
        ax.text(
            x, 0.99, _per_cent(share), transform=ax.transAxes, ha="right", va="top", fontsize=6.5, color=shade,
            path_effects=halo,
        )  # fmt: skip


def _per_cent(share: float) -> str:
    """Whole per cent; neither none nor all where that is not so."""
    if math.isnan(share):
        return "–"
    text = "<1" if 0 < share < 0.005 else ">99" if 0.995 <= share < 1 else f"{100 * share:.0f}"
    return f"{text}\u00a0%"


def _legend(whole: Figure, population: str, rows: np.ndarray, weights: Weights, *, cut: bool) -> None:
    entries = [(population, rows, OWN), ("other events", ~rows, OTHERS)]
    handles: list[Any] = [
        Patch(
            facecolor=filling,
            edgecolor=line,
            linewidth=0.8,
            label=f"{safe_text(name)}  ({count(round(n_events(of, weights)))})",
        )
        for name, of, (line, filling) in entries
    ]
    handles += [Line2D([], [], label="threshold, and the share above it", **CUT)] if cut else []
    handles += [] if weights is None else [Patch(alpha=0, label=WEIGHTED)]
    whole.legend(handles=handles, loc="upper left", bbox_to_anchor=(0, 1), ncols=4, handlelength=1.4, columnspacing=1.4)
