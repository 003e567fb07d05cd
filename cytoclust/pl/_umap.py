"""The map of events."""

from collections.abc import Sequence
from dataclasses import dataclass

import anndata as ad
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, ListedColormap, Normalize
from matplotlib.lines import Line2D

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.pl._axis import Scale, signal_scale, ticks
from cytoclust.pl._columns import column, column_name, members, parts
from cytoclust.pl._label_places import write_labels
from cytoclust.pl._palette import Palette, hues
from cytoclust.pl._panels import alone, panels
from cytoclust.pl._show import figure
from cytoclust.pl._weights import WEIGHTED, Weights, n_events, of_rows, weights_of
from cytoclust.pl.medians import rows_by
from cytoclust.pl.style import GREY, LIGHT, SEQUENTIAL, categories, safe_text
from cytoclust.words import count

__all__ = ["umap"]

SIZE, SEVERAL = 5.0, 3.2  # inches: of a map alone, and beside others
LEGEND_ROWS = 32
MOST_POINTS, CELLS = 100_000, 800  # more events are an image of so many cells a side
RARE = 0.02  # of the events; rarer categories are drawn larger


@figure
def umap(
    adata: ad.AnnData,
    color: str | Sequence[str] = keys.POPULATION,
    *,
    groupby: str | None = None,
    palette: Palette | None = None,
    ncols: int = 4,
    basis: str = "X_umap",
    labels: bool = True,
    legend: bool = True,
    weights: bool = True,
    ax: Axes | None = None,
) -> Axes | list[Axes]:
    """The events' map, coloured by columns of ``obs`` or by markers.

    Categories are drawn from the largest to the smallest, so that rare ones lie on top, with larger points the rarer
    they are; of a marker, high values lie on top. Points are rasterised; more than 100,000 are drawn as an image.
    Populations and clusters have hues; samples, patients, groups, time points and batches have greys: to compare these,
    give them as ``groupby``.

    Parameters
    ----------
    adata
        Events with ``obsm[basis]``.
    color
        A categorical or numerical column of ``obs``, or a name of ``var``; several, and each has a panel.
    groupby
        A column of ``obs``: a panel for each of its categories, the other events pale behind it.
    palette
        Of categories: a colour for each name, colours in order, a colour map of matplotlib by name, or another AnnData
        whose colours to take. By default ``uns["<color>_colors"]``.
    ncols
        Panels side by side.
    basis
        Slot of ``obsm`` with the coordinates (events × 2); events without (NaN) are not drawn.
    labels, legend
        Write the names of populations or clusters on the map, where it is the only panel or has no legend; list
        categories beside it with their numbers of events, those without a place on the map too.
    weights
        Count each event for as many as it stands for (``obs["weight"]``, of an event sample), and say so; else as one.
    ax
        Axes to draw in; by default a figure of their own.

    Raises
    ------
    InputError
        No such coordinates, colour, column or palette, weights that are none, or ``ax`` with several panels.
    """
    if basis not in adata.obsm:
        raise InputError(f"obsm must have {basis!r} (run ct.tl.umap first). It has {list(adata.obsm)}.")
    asked = [color] if isinstance(color, str) else list(color)
    if not asked:
        raise InputError("color must name at least one column or marker. Got none.")
    names = [each if each in adata.obs else column_name(adata, each) for each in asked]
    groups = [None] if groupby is None else parts(adata, groupby)
    shown = [_Panel(name, groupby or "", group) for name in names for group in groups]
    alone(ax, len(shown), "color and groupby")
    points = np.asarray(adata.obsm[basis])[:, :2]
    placed = np.isfinite(points).all(axis=1)
    weighed = weights_of(adata, weights)
    values = {name: _values(adata, name) for name in names}
    labels = labels and (len(shown) == 1 or not legend)
    drawn = [ax] if ax is not None else _own_axes(shown, values, ncols=ncols, legend=legend)
    for panel, each in zip(drawn, shown, strict=True):
        whole = np.ones(len(placed), dtype=bool) if each.group is None else members(adata, each.by, each.group)
        _behind(panel, points[placed & ~whole])
        rows = (whole & placed, whole)
        _draw(panel, adata, each, points, values[each.color], rows, weighed, palette, labels=labels, legend=legend)
        _frame(panel, points[placed], each.title)
    return drawn if len(drawn) > 1 else drawn[0]


@dataclass(frozen=True)
class _Panel:
    """What is drawn in one panel: a colour, and of which events."""

    color: str
    by: str
    group: str | None

    @property
    def title(self) -> str:
        return safe_text(self.color if self.group is None else f"{self.group}: {self.color}", 40)


def _draw(
    ax: Axes,
    adata: ad.AnnData,
    panel: _Panel,
    points: np.ndarray,
    values: pd.Series,
    rows: tuple[np.ndarray, np.ndarray],
    weights: Weights,
    palette: Palette | None,
    *,
    labels: bool,
    legend: bool,
) -> None:
    """Events with a place on the map are drawn, all of them counted: ``rows`` are both."""
    here, whole = rows
    points = points[here]
    if _is_numeric(values):
        scale = None if panel.color in adata.obs else signal_scale(adata, panel.color)
        known = values.to_numpy(float)
        _draw_numbers(ax, points, known[here], scale, _ends(known), legend=legend)
    else:
        shade = hues(categories(values), key=panel.color, palette=palette, adata=adata)
        labels = labels and panel.color not in (keys.SAMPLE, *keys.SHEET_COLUMNS)  # these have no place on the map
        names = categories(values[here])
        of_all, weighed = rows_by(values[whole], names), of_rows(weights, whole)
        number = {name: n_events(of, weighed) for name, of in zip(names, of_all, strict=True)}
        title = None if weights is None else WEIGHTED
        _draw_categories(ax, points, values[here], number, shade, labels=labels, legend=legend, title=title)


def _own_axes(shown: Sequence[_Panel], values: dict[str, pd.Series], *, ncols: int, legend: bool) -> list[Axes]:
    width = max(
        0.9 if _is_numeric(values[each.color]) else _legend_width(categories(values[each.color])) for each in shown
    )
    side = SIZE if len(shown) == 1 else SEVERAL
    right = width if legend else 0.3
    return panels(len(shown), (side, side), margins=(0.3, right, 0.3, 0.35), ncols=ncols)


def _is_numeric(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)


def _behind(ax: Axes, points: np.ndarray) -> None:
    """Events of other groups."""
    if len(points):
        few = points[:: max(1, len(points) // MOST_POINTS)]
        ax.scatter(
            few[:, 0], few[:, 1], s=_point_size(len(few)), c=LIGHT, alpha=0.5, linewidths=0, rasterized=True, zorder=1
        )


def _values(adata: ad.AnnData, color: str) -> pd.Series:
    if color in adata.obs:
        return pd.Series(adata.obs[color].array)  # millions of names of events slow every step
    return pd.Series(column(adata, color))


def _point_size(n_points: int) -> float:
    return float(np.clip(40_000 / max(n_points, 1), 0.6, 8))


def _ends(values: np.ndarray) -> tuple[float, float]:
    """Of all events, so that panels of groups have one scale."""
    finite = values[np.isfinite(values)]
    low, high = np.percentile(finite, [1, 99.5]) if finite.size else (0.0, 1.0)
    return float(low), float(high)


def _draw_numbers(
    ax: Axes, points: np.ndarray, values: np.ndarray, scale: Scale | None, ends: tuple[float, float], *, legend: bool
) -> None:
    order = np.argsort(values, kind="stable")
    low, high = ends
    norm = Normalize(low, high)
    if len(points) > MOST_POINTS:
        cells, extent = _cells(points)
        image = np.full(CELLS * CELLS, np.nan)
        image[cells[order]] = values[order]  # of several events in a cell the last, thus the highest, stays
        _draw_image(ax, image, extent, cmap=SEQUENTIAL, norm=norm)
    else:
        ax.scatter(
            points[order, 0], points[order, 1], c=values[order], s=_point_size(len(points)), cmap=SEQUENTIAL,
            norm=norm, linewidths=0, rasterized=True,
        )  # fmt: skip
    if legend:
        bar = ax.figure.colorbar(ScalarMappable(norm, SEQUENTIAL), cax=ax.inset_axes((1.03, 0.3, 0.025, 0.4)))
        bar.outline.set_visible(False)
        if scale is not None:
            places, texts, _ = ticks(scale, low, high, 0.4 * SIZE)
            bar.set_ticks(places, labels=texts)


def _draw_categories(
    ax: Axes,
    points: np.ndarray,
    values: pd.Series,
    number: dict[str, float],
    shade: dict[str, str],
    *,
    labels: bool,
    legend: bool,
    title: str | None,
) -> None:
    names = categories(values)
    rows = dict(zip(names, rows_by(values, names), strict=True))
    total = sum(number.values())
    layers = sorted(names, key=lambda name: -number[name])
    if len(points) > MOST_POINTS:
        _draw_layers(
            ax,
            points,
            [rows[name] for name in layers],
            [shade[name] for name in layers],
            [number[name] < RARE * total for name in layers],
        )
    else:
        for layer, name in enumerate(layers):
            share = max(number[name], 1) / max(total, 1)
            size = _point_size(len(points)) * float(np.clip(RARE / share, 1, 16)) ** 0.5  # up to twice as wide
            x, y = points[rows[name]].T
            ax.scatter(x, y, s=size, c=shade[name], linewidths=0, rasterized=True, zorder=2 + layer / 1000)
    drawn = [name for name in names if len(rows[name]) and name not in (keys.UNASSIGNED, str(keys.NO_CLUSTER))]
    if labels:
        write_labels(ax, points, {name: rows[name] for name in drawn})
    if legend and max(map(len, names), default=0) > 3:  # the names of clusters stand on the map
        entries = names[: 2 * LEGEND_ROWS]
        handles = [Line2D([], [], marker="o", linestyle="", color=shade[name], markersize=5) for name in entries]
        texts = [f"{safe_text(name)}  ({count(round(number[name]))})" for name in entries]
        ax.legend(
            handles, texts, loc="upper left", bbox_to_anchor=(1.01, 1), borderaxespad=0, handletextpad=0.2,
            ncols=1 + (len(entries) > LEGEND_ROWS), columnspacing=0.8, title=title,
            title_fontsize=7, alignment="left",
        )  # fmt: skip


def _draw_layers(ax: Axes, points: np.ndarray, layers: list[np.ndarray], shades: list[str], rare: list[bool]) -> None:
    """Each layer over those before it; of a rare category, each cell with its neighbours."""
    from scipy.ndimage import binary_dilation

    cells, extent = _cells(points)
    image = np.full(CELLS * CELLS, np.nan)
    for layer, (rows, wide) in enumerate(zip(layers, rare, strict=True)):
        here = np.zeros(CELLS * CELLS, dtype=bool)
        here[cells[rows]] = True
        if wide:
            here = binary_dilation(here.reshape(CELLS, CELLS)).ravel()
        image[here] = layer
    _draw_image(ax, image, extent, cmap=ListedColormap(shades), norm=Normalize(-0.5, len(shades) - 0.5))


def _cells(points: np.ndarray) -> tuple[np.ndarray, tuple[float, float, float, float]]:
    """Cell of each point, and the extent of the image: left, right, bottom, top."""
    low, high = points.min(axis=0), points.max(axis=0)
    spare = 0.02 * np.maximum(high - low, 1e-9)
    low, high = low - spare, high + spare
    place = ((points - low) / (high - low) * CELLS).astype(np.int64)
    return place[:, 1] * CELLS + place[:, 0], (float(low[0]), float(high[0]), float(low[1]), float(high[1]))


def _draw_image(
    ax: Axes,
    image: np.ndarray,
    extent: tuple[float, float, float, float],
    *,
    cmap: Colormap,
    norm: Normalize,
) -> None:
    ax.imshow(
        np.ma.masked_invalid(image.reshape(CELLS, CELLS)), origin="lower", extent=extent, aspect="auto", cmap=cmap,
        norm=norm, interpolation="nearest",
    )  # fmt: skip


def _legend_width(names: list[str]) -> float:
    letters = max((min(len(name), 32) for name in names), default=0)
    return 0.2 if letters <= 3 else (0.35 + (letters + 9) * 0.066) * (1 + (len(names) > LEGEND_ROWS))


def _frame(ax: Axes, points: np.ndarray, title: str) -> None:
    ax.set_title(title)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[:].set_visible(False)
    ax.set_xlabel("UMAP 1", loc="left", color=GREY, fontsize=7)
    ax.set_ylabel("UMAP 2", loc="bottom", color=GREY, fontsize=7)
    if len(points):
        low, high = points.min(axis=0), points.max(axis=0)
        spare = np.where(high > low, 0.03 * (high - low), 0.5)
        ax.set_xlim(low[0] - spare[0], high[0] + spare[0])
        ax.set_ylim(low[1] - spare[1], high[1] + spare[1])
    else:
        ax.text(0.5, 0.5, "no events", transform=ax.transAxes, ha="center")
