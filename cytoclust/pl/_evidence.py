"""What shows that a population is what it is called."""

import math
from collections.abc import Sequence
from typing import Final

import anndata as ad
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.pl._axis import dress_axis
from cytoclust.pl._columns import column, column_names
from cytoclust.pl._density_image import MOST_POINTS, draw_density, draw_on_top, grid_counts, smooth_counts, span
from cytoclust.pl._histograms import CUT, OTHERS, OWN
from cytoclust.pl._kinds import Kinds, sort_events, used_markers
from cytoclust.pl._show import figure
from cytoclust.pl._weights import WEIGHTED, n_events, of_rows, weights_of
from cytoclust.pl.style import BACKGROUND, PALETTE, safe_text
from cytoclust.words import count

__all__ = ["evidence"]

LOOK_ALIKE: Final = PALETTE[0]
MOST_MARKERS, A_ROW, BESIDE = 12, 6, 4  # markers; panels a row; look-alikes at the right of the large biplot
WIDTH, HEAD, HISTOGRAM = 9.9, 0.36, 0.98  # inches
MAIN, SMALL, STEP = 2.95, 1.18, 1.6  # inches: side of the large biplot and of the small ones, and their distance
FEW_BESIDE = {0: (3.6, 1.5, 2.5), 1: (3.6, 1.5, 2.5), 2: (3.6, 1.5, 2.65), 3: (3.2, 1.3, 1.98)}  # by look-alikes: as
# before, larger where there is room; the small ones are then wider than high
BINS = 128  # of a biplot
FEW = 30  # fewer events than that make no histogram


@figure
def evidence(
    adata: ad.AnnData,
    population: str | Sequence[str] | None = None,
    *,
    cluster: str | int | None = None,
    beside: Sequence[str] = (),
    axes: tuple[str, str] | None = None,
    markers: str | Sequence[str] | None = None,
    population_key: str = keys.POPULATION,
    cluster_key: str = keys.CLUSTER,
    weights: bool = True,
    ax: Axes | None = None,
) -> list[Axes]:
    """A population against all other events, and beside what could be mistaken for it.

    Above, the histogram of each marker, of the population and of all other events, each scaled to its own peak: what
    the population is highest above the other events in stands first. Below, the density of all events over its two
    most telling markers with the population on it; then, a column each, its look-alikes: in the same axes, and in the
    two markers that part it and the population best.

    Limits of axes are those of the events at hand.

    Parameters
    ----------
    adata
        Events on the transformed scale; thresholds of positivity in ``uns["thresholds"]`` if there are any.
    population
        Name in ``obs[population_key]``; or several that are shown as one under the first one's name, such as a
        population and those under it.
    cluster
        Instead, a cluster of ``obs[cluster_key]``.
    beside
        Look-alikes, populations or else clusters; by default the four nearest by medians, of named populations (of
        clusters where a cluster is shown).
    axes
        The two telling markers; by default those in which it is farthest from its look-alikes: the mean, over these, of
        the distance of medians in units of spread (from all other events where there are no look-alikes).
    markers
        Markers of the histograms; by default those with a threshold if there are any, else every stained one. Of more
        than 12, those by which it differs most from the others or from its look-alikes.
    population_key, cluster_key
        Columns of ``obs``.
    weights
        Count each event for as many as it stands for (``obs["weight"]``, of an event sample), and say so; else as one.
    ax
        Axes whose place all panels share; by default a figure of their own.

    Returns
    -------
    Axes of the histograms, of the large biplot, then two for each look-alike.

    Raises
    ------
    InputError
        No such population, cluster, look-alike or marker, both a population and a cluster, fewer than two markers, or
        weights that are none.
    """
    columns = (population_key, cluster_key)
    markers = None if markers is None else column_names(adata, markers)
    pair = column_names(adata, axes or ())
    used = used_markers(adata, [*pair, *(markers or ())])
    if axes is not None and len(set(pair)) != 2:
        raise InputError(f"axes must hold two different markers. Got {pair} instead.")
    kinds = sort_events(
        adata, population, cluster, beside, used=used, columns=columns, weights=weights_of(adata, weights)
    )
    telling = (pair[0], pair[1]) if pair else kinds.two_telling()
    shown = _shown(kinds, telling, markers)
    boxes, size = _layout(len(shown), len(kinds.look_alikes))
    place = Figure(figsize=size).add_axes if ax is None else ax.inset_axes
    drawn = [place(box) for box in boxes]
    for panel, name in zip(drawn, shown, strict=False):
        _histogram(panel, kinds, name)
    _legend(drawn[0], kinds, n_left_out=len(used) - len(shown) if markers is None else 0)
    rest = iter(drawn[len(shown) :])
    _main(next(rest), kinds, telling)
    for name, above, below in zip(kinds.look_alikes, rest, rest, strict=True):
        _same_axes(above, kinds, telling, name)
        _draw_separation(below, kinds, name)
    if ax is not None:
        ax.axis("off")
    return drawn


def _shown(kinds: Kinds, telling: tuple[str, str], markers: Sequence[str] | None) -> list[str]:
    """Markers of the histograms, those first in which the population lies highest above the other events."""
    names = list(markers) if markers is not None else kinds.markers
    at = [kinds.markers.index(name) for name in names]
    if markers is None and len(names) > MOST_MARKERS:
        apart = np.max([kinds.separations(~kinds.here), *map(kinds.separations, kinds.look_alikes.values())], axis=0)
        apart[[kinds.markers.index(name) for name in telling]] = np.inf
        at = sorted(np.argsort(-apart, kind="stable")[:MOST_MARKERS].tolist())
    here = kinds.here
    above = (kinds.medians(here) - (kinds.medians(~here) if (~here).any() else 0.0))[at]
    return [kinds.markers[at[i]] for i in np.argsort(-above, kind="stable")]


def _layout(n_markers: int, n_look_alikes: int) -> tuple[list[tuple[float, float, float, float]], tuple[float, float]]:
    """Boxes of all panels as fractions of the whole, and its width and height in inches."""
    n_rows = math.ceil(n_markers / A_ROW)
    a_row = math.ceil(n_markers / max(n_rows, 1))
    further = math.ceil(max(n_look_alikes - BESIDE, 0) / A_ROW)
    main, small, wide = FEW_BESIDE.get(n_look_alikes, (MAIN, SMALL, STEP))
    width = WIDTH if n_look_alikes > 1 else WIDTH * (0.74 if n_markers > 4 or n_look_alikes else 0.6)
    top = HEAD + n_rows * HISTOGRAM + 0.45
    height = top + main + 0.5 + further * 2 * (SMALL + 0.5)
    boxes = []
    for i in range(n_markers):
        row, column = divmod(i, a_row)
        step = (width - 0.1) / a_row
        boxes.append((0.1 + column * step, HEAD + (row + 1) * HISTOGRAM - 0.28, step - 0.2, HISTOGRAM - 0.5))
    boxes.append((0.5, top + main, main, main))
    for i in range(n_look_alikes):
        x, y = 0.5 + main + 0.42 + i * wide, top + small
        if i >= BESIDE:
            row, column = divmod(i - BESIDE, A_ROW)
            x, y = 0.5 + column * STEP, top + MAIN + 0.95 + row * 2 * (SMALL + 0.5) + SMALL
        boxes += [(x, y, wide - STEP + SMALL, small), (x, y + main - small, wide - STEP + SMALL, small)]
    return [(x / width, 1 - y / height, w / width, h / height) for x, y, w, h in boxes], (width, height)


def _histogram(ax: Axes, kinds: Kinds, name: str) -> None:
    values = column(kinds.adata, name)
    limits = _span(kinds, name)
    for rows, (line, filling) in ((~kinds.here, OTHERS), (kinds.here, OWN)):
        if rows.sum() < FEW:
            ax.vlines(values[rows], 0, 0.45, color=line, linewidth=0.9)
            continue
        # every second: half the file
        middles, curve = (each[::2] for each in smooth_counts(values[rows], limits, of_rows(kinds.weights, rows)))
        curve = curve / max(curve.max(), np.finfo(float).tiny)
        ax.fill_between(middles, curve, color=filling, linewidth=0, alpha=0.75)
        ax.plot(middles, curve, color=line, linewidth=0.9)
    if name in kinds.limits:
        ax.axvline(kinds.limits[name], **CUT)
    ax.set_title(safe_text(name, 18))
    ax.set_xlim(*limits)
    ax.set_ylim(0, 1.06)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    dress_axis(ax, "x", kinds.adata, name, label=False)
    ax.tick_params(labelsize=6.5)


def _span(kinds: Kinds, name: str) -> tuple[float, float]:
    """The middle of all events, the population, nearly all of its look-alikes, and the threshold."""
    values = column(kinds.adata, name)
    own = values[kinds.here]
    low, high = span(values, 0.1)
    room = 0.04 * (high - low)
    tails = [0.5, 99.5] if len(own) > MOST_POINTS else [0, 100]
    ends = [low, high, *(np.nanpercentile(own, tails) + np.array([-room, room]))]
    for rows in kinds.look_alikes.values():
        ends += (np.nanpercentile(values[rows], [1, 99]) + np.array([-room, room])).tolist()
    ends += [kinds.limits[name]] if name in kinds.limits else []
    return float(min(ends)), float(max(ends))


def _legend(ax: Axes, kinds: Kinds, *, n_left_out: int) -> None:
    """What the colours of the histograms are, above the first of them."""
    at_hand = "" if kinds.weights is None else f"{count(kinds.here.sum())} at hand, "
    few = f" ({at_hand}a line each)" if kinds.here.sum() < FEW else ""
    own, others = (count(round(n_events(rows, kinds.weights))) for rows in (kinds.here, ~kinds.here))
    handles: list[Artist] = [
        Patch(facecolor=OWN[1], edgecolor=OWN[0], label=f"{_name(kinds.title, 40)}: {own} events{few}"),
        Patch(
            facecolor=OTHERS[1],
            edgecolor=OTHERS[0],
            label=f"all {others} others, to the same height",
        ),
    ]
    handles += [Line2D([], [], label="threshold", **CUT)] if kinds.limits else []
    handles += [] if kinds.weights is None else [Patch(alpha=0, label=WEIGHTED)]
    if n_left_out:
        handles.append(Patch(alpha=0, label=f"{n_left_out} more markers, in which it differs less, are not shown"))
    ax.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(0, 1 + 0.26 / (HISTOGRAM - 0.5)), ncols=4, borderaxespad=0,
        handlelength=1.2, columnspacing=1.5, borderpad=0,
    )  # fmt: skip


def _name(name: str, width: int = 22) -> str:
    """A look-alike's name; a number is a cluster's."""
    return f"cluster {name}" if name.isdigit() else safe_text(name, width)


def _main(ax: Axes, kinds: Kinds, telling: tuple[str, str]) -> None:
    _biplot(ax, kinds, telling, [(kinds.here, OWN[0])])
    for which, name in zip("xy", telling, strict=True):
        dress_axis(ax, which, kinds.adata, name)
    ax.set_title(_name(kinds.title, 36), color=OWN[0])


def _same_axes(ax: Axes, kinds: Kinds, telling: tuple[str, str], name: str) -> None:
    _biplot(ax, kinds, telling, [(kinds.look_alikes[name], LOOK_ALIKE)])
    _dress_small(ax, telling)
    ax.set_title(_name(name), color=LOOK_ALIKE, fontsize=7.5)


def _draw_separation(ax: Axes, kinds: Kinds, name: str) -> None:
    pair = kinds.two_telling(name)
    _biplot(ax, kinds, pair, [(kinds.look_alikes[name], LOOK_ALIKE), (kinds.here, OWN[0])])
    _dress_small(ax, pair)
    ax.set_title("told apart best by", fontsize=7, fontweight="normal")


def _biplot(ax: Axes, kinds: Kinds, pair: tuple[str, str], on_top: list[tuple[NDArray[np.bool_], str]]) -> None:
    """Density of all events in grey, thresholds, and kinds of events on it in colour."""
    x, y = (column(kinds.adata, name) for name in pair)
    spans = (_span(kinds, pair[0]), _span(kinds, pair[1]))
    draw_density(ax, grid_counts(x, y, spans, BINS, kinds.weights), spans, BACKGROUND)
    for name, line in zip(pair, (ax.axvline, ax.axhline), strict=True):
        if name in kinds.limits:
            line(kinds.limits[name], **CUT)
    for rows, colour in on_top:
        draw_on_top(ax, x[rows], y[rows], spans, colour=colour, weights=of_rows(kinds.weights, rows))
    ax.set_xlim(*spans[0])
    ax.set_ylim(*spans[1])


def _dress_small(ax: Axes, pair: tuple[str, str]) -> None:
    """Names of the markers without numbers, which there is no room for."""
    ax.set_xticks([])
    ax.set_yticks([])
    ax.set_xlabel(safe_text(pair[0], 18), fontsize=7, labelpad=2)
    ax.set_ylabel(safe_text(pair[1], 18), fontsize=7, labelpad=2)
