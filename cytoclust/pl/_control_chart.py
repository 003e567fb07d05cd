"""What controls measured, run after run (Levey–Jennings)."""

import math
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cytoclust.errors import InputError
from cytoclust.pl._show import figure
from cytoclust.pl.style import GREY, INK, LIGHT, PALETTE, safe_text

__all__ = ["control_chart"]

NEEDED: Final = ("date", "run", "instrument", "control", "channel", "statistic", "value", "mean", "sd", "rules_broken")
SERIES: Final = ["instrument", "control", "channel", "statistic"]
WIDE, HIGH, A_ROW = 2.4, 1.35, 3  # inches, inches, panels
MOST: Final = 24  # panels
WITHIN: Final = ("", "too few runs")


@figure
def control_chart(
    table: pd.DataFrame, *, statistics: list[str] | None = None, ax: Axes | None = None
) -> Axes | list[Axes]:
    """Each measurement of a control in the order of dates, with the mean and two and three standard deviations.

    A panel for each instrument, control, channel and statistic, up to 24. Filled triangles break a Westgard rule, which
    stands beside them. Without lines: fewer than 20 runs.

    Parameters
    ----------
    table
        ``tables/control_chart.csv``.
    statistics
        Those to draw; by default ``upper`` of process controls and the medians of the peaks of beads.
    ax
        Axes for the first series alone. By default a figure of all.

    Raises
    ------
    InputError
        A column or statistic that is not there.
    """
    missing = [column for column in NEEDED if column not in table]
    if missing:
        raise InputError(f"The control chart lacks the column {missing[0]!r}. It has {list(table)}.")
    known = list(dict.fromkeys(table["statistic"].astype(str)))
    absent = [name for name in statistics or () if name not in known]
    if absent:
        raise InputError(f"There is no statistic {absent[0]!r}. There are {known}.")
    chosen = statistics or [name for name in known if name == "upper" or name.endswith(" median")]
    shown = table[table["statistic"].astype(str).isin(chosen)]
    parts: list[tuple[Any, pd.DataFrame]] = list(shown.groupby(SERIES, sort=False, dropna=False))[:MOST]
    if not parts:
        raise InputError("The control chart has nothing to draw.")
    several = len(set(shown["instrument"])) > 1
    if ax is not None:
        _panel(ax, *parts[0], several=several)
        return ax
    across = min(A_ROW, len(parts))
    down = math.ceil(len(parts) / across)
    whole = Figure(figsize=(WIDE * across, HIGH * down), layout="constrained")
    panels = np.atleast_1d(whole.subplots(down, across, squeeze=False)).ravel()
    for panel, (name, series) in zip(panels, parts, strict=False):
        _panel(panel, name, series, several=several)
    for panel in panels[len(parts) :]:
        panel.set_visible(False)
    return list(panels[: len(parts)])


def _panel(ax: Axes, name: tuple[str, ...], series: pd.DataFrame, *, several: bool) -> None:
    instrument, _, channel, statistic = (str(each) for each in name)
    told = f"{channel}, {statistic}" + (f", {instrument}" if several else "")
    ax.set_title(safe_text(told, 40), loc="left")
    at, values = np.arange(len(series)), series["value"].to_numpy(dtype=np.float64)
    mean, sd = float(series["mean"].iloc[0]), float(series["sd"].iloc[0])
    if math.isfinite(mean) and math.isfinite(sd):
        ax.axhline(mean, color=GREY, linewidth=0.8)
        for times, style in ((2, (0, (4, 3))), (3, "solid")):
            for side in (-1, 1):
                ax.axhline(mean + side * times * sd, color=LIGHT, linewidth=0.8, linestyle=style)
    ax.plot(at, values, color=GREY, linewidth=0.6)
    broken = [str(rules) not in WITHIN for rules in series["rules_broken"].fillna("")]
    fine = ~np.array(broken, dtype=bool)
    ax.plot(at[fine], values[fine], "o", color=INK, markersize=2.5, linestyle="none")
    ax.plot(at[~fine], values[~fine], "^", color=PALETTE[1], markersize=4, linestyle="none")
    for k in np.flatnonzero(~fine)[-3:]:
        ax.annotate(str(series["rules_broken"].iloc[k]), (at[k], values[k]), fontsize=5, color=INK, ha="right")
    ends = [0, len(series) - 1] if len(series) > 1 else [0]
    dates = series["date"].fillna("").astype(str)
    ax.set_xticks(ends, [safe_text(dates.iloc[k] or series["run"].iloc[k], 12) for k in ends])
    ax.margins(x=0.08, y=0.15)
