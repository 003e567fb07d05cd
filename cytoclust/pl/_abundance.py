"""How much of each population there is in each sample."""

import math
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.pl._style import GREY, INK, LIGHT, PALETTE, STATUS_MARKERS, colours, safe_text, styled

__all__ = ["abundance"]

PANEL_WIDTH, PANEL_HEIGHT, COLUMNS = 2.25, 1.65, 4  # inches, inches, panels a row
LEGEND_WIDTH = 6.6  # inches
DETECTED, NOT_DETECTED, NOT_EVALUABLE = keys.STATUSES
NEEDED: Final = (keys.SAMPLE, keys.POPULATION, "fraction", "ci_low", "ci_high", "lod", "status")


@styled
def abundance(
    populations: pd.DataFrame, *, names: list[str] | None = None, by: str = keys.GROUP, ax: Axes | None = None
) -> Axes | list[Axes]:
    """Fraction of each population in each sample, with its exact interval, on a logarithmic scale.

    A point is a sample. Filled circle: detected; open triangle: not detected, drawn at the limit of detection; grey
    cross at the top: not evaluable. A short line is the median of the
    evaluable samples of a group, where more than half have the population. Where patients have
    several time points, these stand side by side and a thin line joins each patient's.

    Parameters
    ----------
    populations
        ``tables/populations.csv``: one row a sample and population.
    names
        Populations to draw; by default each one in the table's order.
    by
        Column that splits the samples; ignored where it is absent or empty.
    ax
        Axes for one population. By default a figure with a panel for each population.

    Raises
    ------
    InputError
        A column or population that is not there, or ``ax`` with several populations.
    """
    missing = [column for column in NEEDED if column not in populations]
    if missing:
        raise InputError(f"The table of populations lacks the column {missing[0]!r}. It has {list(populations)}.")
    names = list(dict.fromkeys(populations[keys.POPULATION].astype(str))) if names is None else names
    lanes = _lanes(populations, by)
    table = populations.assign(place=populations[keys.SAMPLE].map(lanes["place"]))
    if ax is not None:
        if len(names) != 1:
            raise InputError(f"With ax, names must hold one population. Got {names!r} instead.")
        _panel(ax, table, names[0], lanes)
        _name_lanes(ax, lanes)
        return ax
    return _grid(table, names, lanes)


def _lanes(populations: pd.DataFrame, by: str) -> pd.DataFrame:
    """One row a sample: its lane (group, and time point within), its place on the x axis, its colour."""
    samples = populations.drop_duplicates(keys.SAMPLE).set_index(keys.SAMPLE)
    group = _filled(samples, by)
    time = _filled(samples, keys.TIMEPOINT) if by == keys.GROUP else pd.Series("", index=samples.index)
    time = time if _differs(time) else pd.Series("", index=samples.index)
    pairs = list(dict.fromkeys((g, t) for g in dict.fromkeys(group) for t in dict.fromkeys(time)))
    held = {pair: np.flatnonzero(((group == pair[0]) & (time == pair[1])).to_numpy()) for pair in pairs}
    lane, place = np.zeros(len(samples), int), np.zeros(len(samples))
    for number, rows in enumerate(rows for rows in held.values() if len(rows)):
        lane[rows] = number
        place[rows] = number + (np.linspace(-0.3, 0.3, len(rows)) if len(rows) > 1 else 0)
    if lane.max(initial=0) == 0:
        place = np.linspace(-0.45, 0.45, len(samples)) if len(samples) > 1 else place
    lanes = pd.DataFrame({"group": group, "time": time, "lane": lane, "place": place}, index=samples.index)
    shade = colours(dict.fromkeys(group)) if _differs(group) else dict.fromkeys(group, PALETTE[0])
    return lanes.assign(colour=group.map(shade), patient=_filled(samples, keys.PATIENT))


def _differs(values: pd.Series) -> bool:
    return len(set(values)) > 1


def _filled(samples: pd.DataFrame, column: str) -> pd.Series:
    if column not in samples:
        return pd.Series("", index=samples.index)
    return samples[column].astype(object).where(samples[column].notna(), "").astype(str)


def _grid(table: pd.DataFrame, names: list[str], lanes: pd.DataFrame) -> list[Axes]:
    n_columns = min(COLUMNS, max(len(names), 1))
    n_rows = math.ceil(len(names) / n_columns)
    below, above = _label_height(lanes), 0.5
    width, height = max(n_columns * PANEL_WIDTH + 0.1, LEGEND_WIDTH), n_rows * PANEL_HEIGHT + below + above
    figure = Figure(figsize=(width, height))
    drawn = []
    for i, name in enumerate(names):
        row, column = divmod(i, n_columns)
        x, y = column * PANEL_WIDTH + 0.62, height - above - (row + 1) * PANEL_HEIGHT + 0.4
        box = (x / width, y / height, (PANEL_WIDTH - 0.72) / width, (PANEL_HEIGHT - 0.52) / height)
        ax = figure.add_axes(box)
        _panel(ax, table, name, lanes)
        _name_lanes(ax, lanes, hidden=i + n_columns < len(names))
        drawn.append(ax)
    _legend(figure, lanes, height)
    return drawn


def _panel(ax: Axes, table: pd.DataFrame, name: str, lanes: pd.DataFrame) -> None:
    rows = table[table[keys.POPULATION].astype(str) == name]
    if rows.empty:
        raise InputError(f"There is no population {name!r}. There are {sorted(set(table[keys.POPULATION]))}.")
    low, high = _range(rows)
    ax.set_yscale("log")
    ax.set_ylim(low, high)
    _join_patients(ax, rows, lanes, low)
    status = rows["status"].astype(str)
    shade = rows[keys.SAMPLE].map(lanes["colour"]).to_numpy()
    here, absent, unsure = (status == s for s in keys.STATUSES)
    seen = rows[here]
    ax.vlines(seen["place"], seen["ci_low"].clip(lower=low), seen["ci_high"], colors=shade[here], linewidth=0.9)
    ax.scatter(seen["place"], seen["fraction"], s=14, c=list(shade[here]), linewidths=0, zorder=3)
    limit = rows["lod"][absent].clip(low, low * (high / low) ** 0.95)
    ax.scatter(
        rows["place"][absent], limit, s=17, marker=STATUS_MARKERS[NOT_DETECTED],
        facecolors="white", edgecolors=list(shade[absent]), linewidths=0.9, zorder=3,
    )  # fmt: skip
    ax.scatter(
        rows["place"][unsure], np.full(unsure.sum(), 0.95), transform=ax.get_xaxis_transform(), s=14,
        marker=STATUS_MARKERS[NOT_EVALUABLE], c=GREY, linewidths=0.9,
    )  # fmt: skip
    _medians(ax, rows[~unsure], lanes)
    ax.set_title(safe_text(name, 24))
    ax.grid(axis="y")
    _ticks(ax, low, high)


def _range(rows: pd.DataFrame) -> tuple[float, float]:
    status = rows["status"].astype(str)
    seen = status == DETECTED
    limit = rows["lod"][status == (NOT_DETECTED if (status != NOT_EVALUABLE).any() else NOT_EVALUABLE)]
    drawn = pd.concat([rows["fraction"][seen], rows["ci_low"][seen], rows["ci_high"][seen], limit])
    drawn = drawn[(drawn > 0) & np.isfinite(drawn)].astype(float).clip(upper=1)
    drawn = drawn[drawn < 1] if (drawn < 1).any() and not (rows["fraction"][seen] == 1).any() else drawn
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


def _join_patients(ax: Axes, rows: pd.DataFrame, lanes: pd.DataFrame, low: float) -> None:
    if not _differs(lanes["time"]):
        return
    status = rows["status"].astype(str)
    rows = rows[(status == DETECTED) | ((status == NOT_DETECTED) & (rows["lod"] < 1))]  # a limit of 1 is none
    patient = rows[keys.SAMPLE].map(lanes["patient"])
    level = rows["fraction"].where(rows["status"].astype(str) == DETECTED, rows["lod"]).clip(lower=low)
    for _, of_one in rows.groupby(patient[patient != ""]):
        if len(of_one) > 1:
            ax.plot(of_one["place"], level[of_one.index], color=LIGHT, linewidth=0.8, zorder=1)


def _medians(ax: Axes, rows: pd.DataFrame, lanes: pd.DataFrame) -> None:
    lane = rows[keys.SAMPLE].map(lanes["lane"])
    if not _differs(lanes["lane"]):
        return
    level = rows["fraction"].where(rows["status"].astype(str) == DETECTED, 0.0)
    for place, fraction in level.groupby(lane):
        middle = fraction.median()
        if len(fraction) > 1 and (fraction > 0).mean() > 0.5:  # else the middle sample does not have the population
            ax.hlines(middle, float(place) - 0.38, float(place) + 0.38, color=INK, linewidth=1.1, alpha=0.7, zorder=2)


def _lane_names(lanes: pd.DataFrame) -> list[str]:
    if not _differs(lanes["lane"]) and not "".join(lanes["group"] + lanes["time"]):
        return [safe_text(name, 18) for name in lanes.index] if len(lanes) <= 16 else []
    several = _differs(lanes["group"])
    firsts = lanes.drop_duplicates("lane").sort_values("lane")
    pairs = zip(firsts["group"], firsts["time"], strict=True)
    return [safe_text(" ".join(filter(None, [g if several or not t else "", t])) or "none given", 22) for g, t in pairs]


def _label_height(lanes: pd.DataFrame) -> float:
    return 0.1 + 0.044 * max(map(len, _lane_names(lanes)), default=0)


def _name_lanes(ax: Axes, lanes: pd.DataFrame, *, hidden: bool = False) -> None:
    texts = _lane_names(lanes)
    by_sample = not _differs(lanes["lane"]) and len(texts) == len(lanes)
    places = lanes["place"].to_list() if by_sample else list(range(len(texts)))
    ax.set_xlim(-0.55, max(lanes["lane"].max(), 0) + 0.55)
    ax.set_xticks(places, [] if hidden else texts, rotation=50, ha="right", rotation_mode="anchor", fontsize=7)
    if not texts and not hidden:
        ax.set_xlabel("samples, in the order of the sheet", fontsize=7)


def _legend(figure: Figure, lanes: pd.DataFrame, height: float) -> None:
    hues = lanes.drop_duplicates("group")
    handles = [
        Line2D([], [], marker="o", linestyle="", color=c, markersize=4.5, label=safe_text(g, 24) or "none given")
        for g, c in zip(hues["group"], hues["colour"], strict=True)
        if len(hues) > 1
    ]
    grey = {"linestyle": "", "color": GREY, "markersize": 5}
    handles += [
        Line2D([], [], marker="o", label="detected", **grey),  # type: ignore[arg-type]
        Line2D([], [], marker="v", label="not detected, at the limit", markerfacecolor="white", **grey),  # type: ignore[arg-type]
        Line2D([], [], marker="x", label="not evaluable", **grey),  # type: ignore[arg-type]
    ]
    figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0.005, 1 - 0.04 / height), ncols=len(handles),
        handletextpad=0.1, columnspacing=1.2,
    )  # fmt: skip
