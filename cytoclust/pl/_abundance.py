"""How much of each population there is in each sample."""

import math
from typing import Any, Final

import anndata as ad
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.pl._columns import table_of
from cytoclust.pl._lanes import Lanes, name_lanes, place_samples
from cytoclust.pl._palette import Palette, population_hues
from cytoclust.pl._show import figure
from cytoclust.pl._told import as_told
from cytoclust.pl.style import FILLED, GREY, INK, STATUS_MARKERS, safe_text

__all__ = ["abundance"]

PANEL_HEIGHT, MARGIN, MOST_WIDTH, LEGEND_WIDTH = 1.6, 0.76, 10.2, 6.6  # inches; the margin is left of a panel
SQUEEZED = 0.66  # of a panel's width, for one more column
MEDIAN, PATIENT = "_median", "_patient"  # labels that matplotlib leaves out of its own legends
*_, NOT_DETECTED, NOT_EVALUABLE = keys.STATUSES
NEEDED: Final = (keys.SAMPLE, keys.POPULATION, keys.FRACTION, keys.CI_LOW, keys.CI_HIGH, keys.STATUS)


@figure
def abundance(
    populations: pd.DataFrame | ad.AnnData,
    *,
    names: list[str] | None = None,
    by: str = keys.GROUP,
    palette: Palette | None = None,
    ax: Axes | None = None,
) -> Axes | list[Axes]:
    """Fraction of each population in each sample, with its counting interval, on a logarithmic scale.

    A point is a sample. Filled circle: quantified; open circle: detected; open diamond: a trace; open triangle: not
    detected, drawn at the upper end of its interval; grey cross at the top: not evaluable. Samples stand by group, time
    point and patient, at the same place in every panel. A short line is the median of the samples of a lane but those
    that are not evaluable, where more than half have the population. Where there are several time points, a thin line
    joins the visits of a patient who showed the population. It passes by a visit at which it was not detected if the
    upper end there is above what the patient showed: that visit does not tell whether there was less.

    Parameters
    ----------
    populations
        ``tables/populations.csv``: one row a sample and population; or an AnnData that was counted, which tells the
        populations' colours too.
    names
        Populations to draw; by default each one in the table's order.
    by
        Column that splits the samples; ignored where it is absent or empty.
    palette
        Of populations, as :func:`umap` takes it; of a table without one, points are black.
    ax
        Axes for one population. By default a figure with a panel for each population.

    Raises
    ------
    InputError
        A column or population that is not there, or ``ax`` with several populations.
    """
    adata = populations if isinstance(populations, ad.AnnData) else None
    populations = table_of(populations, "populations")
    missing = [column for column in NEEDED if column not in populations]
    if missing:
        raise InputError(f"The table of populations lacks the column {missing[0]!r}. It has {list(populations)}.")
    populations = as_told(populations)
    names = list(dict.fromkeys(populations[keys.POPULATION].astype(str))) if names is None else names
    lanes = place_samples(populations, by)
    table = populations.assign(place=populations[keys.SAMPLE].map(lanes.samples["place"]))
    shade = population_hues(populations, palette=palette, adata=adata)
    if ax is not None:
        if len(names) != 1:
            raise InputError(f"With ax, names must hold one population. Got {names!r} instead.")
        _panel(ax, table, names[0], lanes, shade.get(names[0], INK))
        name_lanes(ax, lanes)
        return ax
    return _grid(table, names, lanes, shade)


def _grid(table: pd.DataFrame, names: list[str], lanes: Lanes, shade: dict[str, str]) -> list[Axes]:
    n_columns = max(min(int(MOST_WIDTH / (MARGIN + SQUEEZED * lanes.width)), len(names), 6), 1)
    wide = min(lanes.width, MOST_WIDTH / n_columns - MARGIN)
    step = MARGIN + wide
    n_rows = math.ceil(len(names) / n_columns)
    below, above = lanes.label_height(wide / lanes.width) + 0.14, 0.5
    width, height = max(n_columns * step + 0.15, LEGEND_WIDTH), n_rows * PANEL_HEIGHT + below + above
    whole = Figure(figsize=(width, height))
    drawn = []
    for i, name in enumerate(names):
        row, column = divmod(i, n_columns)
        x, y = column * step + MARGIN, height - above - (row + 1) * PANEL_HEIGHT + 0.4
        ax = whole.add_axes((x / width, y / height, wide / width, (PANEL_HEIGHT - 0.52) / height))
        _panel(ax, table, name, lanes, shade.get(name, INK))
        name_lanes(ax, lanes, hidden=i + n_columns < len(names))
        drawn.append(ax)
    _legend(
        whole, drawn, height, shown=set(table[keys.STATUS].astype(str)[table[keys.POPULATION].astype(str).isin(names)])
    )
    return drawn


def _panel(ax: Axes, table: pd.DataFrame, name: str, lanes: Lanes, colour: str) -> None:
    rows = table[table[keys.POPULATION].astype(str) == name]
    if rows.empty:
        raise InputError(f"There is no population {name!r}. There are {sorted(set(table[keys.POPULATION]))}.")
    low, high = _range(rows)
    ax.set_yscale("log")
    ax.set_ylim(low, high)
    _join_patients(ax, rows, lanes, low)
    status = rows[keys.STATUS].astype(str)
    here, absent, unsure = status.isin(keys.SHOWN), status == NOT_DETECTED, status == NOT_EVALUABLE
    size = 14 if len(lanes.samples) <= 40 else 9
    seen = rows[here]
    bottom = seen[keys.CI_LOW].clip(lower=low)
    ax.vlines(seen["place"], bottom, seen[keys.CI_HIGH], colors=colour, linewidth=0.9)
    for state in keys.SHOWN:
        at = rows[status == state]
        ax.scatter(
            at["place"], at[keys.FRACTION], s=size, marker=STATUS_MARKERS[state], edgecolors=colour, linewidths=0.9,
            facecolors=colour if state == FILLED else "white", zorder=3,
        )  # fmt: skip
    limit = rows[keys.CI_HIGH][absent].clip(low, low * (high / low) ** 0.95)
    ax.scatter(
        rows["place"][absent], limit, s=size + 3, marker=STATUS_MARKERS[NOT_DETECTED],
        facecolors="white", edgecolors=colour, linewidths=0.9, zorder=3,
    )  # fmt: skip
    ax.scatter(
        rows["place"][unsure], np.full(unsure.sum(), 0.95), transform=ax.get_xaxis_transform(), s=size,
        marker=STATUS_MARKERS[NOT_EVALUABLE], c=GREY, linewidths=0.9,
    )  # fmt: skip
    _medians(ax, rows[~unsure], lanes)
    room = ax.get_window_extent().width / ax.figure.dpi + 0.6
    ax.set_title(safe_text(name, max(int(room / 0.075), 16)))
    if keys.PARENT in rows:
        ax.set_ylabel(f"of {safe_text(rows[keys.PARENT].iloc[0], 18)}", fontsize=7, labelpad=2)
    ax.grid(axis="y")
    _ticks(ax, low, high)


def _range(rows: pd.DataFrame) -> tuple[float, float]:
    status = rows[keys.STATUS].astype(str)
    seen = status.isin(keys.SHOWN)
    limit = rows[keys.CI_HIGH][status == (NOT_DETECTED if (status != NOT_EVALUABLE).any() else NOT_EVALUABLE)]
    drawn = pd.concat([rows[keys.FRACTION][seen], rows[keys.CI_LOW][seen], rows[keys.CI_HIGH][seen], limit])
    drawn = drawn[(drawn > 0) & np.isfinite(drawn)].astype(float).clip(upper=1)
    drawn = drawn[drawn < 1] if (drawn < 1).any() and not (rows[keys.FRACTION][seen] == 1).any() else drawn
    if drawn.empty:
        return 1e-3, 1.0
    low, high = float(drawn.min()), float(drawn.max())
    spare = max((10 / (high / low)) ** 0.5, 1.25)  # at least one decade, so that small differences stay small
    return low / spare, min(high * spare, 1.1)


def _ticks(ax: Axes, low: float, high: float) -> None:
    decades = np.arange(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [10.0**d for d in decades if low <= 10.0**d <= high]
    if len(ticks) < 2:
        ticks = [f * 10.0**d for d in decades for f in (1, 2, 5) if low <= f * 10.0**d <= high]
    ax.yaxis.set_major_locator(FixedLocator(ticks[:: max(1, math.ceil(len(ticks) / 5))]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _short(value)))
    ax.yaxis.set_minor_locator(NullLocator())


def _short(value: float) -> str:
    """A round number without trailing zeros."""
    return f"{100 * value:.8f}".rstrip("0").rstrip(".") + "\u00a0%"


def _join_patients(ax: Axes, rows: pd.DataFrame, lanes: Lanes, low: float) -> None:
    """A line through the visits of each patient who showed the population at one of two or more.

    A visit at which it was not detected is passed by if its upper end is above the least that the patient showed at
    another: it does not tell whether there was less.
    """
    if not lanes.by_time:
        return
    patient = rows[keys.SAMPLE].map(lanes.samples["patient"])
    status = rows[keys.STATUS].astype(str)
    here, absent = status.isin(keys.SHOWN), status == NOT_DETECTED
    least = rows[keys.FRACTION].where(here).groupby(patient).transform("min")
    known = here | (absent & (rows[keys.CI_HIGH] <= least))
    level = rows[keys.FRACTION].where(here, rows[keys.CI_HIGH]).clip(lower=low)
    rows = rows.assign(level=level)[known & (patient != "")].sort_values("place")
    for _, visits in rows.groupby(patient[rows.index]):
        if len(visits) > 1:
            ax.plot(visits["place"], visits["level"], color="#b4bcc3", linewidth=0.8, zorder=1, label=PATIENT)


def _medians(ax: Axes, rows: pd.DataFrame, lanes: Lanes) -> None:
    if len(lanes.lanes) == 1:
        return
    lane = rows[keys.SAMPLE].map(lanes.samples["lane"])
    level = rows[keys.FRACTION].where(rows[keys.STATUS].astype(str).isin(keys.SHOWN), 0.0)
    for number, fraction in level.groupby(lane):
        if len(fraction) > 1 and (fraction > 0).mean() > 0.5:  # else the middle sample does not have the population
            left, right = lanes.lanes.loc[number, ["left", "right"]].astype(float)
            ax.hlines(
                fraction.median(),
                left + 0.02,
                right - 0.02,
                color=INK,
                linewidth=1.1,
                alpha=0.7,
                zorder=2,
                label=MEDIAN,
            )


def _legend(whole: Figure, drawn: list[Axes], height: float, *, shown: set[str]) -> None:
    """Statuses, and what lines are there; groups are named below their lanes."""
    grey: dict[str, Any] = {"linestyle": "", "color": GREY, "markersize": 5}
    at = {NOT_DETECTED: "not detected, at its upper limit"}
    handles = [
        Line2D([], [], marker=marker, label=at.get(state, state), markerfacecolor=GREY if state == FILLED else "white",
               **grey)
        for state, marker in STATUS_MARKERS.items()
        if state in shown
    ]  # fmt: skip
    lines = {artist.get_label() for ax in drawn for artist in (*ax.lines, *ax.collections)}
    if MEDIAN in lines:
        handles.append(Line2D([], [], color=INK, alpha=0.7, linewidth=1.1, label="median"))
    if PATIENT in lines:
        handles.append(Line2D([], [], color="#b4bcc3", linewidth=0.8, label="one patient"))
    whole.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0.005, 1 - 0.04 / height), ncols=len(handles),
        handletextpad=0.3, columnspacing=1.2,
    )  # fmt: skip
