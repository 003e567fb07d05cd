"""The map of events."""

import anndata as ad
import numpy as np
import pandas as pd
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.pl._numbers import count
from cytoclust.pl._style import GREY, INK, SEQUENTIAL, categories, colours, new_axes, safe_text, styled

__all__ = ["umap"]

SIZE = 5.0  # inches
LEGEND_ROWS = 32


@styled
def umap(
    adata: ad.AnnData,
    color: str = keys.POPULATION,
    *,
    basis: str = "X_umap",
    labels: bool = True,
    legend: bool = True,
    ax: Axes | None = None,
) -> Axes:
    """The events' map, coloured by a column of ``obs`` or by a marker.

    Categories are drawn from the largest to the smallest, so that rare ones lie on top, with larger points the rarer
    they are; of a marker, high values lie on top. Points are rasterised.

    Parameters
    ----------
    adata
        Events with ``obsm[basis]``.
    color
        A categorical or numerical column of ``obs``, or a name of ``var``.
    basis
        Slot of ``obsm`` with the coordinates (events × 2); events without (NaN) are not drawn.
    labels, legend
        Write the names of categories on the map; list them beside it with their numbers of events.
    ax
        Axes to draw in; by default a figure of their own.

    Raises
    ------
    InputError
        No such coordinates or colour.
    """
    if basis not in adata.obsm:
        raise InputError(f"obsm must have {basis!r} (run ct.tl.umap first). It has {list(adata.obsm)}.")
    points = np.asarray(adata.obsm[basis])[:, :2]
    placed = np.isfinite(points).all(axis=1)
    points, values = points[placed], _values(adata, color)[placed]
    numeric = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    if ax is None:
        names = [] if numeric else categories(values)
        ax = new_axes(SIZE, SIZE, margins=(0.3, _legend_width(names) if legend and not numeric else 0.9, 0.3, 0.35))
    if numeric:
        _draw_numbers(ax, points, values.to_numpy(float), legend=legend)
    else:
        _draw_categories(ax, points, values, labels=labels, legend=legend)
    _frame(ax, points, safe_text(color, 40))
    return ax


def _values(adata: ad.AnnData, color: str) -> pd.Series:
    if color in adata.obs:
        return adata.obs[color]
    if color in adata.var_names:
        return pd.Series(np.asarray(adata[:, color].X).ravel())
    raise InputError(f"color must be a column of obs or a name of var. Got {color!r} instead.")


def _point_size(n_points: int) -> float:
    return float(np.clip(40_000 / max(n_points, 1), 0.6, 8))


def _draw_numbers(ax: Axes, points: np.ndarray, values: np.ndarray, *, legend: bool) -> None:
    order = np.argsort(values, kind="stable")
    finite = values[np.isfinite(values)]
    low, high = np.percentile(finite, [1, 99.5]) if finite.size else (0.0, 1.0)
    drawn = ax.scatter(
        points[order, 0], points[order, 1], c=values[order], s=_point_size(len(points)), cmap=SEQUENTIAL,
        vmin=low, vmax=high, linewidths=0, rasterized=True,
    )  # fmt: skip
    if legend:
        bar = ax.figure.colorbar(drawn, cax=ax.inset_axes((1.03, 0.3, 0.025, 0.4)))
        bar.outline.set_visible(False)


def _draw_categories(ax: Axes, points: np.ndarray, values: pd.Series, *, labels: bool, legend: bool) -> None:
    names = categories(values)
    shade = colours(names)
    text = values.astype(str).to_numpy()
    rows = {name: np.flatnonzero(text == name) for name in names}
    base = _point_size(len(points))
    for layer, name in enumerate(sorted(names, key=lambda name: -len(rows[name]))):
        share = max(len(rows[name]), 1) / len(points)
        size = base * float(np.clip(0.02 / share, 1, 16)) ** 0.5  # rarer than 2 %: up to twice as wide
        x, y = points[rows[name]].T
        ax.scatter(x, y, s=size, c=shade[name], linewidths=0, rasterized=True, zorder=2 + layer / 1000)
    drawn = [name for name in names if len(rows[name]) and name not in (keys.UNASSIGNED, str(keys.NO_CLUSTER))]
    if labels:
        _write_labels(ax, {name: _centre(points[rows[name]]) for name in drawn})
    if legend and max(map(len, names), default=0) > 3:  # the names of clusters stand on the map
        entries = names[: 2 * LEGEND_ROWS]
        handles = [Line2D([], [], marker="o", linestyle="", color=shade[name], markersize=5) for name in entries]
        texts = [f"{safe_text(name)}  ({count(len(rows[name]))})" for name in entries]
        ax.legend(
            handles, texts, loc="upper left", bbox_to_anchor=(1.01, 1), borderaxespad=0, handletextpad=0.2,
            ncols=1 + (len(entries) > LEGEND_ROWS), columnspacing=0.8,
        )  # fmt: skip


def _legend_width(names: list[str]) -> float:
    letters = max((min(len(name), 32) for name in names), default=0)
    return 0.2 if letters <= 3 else (0.35 + (letters + 9) * 0.066) * (1 + (len(names) > LEGEND_ROWS))


def _centre(points: np.ndarray) -> np.ndarray:
    """An event in the densest part of a category: a label always stands on events, also of scattered categories."""
    counts, x, y = np.histogram2d(points[:, 0], points[:, 1], bins=12)
    column, row = np.unravel_index(counts.argmax(), counts.shape)
    inside = (np.searchsorted(x[1:-1], points[:, 0], "right") == column) & (
        np.searchsorted(y[1:-1], points[:, 1], "right") == row
    )
    middle = np.median(points[inside], axis=0)
    return points[np.argmin(((points - middle) ** 2).sum(axis=1))]


def _write_labels(ax: Axes, centres: dict[str, np.ndarray]) -> None:
    """Names at the centres, pushed apart where they would overlap, with a line back to the centre."""
    if not centres:
        return
    short = max(map(len, centres)) <= 3
    size = 7.0 if len(centres) <= 60 else 6.0
    texts = {name: safe_text(name, 24) for name in centres}
    ax.margins(0.04)
    ax.autoscale_view()
    anchors = ax.transData.transform(np.array(list(centres.values())))
    pixel = ax.figure.dpi / 72
    boxes = np.array([[(len(text) * 0.62 + 0.3) * size, 1.25 * size] for text in texts.values()]) * pixel
    places = ax.transData.inverted().transform(_push_apart(anchors, boxes))
    halo = [patheffects.withStroke(linewidth=2.4, foreground="white")]
    for (name, centre), place in zip(centres.items(), places, strict=True):
        ax.annotate(
            texts[name], tuple(centre), xytext=tuple(place), ha="center", va="center", fontsize=size, color=INK,
            fontweight="bold" if short else "normal", path_effects=halo, zorder=4, annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": GREY, "linewidth": 0.6, "shrinkA": 5, "shrinkB": 0},
        )  # fmt: skip


def _push_apart(anchors: np.ndarray, boxes: np.ndarray, rounds: int = 200) -> np.ndarray:
    """Centres of boxes (width, height) near the anchors, moved up and down until none overlap (or rounds end)."""
    places = anchors.astype(float)
    for _ in range(rounds):
        gap = places[:, None] - places[None]
        room = (boxes[:, None] + boxes[None]) / 2
        hit = (np.abs(gap) < room).all(axis=2) & ~np.eye(len(places), dtype=bool)
        if not hit.any():
            break
        order = np.sign(np.arange(len(places))[:, None] - np.arange(len(places))[None])
        way = np.where(gap[..., 1] == 0, order, np.sign(gap[..., 1]))
        places[:, 1] += np.where(hit, way * (room[..., 1] - np.abs(gap[..., 1])) * 0.3, 0).sum(axis=1)
    return places


def _frame(ax: Axes, points: np.ndarray, title: str) -> None:
    ax.set_title(title)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[:].set_visible(False)
    ax.set_xlabel("UMAP 1", loc="left", color=GREY, fontsize=7)
    ax.set_ylabel("UMAP 2", loc="bottom", color=GREY, fontsize=7)
    if not len(points):
        ax.text(0.5, 0.5, "no events", transform=ax.transAxes, ha="center")
