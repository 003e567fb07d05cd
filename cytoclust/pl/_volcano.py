"""How much more of each population or cluster there is, against how little chance explains it."""

from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, MultipleLocator

from cytoclust import keys
from cytoclust.params import D
from cytoclust.pl._columns import table_of
from cytoclust.pl._contrasts import EFFECT, LABEL, WIDEST, comparison, contrast_rows, fold
from cytoclust.pl._palette import Palette, population_hues
from cytoclust.pl._panels import alone, panels
from cytoclust.pl._show import figure
from cytoclust.pl.style import GREY, INK, safe_text

__all__ = ["volcano"]

SIZE = (3.0, 2.6)  # inches
NAMED, WORTH = 8, 1.0  # points with a name at most, and the least height (p of 0.1) of those that are not sure
TICKS = (1, 0.3, 0.1, 0.03, 0.01, 1e-3, 1e-4, 1e-5, 1e-6, 1e-8, 1e-10, 1e-12)


@figure
def volcano(
    data: pd.DataFrame | ad.AnnData,
    *,
    alpha: float = D.contrasts.alpha,
    palette: Palette | None = None,
    ncols: int = 3,
    ax: Axes | None = None,
) -> Axes | list[Axes]:
    """The ratio between two sides of a comparison (across, logarithmic) and its p value (up), a panel a comparison.

    Circles are populations, squares clusters; filled: ``q`` at most ``alpha``. Ratios beyond 256-fold, and infinite
    ones, stand at the edge. What could not be tested is not drawn, and its number is told.

    Parameters
    ----------
    data
        ``tables/contrasts.csv``, or an AnnData that was counted, which tells the populations' colours too.
    alpha
        Limit of ``q`` for a filled point.
    palette
        Of populations, as :func:`umap` takes it.
    ncols
        Panels side by side.
    ax
        Axes for one comparison. By default a figure with a panel for each.

    Raises
    ------
    InputError
        A column that is not there, no row at all, or ``ax`` with several comparisons.
    """
    adata = data if isinstance(data, ad.AnnData) else None
    rows = contrast_rows(table_of(data, "contrasts"))
    groups = [each for _, each in rows.groupby([keys.CONTRAST, "at"], sort=False)]
    alone(ax, len(groups), "the table")
    shade = population_hues(rows, palette=palette, adata=adata)
    drawn = [ax] if ax is not None else panels(len(groups), SIZE, margins=(0.6, 0.3, 0.75, 0.4), ncols=ncols)
    for panel, each in zip(drawn, groups, strict=True):
        tested = each[each[keys.P].notna() & each[EFFECT].notna()]
        _points(panel, tested, shade, alpha)
        _frame(panel, each, len(each) - len(tested))
    _legend(drawn[0], alpha)
    return drawn if len(drawn) > 1 else drawn[0]


def _points(ax: Axes, rows: pd.DataFrame, shade: dict[str, str], alpha: float) -> None:
    x = rows[EFFECT].clip(-WIDEST, WIDEST).to_numpy(float)
    y = -np.log10(rows[keys.P].clip(lower=1e-12).to_numpy(float))
    colour = np.array(
        [GREY if cluster else shade.get(str(name), INK)
         for cluster, name in zip(rows["is_cluster"], rows[keys.POPULATION], strict=True)], dtype=object,
    )  # fmt: skip
    sure = (rows[keys.Q] <= alpha).to_numpy()
    for cluster, marker, size in ((True, "s", 16), (False, "o", 30)):
        for filled in (False, True):
            at = (rows["is_cluster"].to_numpy() == cluster) & (sure == filled)
            shades = list(colour[at])
            ax.scatter(
                x[at], y[at], s=size, marker=marker, edgecolors=shades, facecolors=shades if filled else "white",
                linewidths=1, zorder=3 + (not cluster), clip_on=False,
            )  # fmt: skip
    ax.axvline(0, color=GREY, linewidth=0.7, zorder=1)
    _write_names(ax, rows, x, y, sure)


def _write_names(ax: Axes, rows: pd.DataFrame, x: np.ndarray, y: np.ndarray, sure: np.ndarray) -> None:
    """Of the populations that stand out, where there is room: outwards, and inwards from the edge."""
    worth = ~rows["is_cluster"].to_numpy() & (sure | (y >= WORTH))
    placed: list[tuple[float, float]] = []
    for i in sorted(np.flatnonzero(worth), key=lambda i: (not sure[i], -y[i], -abs(x[i])))[:NAMED]:
        if any(abs(y[i] - up) < 0.12 and abs(x[i] - across) < WIDEST for across, up in placed):
            continue
        placed.append((x[i], y[i]))
        left = (x[i] < 0) != (abs(x[i]) > 0.4 * WIDEST)
        ax.annotate(
            safe_text(rows[LABEL].iloc[i], 22), (x[i], y[i]), (-5 if left else 5, 0), textcoords="offset points",
            ha="right" if left else "left", va="center", fontsize=6.5, zorder=5,
        )  # fmt: skip


def _frame(ax: Axes, rows: pd.DataFrame, untested: int) -> None:
    ax.set_title(safe_text(comparison(rows.iloc[0]), 44))
    effects = rows[EFFECT].replace([np.inf, -np.inf], np.nan).abs().max()
    infinite = np.isinf(rows[EFFECT].to_numpy(float)).any()
    reach = WIDEST if infinite else min(max(1.15 * float(np.nan_to_num(effects)), 2.0), WIDEST)
    ax.set_xlim(-reach, reach)
    ax.set_ylim(0, max(ax.get_ylim()[1], 1.4))
    ax.xaxis.set_major_locator(MultipleLocator(max(1, round(reach / 2.5))))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: fold(value)))
    ax.yaxis.set_major_locator(FixedLocator([-np.log10(p) for p in TICKS]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{10**-value:.1g}"))
    ax.set_ylabel("p")
    ax.grid(axis="y")
    first = next(iter(rows["side_a"].dropna()), "") if "side_a" in rows else ""
    lines = [f"less in {safe_text(first, 16)}  |  more in {safe_text(first, 16)}"] if first else []
    lines += [f"not tested: {untested}"] if untested else []
    ax.set_xlabel("\n".join(lines), fontsize=7)


def _legend(ax: Axes, alpha: float) -> None:
    looks: dict[str, Any] = {"linestyle": "", "markersize": 5}
    handles = [
        Line2D([], [], color=INK, marker="o", label=f"population, q ≤ {alpha:g}", **looks),
        Line2D([], [], color=INK, marker="o", markerfacecolor="white", label=f"q above {alpha:g}", **looks),
        Line2D([], [], color=GREY, marker="s", markerfacecolor="white", label="cluster", **looks),
    ]
    height = ax.figure.canvas.figure.get_size_inches()[1]
    ax.figure.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(0, 1 - 0.02 / height), ncols=len(handles), columnspacing=1.2,
        handletextpad=0.3,
    )  # fmt: skip
