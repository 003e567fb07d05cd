"""One patient over time."""

from typing import Any, Final

import anndata as ad
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from cytoclust import keys
from cytoclust.errors import InputError, nearest
from cytoclust.pl._columns import table_of
from cytoclust.pl._palette import Palette, population_hues
from cytoclust.pl._panels import alone, panels
from cytoclust.pl._show import figure
from cytoclust.pl._told import as_told
from cytoclust.pl.style import FILLED, GREY, INK, LIGHT, STATUS_MARKERS, safe_text
from cytoclust.words import percent, some

__all__ = ["patient"]

NEEDED: Final = (keys.SAMPLE, keys.PATIENT, keys.POPULATION, keys.FRACTION, keys.CI_LOW, keys.CI_HIGH, keys.STATUS)
VISIT, OTHER, LEAST = 0.55, 0.5, 1.7  # inches: of a visit, of another group, of a panel
HEIGHT: Final = 1.5  # inches
*_, NOT_DETECTED, NOT_EVALUABLE = keys.STATUSES
DECADES: Final = 6.0  # of the axis, at most


@figure
def patient(
    data: pd.DataFrame | ad.AnnData,
    patient: str,
    *,
    names: list[str] | None = None,
    palette: Palette | None = None,
    ncols: int = 3,
    ax: Axes | None = None,
) -> Axes | list[Axes]:
    """How much of each population a patient has at each visit, on a logarithmic scale, beside the other groups.

    A panel a population. Points have their counting interval, and shapes as in :func:`abundance`; a triangle is the
    upper limit where none was detected. Dashes: the least that the sample would have shown in 95 of 100 cases
    (``lod95``). Grey: samples of patients of other groups. All numbers are those of ``tables/populations.csv``, which
    counts every event.

    Parameters
    ----------
    data
        ``tables/populations.csv``, or an AnnData that was counted, which tells the populations' colours too.
    patient
        Who, as in ``patient_id``.
    names
        Populations to draw; by default those that the patient has at a visit.
    palette
        Of populations, as :func:`umap` takes it.
    ncols
        Panels side by side.
    ax
        Axes for one population. By default a figure with a panel for each.

    Raises
    ------
    InputError
        A column, patient or population that is not there, or ``ax`` with several populations.
    """
    adata = data if isinstance(data, ad.AnnData) else None
    table = table_of(data, "populations")
    missing = [column for column in NEEDED if column not in table]
    if missing:
        raise InputError(f"The table of populations lacks the column {missing[0]!r}. It has {list(table)}.")
    table = as_told(table).assign(
        **{name: table[name].astype(object).astype(str) for name in (keys.PATIENT, keys.POPULATION)}
    )
    mine = table[table[keys.PATIENT] == str(patient)]
    if mine.empty:
        known = list(dict.fromkeys(table[keys.PATIENT]))
        raise InputError(f"There is no patient {patient!r}.{nearest(str(patient), known)} There are {some(known, 12)}.")
    names = _seen(mine) if names is None else list(names)
    absent = [name for name in names if name not in set(table[keys.POPULATION])]
    if absent or not names:
        has = list(dict.fromkeys(table[keys.POPULATION]))
        raise InputError(f"There is no population {absent[0] if absent else 'in this patient'!r}. There are {has}.")
    alone(ax, len(names), "names")
    visits, others = _visits(mine), _others(table, mine)
    shade = population_hues(table, palette=palette, adata=adata)
    width = max(VISIT * len(visits) + OTHER * len(others), LEAST)
    below = 0.2 + 0.06 * max(len(name) for name in [*visits.values(), *others])
    drawn = (
        [ax] if ax is not None else panels(len(names), (width, HEIGHT), margins=(0.7, 0.1, below, 0.38), ncols=ncols)
    )
    for panel, name in zip(drawn, names, strict=True):
        _panel(panel, mine[mine[keys.POPULATION] == name], name, visits, others, shade.get(name, INK))
    if ax is None:
        _legend(drawn[0], str(patient), set(mine[keys.STATUS].astype(str)), beside=bool(others))
    return drawn if len(drawn) > 1 else drawn[0]


def _seen(mine: pd.DataFrame) -> list[str]:
    here = mine[mine[keys.STATUS].astype(str).isin(keys.SHOWN)]
    return [name for name in dict.fromkeys(mine[keys.POPULATION]) if name in set(here[keys.POPULATION])]


def _text(rows: pd.DataFrame, column: str) -> pd.Series:
    if column not in rows:
        return pd.Series("", index=rows.index)
    return rows[column].astype(object).where(rows[column].notna(), "").astype(str)


def _visits(mine: pd.DataFrame) -> dict[str, str]:
    """Samples of the patient in the table's order, and what each visit is called."""
    firsts = mine.drop_duplicates(keys.SAMPLE)
    when = _text(firsts, keys.TIMEPOINT)
    twice = when.duplicated(keep=False) | (when == "")
    called = when.where(~twice, (when + " " + firsts[keys.SAMPLE].astype(str)).str.strip())
    return {str(sample): safe_text(name, 18) for sample, name in zip(firsts[keys.SAMPLE], called, strict=True)}


def _others(table: pd.DataFrame, mine: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Rows of other groups."""
    group = _text(table, keys.GROUP)
    own = set(_text(mine, keys.GROUP))
    return {safe_text(name, 18): table[group == name] for name in dict.fromkeys(group) if name and name not in own}


def _panel(
    ax: Axes, rows: pd.DataFrame, name: str, visits: dict[str, str], others: dict[str, pd.DataFrame], colour: str
) -> None:
    beside = {group: each[each[keys.POPULATION] == name] for group, each in others.items()}
    low, high = _range(pd.concat([rows, *beside.values()]))
    ax.set_yscale("log")
    ax.set_ylim(low, high)
    place = {sample: i for i, sample in enumerate(visits)}
    x = rows[keys.SAMPLE].astype(str).map(place).to_numpy(float)
    _points(ax, rows, x, low, colour, size=26, intervals=True)
    if keys.LOD95 in rows:
        ax.hlines(
            rows[keys.LOD95], x - 0.3, x + 0.3, colors=GREY, linewidth=0.9, linestyles=(0, (2, 1.5)), label="lod95"
        )
    here = rows[keys.STATUS].astype(str).isin(keys.SHOWN).to_numpy()
    if here.sum() > 1:
        ax.plot(x[here], rows[keys.FRACTION].to_numpy(float)[here].clip(low), color=colour, linewidth=0.9, zorder=2)
    for i, each in enumerate(beside.values()):
        spread = np.linspace(-0.28, 0.28, len(each)) if len(each) > 1 else np.zeros(len(each))
        _points(ax, each, len(visits) + i + spread, low, "#a9b0b7", size=10, intervals=False)
    if beside:
        ax.axvline(len(visits) - 0.5, color=LIGHT, linewidth=0.8)
    ax.set_xlim(-0.5, len(visits) + len(beside) - 0.5)
    labels = [*visits.values(), *beside]
    ax.set_xticks(range(len(labels)), labels, rotation=90, fontsize=7)
    ax.set_title(safe_text(name, 30))
    ax.yaxis.set_major_locator(LogLocator(numticks=6))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.7g}\u00a0%"))
    ax.yaxis.set_minor_locator(NullLocator())
    if keys.PARENT in rows and len(rows):
        ax.set_ylabel(f"of {safe_text(rows[keys.PARENT].iloc[0], 18)}", fontsize=7, labelpad=2)
    ax.grid(axis="y")


def _points(
    ax: Axes, rows: pd.DataFrame, x: np.ndarray, low: float, colour: str, *, size: float, intervals: bool
) -> None:
    status = rows[keys.STATUS].astype(str).to_numpy()
    at, top = rows[keys.FRACTION].to_numpy(float), rows[keys.CI_HIGH].to_numpy(float)
    here = np.isin(status, keys.SHOWN)
    if intervals:
        ax.vlines(x[here], rows[keys.CI_LOW].to_numpy(float)[here].clip(low), top[here], colors=colour, linewidth=1)
        for left, value in zip(x[here], at[here], strict=True):
            ax.annotate(percent(value), (left, value), (5, 2), textcoords="offset points", fontsize=6, gid="share")
    for state, marker in STATUS_MARKERS.items():
        own = status == state
        height = at if state in keys.SHOWN else top
        if state == NOT_EVALUABLE:
            ax.scatter(
                x[own], np.full(own.sum(), 0.95), transform=ax.get_xaxis_transform(), s=size, marker=marker, c=GREY
            )
        elif own.any():
            ax.scatter(
                x[own], height[own].clip(low), s=size, marker=marker, edgecolors=colour, linewidths=0.9, zorder=3,
                facecolors=colour if state == FILLED else "white",
            )  # fmt: skip


def _range(rows: pd.DataFrame) -> tuple[float, float]:
    """Whole decades around every value, interval and limit."""
    columns = [name for name in (keys.FRACTION, keys.CI_LOW, keys.CI_HIGH, keys.LOD95) if name in rows]
    told = rows[rows[keys.STATUS].astype(str) != NOT_EVALUABLE]
    values = (told if len(told) else rows)[columns].to_numpy(float)
    values = values[np.isfinite(values) & (values > 0) & (values <= 1)]
    if not values.size:
        return 1e-4, 1.0
    low, high = np.floor(np.log10(values.min())), np.ceil(np.log10(values.max()))
    low = max(low, high - DECADES)
    return float(10**low), float(10 ** max(high, low + 1)) * 1.05


def _legend(ax: Axes, who: str, shown: set[str], *, beside: bool) -> None:
    looks: dict[str, Any] = {"linestyle": "", "color": INK, "markersize": 5}
    handles = [
        Line2D([], [], marker=marker, label=state if state != NOT_DETECTED else "not detected, upper limit",
               markerfacecolor=INK if state == FILLED else "white", **looks)
        for state, marker in STATUS_MARKERS.items()
        if state in shown
    ]  # fmt: skip
    handles.append(Line2D([], [], color=GREY, linewidth=0.9, linestyle=(0, (2, 1.5)), label="least that would be seen"))
    if beside:
        handles.append(Line2D([], [], linestyle="", marker="o", color="#a9b0b7", markersize=4, label="other groups"))
    ax.figure.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(0, 1), ncols=3, handletextpad=0.4, columnspacing=1.2,
        title=f"patient {safe_text(who, 24)}", alignment="left", title_fontproperties={"weight": "bold", "size": 9},
    )  # fmt: skip
