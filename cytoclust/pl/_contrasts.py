"""How much more of each population there is, with intervals."""

import math
from typing import Any, Final

import anndata as ad
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MultipleLocator

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.params import D
from cytoclust.pl._columns import table_of
from cytoclust.pl._show import figure
from cytoclust.pl.style import GREY, INK, LIGHT, safe_text

__all__ = ["EFFECT", "LABEL", "WIDEST", "comparison", "contrast_rows", "contrasts", "fold"]

NEEDED: Final = (
    keys.POPULATION,
    keys.CONTRAST,
    keys.DENOMINATOR,
    keys.RATIO,
    keys.RATIO_LOW,
    keys.RATIO_HIGH,
    keys.P,
    keys.Q,
)
EFFECT, LOW, HIGH = "effect", "low", "high"  # log2 of the ratio and of its limits
LABEL = "label"
ROW, PANEL, NUMBERS, A_ROW, HEAD = 0.2, 1.8, 1.28, 3, 0.32  # inches, inches, inches, panels, inches
Q_AT, N_AT = 1.07, 1.4  # widths of a panel: where q and the patients stand
WIDEST = 8.0  # log2: farther than 256-fold is drawn as an arrow, so that what is twofold can still be seen
SURE: Final = INK  # no hue: these are populations


@figure
def contrasts(
    table: pd.DataFrame | ad.AnnData,
    *,
    names: list[str] | None = None,
    alpha: float = D.contrasts.alpha,
    ax: Axes | None = None,
) -> Axes | list[Axes]:
    """How many times as much of each population there is in one group, or at one time point, as in the other.

    A panel for each comparison, a row for each population. The point is the ratio, on a logarithmic scale, the line its
    interval; filled: ``q`` at most ``alpha``. Where nothing could be tested, a word says so. What reaches beyond the
    axis, or is infinite because one side has none, ends in an arrow.

    Parameters
    ----------
    table
        ``tables/contrasts.csv``, or an AnnData that was counted.
    names
        Populations and clusters to draw, these as ``cluster 7``; by default each population in the table's order, or
        each cluster, where there are no populations.
    alpha
        Limit of ``q`` for a filled point.
    ax
        Axes for one comparison. By default a figure with a panel for each.

    Raises
    ------
    InputError
        A column or name that is not there, no row at all, or ``ax`` with several comparisons.
    """
    rows = contrast_rows(table_of(table, "contrasts"))
    known = list(dict.fromkeys(rows[LABEL]))
    populations = list(dict.fromkeys(rows[LABEL][~rows["is_cluster"]]))
    names = (populations or known) if names is None else names
    absent = [name for name in names if name not in known]
    if absent:
        raise InputError(f"No row compares population {absent[0]!r}. There are {known}.")
    rows = rows[rows[LABEL].isin(names)]
    panels = [(comparison(each.iloc[0]), each) for _, each in rows.groupby([keys.CONTRAST, "at"], sort=False)]
    if ax is not None and len(panels) != 1:
        raise InputError(f"With ax, the table must hold one comparison. Got {[title for title, _ in panels]} instead.")
    drawn = [ax] if ax is not None else _own_axes(len(panels), names)
    reach, usual = _reach(rows), rows[keys.DENOMINATOR].mode().iloc[0]
    for i, (panel, (title, each)) in enumerate(zip(drawn, panels, strict=True)):
        each = each.set_index(LABEL).reindex(names)
        _forest(panel, each, reach, alpha)
        _numbers(panel, each, usual)
        _frame(panel, each, reach, title, named=ax is not None or i % A_ROW == 0)
    if ax is None:
        _legend(drawn[0], rows, usual, alpha)
    return drawn[0] if len(drawn) == 1 else drawn


def contrast_rows(table: pd.DataFrame) -> pd.DataFrame:
    """The table with the time point (``at``), what each row is called, and the ratio and its limits as log2."""
    missing = [column for column in NEEDED if column not in table]
    if missing:
        raise InputError(f"The table of contrasts lacks the column {missing[0]!r}. It has {list(table)}.")
    if table.empty:
        raise InputError("The table of contrasts has no rows: nothing was compared.")
    table = table.reset_index(drop=True)
    blank = pd.Series("", index=table.index)
    at, cluster = (
        table[key].fillna("").astype(str) if key in table else blank for key in (keys.TIMEPOINT, keys.CLUSTER)
    )
    label = table[keys.POPULATION].astype(str).where(cluster == "", "cluster " + cluster)
    if keys.ASSAY in table:
        assay = table[keys.ASSAY].fillna("").astype(str)
        label = label.where(assay == "", assay + " of " + label)
    with np.errstate(divide="ignore"):
        logs = {
            name: np.log2(table[column].to_numpy(float))
            for name, column in ((EFFECT, keys.RATIO), (LOW, keys.RATIO_LOW), (HIGH, keys.RATIO_HIGH))
        }
    return table.assign(at=at, is_cluster=cluster != "", **{LABEL: label}, **logs)


def comparison(row: pd.Series) -> str:
    """The comparison; of groups, with the time point at which they are compared."""
    return (
        f"{row[keys.CONTRAST]}, {row['at']}" if row["at"] and row.get("question") != "time" else str(row[keys.CONTRAST])
    )


def _reach(rows: pd.DataFrame) -> float:
    """How far the axis goes to either side (log2): all ratios, and the intervals as far as most of them go."""
    effects = rows[EFFECT].abs().to_numpy(float)
    ends = np.nanmax(np.abs(rows[[LOW, HIGH]].to_numpy(float)), axis=1, initial=0.0)
    effects, ends = effects[np.isfinite(effects)], ends[np.isfinite(ends) & (ends > 0)]
    most = max(1.15 * effects.max(initial=0.0), 1.15 * float(np.median(ends)) if len(ends) else 0.0, 2.0)
    return min(most, WIDEST)


def _own_axes(n_panels: int, names: list[str]) -> list[Axes]:
    left = 0.2 + 0.07 * max(len(safe_text(name, 30)) for name in names)
    n_columns, n_rows = min(A_ROW, n_panels), math.ceil(n_panels / A_ROW)
    body = ROW * len(names)
    width = max(left + n_columns * (PANEL + NUMBERS), 6.6)
    height = HEAD + n_rows * (body + 1.05)
    whole = Figure(figsize=(width, height))
    places = [divmod(i, n_columns) for i in range(n_panels)]
    boxes = [(left + column * (PANEL + NUMBERS), HEAD + row * (body + 1.05) + 0.5 + body) for row, column in places]
    return [whole.add_axes((x / width, 1 - y / height, PANEL / width, body / height)) for x, y in boxes]


def _forest(ax: Axes, rows: pd.DataFrame, reach: float, alpha: float) -> None:
    """Intervals, points, and arrows where either leaves the axis."""
    y = np.arange(len(rows))
    effect, low, high, p, q = (rows[name].to_numpy(float) for name in (EFFECT, LOW, HIGH, keys.P, keys.Q))
    colour = np.where(q <= alpha, SURE, GREY)
    ax.axvline(0, color=GREY, linewidth=0.8)
    ranged = ~np.isnan(low) & ~np.isnan(high)
    ends = [np.clip(each[ranged], -reach, reach) for each in (low, high)]
    ax.hlines(y[ranged], ends[0], ends[1], colors=list(colour[ranged]), linewidth=1.1)
    beyond = {"<": np.minimum(low, effect) < -reach, ">": np.maximum(high, effect) > reach}
    for arrow, rows_at in beyond.items():
        edge = np.full(rows_at.sum(), -reach if arrow == "<" else reach)
        ax.scatter(edge, y[rows_at], s=20, marker=arrow, c=list(colour[rows_at]), linewidths=0, clip_on=False)
    inside = np.abs(effect) <= reach
    for filled, chosen in ((True, q <= alpha), (False, ~np.isnan(p) & ~(q <= alpha))):
        at = inside & chosen
        shade = list(colour[at])
        ax.scatter(
            effect[at], y[at], s=26, marker="o", linewidths=1.1, zorder=3, edgecolors=shade,
            facecolors=shade if filled else "white", clip_on=False,
        )  # fmt: skip


def _numbers(ax: Axes, rows: pd.DataFrame, usual: str) -> None:
    """Corrected p and the patients of either side, to the right; and a word where there is no ratio."""
    text: dict[str, Any] = {"transform": ax.get_yaxis_transform(), "va": "center", "fontsize": 7, "clip_on": False}
    word: dict[str, Any] = {"ha": "center", "color": GREY, "bbox": {"color": "white", "pad": 1}} | text
    ax.text(Q_AT, -0.95, "q", **text)
    ax.text(N_AT, -0.95, "patients", **text)
    for y, (_, row) in enumerate(rows.iterrows()):
        if pd.isna(row[EFFECT]):
            none = "no p" if pd.isna(row[keys.P]) else "none counted"
            ax.text(0.5, y, "not compared" if pd.isna(row[keys.DENOMINATOR]) else none, **word)
        if pd.isna(row[keys.DENOMINATOR]):
            continue
        ax.text(1.02, y, "" if row[keys.DENOMINATOR] == usual else "*", **text)
        ax.text(Q_AT, y, "–" if pd.isna(row[keys.Q]) else f"{row[keys.Q]:.2g}", **text)
        ax.text(N_AT, y, f"{row[keys.N_A]:g} : {row[keys.N_B]:g}" if {keys.N_A, keys.N_B} <= set(rows) else "", **text)


def _frame(ax: Axes, rows: pd.DataFrame, reach: float, title: str, *, named: bool) -> None:
    n = len(rows)
    ax.set_title(safe_text(title, 44), pad=16)
    ax.set_yticks(range(n), [safe_text(name, 30) for name in rows.index] if named else [""] * n)
    ax.set_ylim(n - 0.5, -0.5)
    ax.set_xlim(-reach, reach)
    ax.xaxis.set_major_locator(MultipleLocator(max(1, round(reach / 2.5))))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: fold(value)))
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    for y in np.arange(0.5, n - 1):
        ax.axhline(y, color=LIGHT, linewidth=0.4, zorder=0)
    first = next(iter(rows["side_a"].dropna()), "") if "side_a" in rows else ""
    if first:
        ax.set_xlabel(f"less in {safe_text(first, 16)}  |  more in {safe_text(first, 16)}", fontsize=7)


def fold(log2: float) -> str:
    """A power of two as a ratio."""
    if log2 == 0:
        return "same"
    return f"{2 ** round(log2):,}×" if log2 > 0 else f"1/{2 ** round(-log2):,}"


def _legend(ax: Axes, rows: pd.DataFrame, usual: str, alpha: float) -> None:
    others = sorted(set(rows[keys.DENOMINATOR]) - {usual})
    described = "; ".join([f"of {usual}", *(f"* of {name}" for name in others)])
    handles = [
        Line2D([], [], color=SURE, marker="o", markersize=5, label=f"q ≤ {alpha:g}"),
        Line2D([], [], color=GREY, marker="o", markersize=5, markerfacecolor="white", label=f"q above {alpha:g}"),
        Line2D([], [], linestyle="", label=described),
    ]
    ax.figure.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(0, 1),
        ncols=len(handles),
        columnspacing=1.2,
        handlelength=1.4,
    )
