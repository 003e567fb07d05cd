"""How many events of each population are positive for each marker, and how bright they are."""

from collections.abc import Sequence
from typing import Any, Final

import anndata as ad
import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.pl._columns import column, column_names, no_such_label, parts, positive_limits
from cytoclust.pl._order import order, scaled
from cytoclust.pl._show import figure
from cytoclust.pl._weights import WEIGHTED, Weights, medians, n_events, of_rows, weights_of
from cytoclust.pl.medians import rows_by
from cytoclust.pl.style import GREY, NO_NAME, SEQUENTIAL, new_axes, safe_text

__all__ = ["dotplot"]

ROW, COLUMN = 0.25, 0.3  # inches
LARGEST: Final = 130.0  # points², of all events
SHOWN: Final = (0.1, 0.5, 1.0)  # in the key


@figure
def dotplot(
    adata: ad.AnnData,
    markers: Sequence[str] | None = None,
    *,
    groupby: str = keys.POPULATION,
    names: Sequence[str] | None = None,
    weights: bool = True,
    ax: Axes | None = None,
) -> Axes:
    """The fraction of events above the cut (size) and their median (colour), by population and marker.

    Cuts are those of ``uns["thresholds"]``. Colour goes from each marker's lowest median to its highest, as in
    ``ct.pl.heatmap``.

    Parameters
    ----------
    adata
        Events with ``obs[groupby]`` and ``uns["thresholds"]``.
    markers
        Columns; by default every one with a cut.
    groupby
        A column of ``obs``: a row for each of its categories.
    names
        Categories to draw; by default all that have a name.
    weights
        Count each event for as many as it stands for (``obs["weight"]``, of an event sample), and say so; else as one.
    ax
        Axes to draw in; by default a figure of their own.

    Raises
    ------
    InputError
        No such column, category or marker, a marker without a cut, or weights that are none.
    """
    limits = positive_limits(adata)
    chosen = [str(name) for name in adata.var_names if name in limits.index] if markers is None else (
        column_names(adata, markers)
    )  # fmt: skip
    without = [name for name in chosen if name not in limits.index]
    if not chosen or without:
        raise InputError(f"uns['thresholds'] has no cut of {without[0] if without else 'any marker'}.")
    known = parts(adata, groupby)
    shown = [name for name in known if name not in NO_NAME] if names is None else [str(name) for name in names]
    absent = [name for name in shown if name not in known]
    if absent or not shown:
        raise InputError(no_such_label(adata.obs[groupby], groupby, absent or ["that has a name"]))
    weighed = weights_of(adata, weights)
    rows = rows_by(adata.obs[groupby], shown)
    values = [column(adata, name) for name in chosen]
    middle = np.array([[_median(each[r], of_rows(weighed, r)) for each in values] for r in rows])
    above = np.array(
        [
            [_share(each, r, float(limits[name]), weighed) for name, each in zip(chosen, values, strict=True)]
            for r in rows
        ]
    )
    shade = scaled(middle)
    down = order(shade)[1] if names is None else np.arange(len(shown))
    across = order(shade.T)[1] if markers is None else np.arange(len(chosen))
    ax = _own_axes(shown, chosen) if ax is None else ax
    _dots(ax, above[np.ix_(down, across)], shade[np.ix_(down, across)])
    _frame(ax, [shown[i] for i in down], [chosen[i] for i in across])
    _key(ax, weighted=weighed is not None)
    return ax


def _median(values: np.ndarray, weights: Weights) -> float:
    return float(medians(values[:, None], weights)[0]) if len(values) else float("nan")


def _share(values: np.ndarray, rows: np.ndarray, cut: float, weights: Weights) -> float:
    known = rows[np.isfinite(values[rows])]
    total = n_events(known, weights)
    return n_events(known[values[known] >= cut], weights) / total if total else float("nan")


def _own_axes(names: list[str], markers: list[str]) -> Axes:
    left = 0.25 + 0.066 * max(len(safe_text(name)) for name in names)
    above = 0.2 + 0.068 * max(len(safe_text(name, 18)) for name in markers)
    height = max(len(names) * ROW, 1.5)
    return new_axes(len(markers) * COLUMN, height, margins=(left, 1.5, 0.15, above))


def _dots(ax: Axes, above: np.ndarray, shade: np.ndarray) -> None:
    y, x = np.indices(above.shape)
    ax.scatter(
        x.ravel(), y.ravel(), s=LARGEST * np.nan_to_num(above).ravel(), c=shade.ravel(), cmap=SEQUENTIAL, vmin=0,
        vmax=1, edgecolors=GREY, linewidths=0.4, clip_on=False,
    )  # fmt: skip


def _frame(ax: Axes, names: list[str], markers: list[str]) -> None:
    ax.set_xticks(range(len(markers)), [safe_text(name, 18) for name in markers], rotation=90)
    ax.set_yticks(range(len(names)), [safe_text(name) for name in names])
    ax.tick_params(length=0, top=False, bottom=False, labeltop=True, labelbottom=False, pad=3)
    ax.set_xlim(-0.6, len(markers) - 0.4)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.grid(linewidth=0.4)
    ax.spines[:].set_visible(False)


def _key(ax: Axes, *, weighted: bool) -> None:
    looks: dict[str, Any] = {"linestyle": "", "marker": "o", "color": GREY}
    handles = [
        Line2D([], [], markersize=(LARGEST * share) ** 0.5, label=f"{100 * share:.0f}\u00a0%", **looks)
        for share in SHOWN
    ]
    ax.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(1.02, 1), borderaxespad=0, alignment="left", fontsize=7,
        title="above the cut" + (f",\n{WEIGHTED}" if weighted else ""), title_fontsize=7, labelspacing=0.9,
    )  # fmt: skip
    width = ax.get_window_extent().width / ax.figure.dpi
    height = ax.get_window_extent().height / ax.figure.dpi
    bar = ax.inset_axes((1 + 0.12 / width, 0.12 / height, 0.6 / width, 0.09 / height))
    bar.imshow(np.linspace(0, 1, 64)[None], cmap=SEQUENTIAL, aspect="auto")
    bar.axis("off")
    ax.text(1 + 0.12 / width, 0.26 / height, "lowest  median  highest", transform=ax.transAxes, fontsize=6.5)
