"""The gates of a sort as they are drawn by hand."""

import textwrap
from collections.abc import Callable, Sequence
from typing import Any, Final

import anndata as ad
import numpy as np
import pandas as pd
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.path import Path

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.pl._axis import dress_axis, signal_scale
from cytoclust.pl._columns import column, column_name
from cytoclust.pl._density_image import MOST_POINTS, Spans, draw_density, grid_counts, span
from cytoclust.pl._show import figure
from cytoclust.pl._weights import Weights, n_events, of_rows, weights_of
from cytoclust.pl.style import BACKGROUND, GREY, INK, PALETTE, safe_text
from cytoclust.words import percent, plural

__all__ = ["sort_gates"]

SIDE, LEFT, GAP = 2.55, 0.68, 0.82  # inches: a panel, room left of the first, between panels
HEAD, BELOW, CORNERS, FOOT = 0.92, 0.5, 1.2, 0.55  # above, for the label of the axis, the corners, the last lines
LETTERS: Final = 15  # of the last lines, an inch
MOST_ZOOM: Final = 5.0  # widths of a polygon that a panel shows at most
GATE: Final = PALETTE[1]
LEAST_BINS, MOST_BINS = 48, 160
HALO: Final = [patheffects.withStroke(linewidth=2.2, foreground="white")]


@figure
def sort_gates(
    adata: ad.AnnData,
    gates: pd.DataFrame,
    population: str | Sequence[str],
    *,
    population_key: str = keys.POPULATION,
    cluster_key: str = keys.CLUSTER,
    weights: bool = True,
    ax: Axes | None = None,
) -> list[Axes]:
    """What to draw at a sorter: a panel a step, with the corners of its polygon in the unit of the file.

    Each panel shows the events that pass the steps before it, those that quality control set aside too, with the
    population on top (orange). Above it stands how much of what the panel shows the gate holds, and how much of the
    population; below it are the corners, as numbered in it, of signals after compensation.

    Parameters
    ----------
    adata
        Events on the transformed scale, best the event sample of a run with those set aside.
    gates
        ``tables/gates.csv`` of the run.
    population
        What is sorted, as the table has it; or several names, the first of them that of the table, and all that stand
        under it in ``obs``.
    population_key, cluster_key
        Columns of ``obs``.
    weights
        Count each event for as many as it stands for (``obs["weight"]``, of an event sample); else as one.
    ax
        Axes whose place all panels share; by default a figure of their own.

    Returns
    -------
    Axes of the panels.

    Raises
    ------
    InputError
        The table has no gates of the population, or an axis that ``adata`` lacks.
    """
    names = [population] if isinstance(population, str) else list(population)
    steps = _steps(gates, names[0])
    target, weighed = _members(adata, names, population_key, cluster_key), weights_of(adata, weights)
    size = (LEFT + len(steps) * (SIDE + GAP), HEAD + SIDE + BELOW + CORNERS + FOOT)
    place = Figure(figsize=size).add_axes if ax is None else ax.inset_axes
    rows, drawn = _judged(adata), []
    for at, step in enumerate(steps):
        box = ((LEFT + at * (SIDE + GAP)) / size[0], (FOOT + CORNERS + BELOW) / size[1], SIDE / size[0], SIDE / size[1])
        panel = place(box)
        rows = _panel(panel, adata, step, rows, target, weighed)
        drawn.append(panel)
    _say_all(drawn[0], names[0], steps[-1], round(LETTERS * max(size[0], 5)))
    if ax is not None:
        ax.axis("off")
    return drawn


def _steps(gates: pd.DataFrame, population: str) -> list[dict[Any, Any]]:
    mine = gates[gates[keys.POPULATION].astype(str) == population] if keys.POPULATION in gates else gates[:0]
    if mine.empty:
        known = ", ".join(map(repr, dict.fromkeys(gates.get(keys.POPULATION, ())))) or "none"
        raise InputError(f"The table of gates has those of {known}. Got {population!r} instead.")
    return mine.sort_values("step").to_dict("records")


def _members(adata: ad.AnnData, names: Sequence[str], population_key: str, cluster_key: str) -> np.ndarray:
    """Events of the population, or of a cluster that is named as ``cluster 12``."""
    if population_key in adata.obs and (mine := adata.obs[population_key].astype(str).isin(list(names))).any():
        return mine.to_numpy()
    number = names[0].removeprefix("cluster ")
    if cluster_key in adata.obs:
        return np.asarray(adata.obs[cluster_key].astype(str) == number)
    return np.zeros(adata.n_obs, dtype=bool)


def _judged(adata: ad.AnnData) -> np.ndarray:
    """All events but those that came in a stretch that was set aside: gates are not judged by these."""
    if keys.QC_COLUMN not in adata.obs:
        return np.ones(adata.n_obs, dtype=bool)
    return np.asarray(adata.obs[keys.QC_COLUMN].astype(str) != "time")


def _panel(
    panel: Axes, adata: ad.AnnData, step: dict[Any, Any], rows: np.ndarray, target: np.ndarray, weighed: Weights
) -> np.ndarray:
    """Draw a step; the events that pass it."""
    pair = [column_name(adata, str(step[side])) for side in ("x", "y")]
    corners = _corners(step)
    scales = [signal_scale(adata, name) or _as_they_are for name in pair]
    places = np.column_stack([scale(corners[:, at]) for at, scale in enumerate(scales)]).astype(float)
    xs, ys = (column(adata, name) for name in pair)
    here = np.flatnonzero(rows)
    spans = (_span(xs[here], places[:, 0]), _span(ys[here], places[:, 1]))
    bins = int(np.clip(6 * len(here) ** 0.25, LEAST_BINS, MOST_BINS))
    draw_density(panel, grid_counts(xs[here], ys[here], spans, bins, of_rows(weighed, here)), spans, BACKGROUND)
    _on_top(panel, xs, ys, np.flatnonzero(rows & target))
    panel.fill(*places.T, facecolor=(*_rgb(GATE), 0.10), edgecolor=INK, linewidth=1.3, zorder=5)
    _number(panel, places, spans)
    panel.set_xlim(*spans[0])
    panel.set_ylim(*spans[1])
    for side, name in zip(("x", "y"), pair, strict=True):
        dress_axis(panel, side, adata, name)
        _say_scale(panel, side, _detector(adata, name), str(step[f"{side}_scale"]))
    inside = Path(places).contains_points(np.column_stack([xs, ys]).astype(float))
    passed = rows & inside
    panel.set_title(f"{step['step']}  {safe_text(step['name'], 34)}", pad=28)
    panel.annotate(
        _shares(step, rows, passed, weighed), (0, 1), xycoords="axes fraction", xytext=(0, 4),
        textcoords="offset points", va="bottom", linespacing=1.3,
    )  # fmt: skip
    _list_corners(panel, corners, pair)
    return passed


def _corners(step: dict[Any, Any]) -> np.ndarray:
    """(k, 2) in the unit of the file, from ``x y; x y``."""
    try:
        return np.array([[float(word) for word in pair.split()] for pair in str(step["vertices"]).split(";")]).reshape(
            -1, 2
        )
    except ValueError:
        raise InputError(
            f"The corners of a gate must be 'x y; x y; …'. Got {step['vertices']!r:.60} instead."
        ) from None


def _as_they_are(values: np.ndarray) -> np.ndarray:
    return values


def _span(values: np.ndarray, corners: np.ndarray) -> tuple[float, float]:
    """What holds nearly all events and the whole polygon, as far as that leaves the polygon large enough to draw."""
    first, last = float(corners.min()), float(corners.max())
    low, high = span(values, tail=0.2)
    low, high = min(low, first), max(high, last)
    far = 0.5 * MOST_ZOOM * (last - first)
    low, high = max(low, (first + last) / 2 - far), min(high, (first + last) / 2 + far)
    spare = 0.05 * (high - low)
    return min(low, first - spare), max(high, last + spare)


def _on_top(panel: Axes, xs: np.ndarray, ys: np.ndarray, rows: np.ndarray) -> None:
    """The population as points, evenly spaced ones where there are many."""
    some = rows[:: max(1, len(rows) // MOST_POINTS)]
    size = float(np.clip(1600 / max(len(some), 1), 1.5, 10))
    panel.scatter(xs[some], ys[some], s=size, c=GATE, edgecolors="none", alpha=0.8, rasterized=True, zorder=3)


def _rgb(colour: str) -> tuple[float, float, float]:
    from matplotlib.colors import to_rgb

    return to_rgb(colour)


def _number(panel: Axes, places: np.ndarray, spans: Spans) -> None:
    """The number of each corner, outside the polygon."""
    extent = np.array([high - low for low, high in spans])
    outward = (places - places.mean(axis=0)) / extent
    length = np.maximum(np.hypot(*outward.T), 1e-9)[:, None]
    at = places + 0.045 * extent * outward / length
    for number, (x, y) in enumerate(at, start=1):
        panel.text(
            x, y, str(number), ha="center", va="center", fontsize=7, fontweight="bold", color=INK, zorder=6,
            path_effects=HALO,
        )  # fmt: skip
    panel.plot(*places.T, linestyle="none", marker="o", markersize=2.6, color=INK, zorder=6)


def _detector(adata: ad.AnnData, name: str) -> str:
    """What a sorter calls a marker: the channel, where that is another name."""
    channel = str(adata.var.loc[name, keys.CHANNEL]) if keys.CHANNEL in adata.var and name in adata.var_names else name
    return "" if channel == name else channel


def _say_scale(panel: Axes, side: str, detector: str, scale: str) -> None:
    axis = panel.xaxis if side == "x" else panel.yaxis
    said = [safe_text(detector, 16)] if detector else []
    said.append(scale.split()[0] if scale else "linear")
    axis.set_label_text(f"{axis.label.get_text()}  ({', '.join(said)})")


def _shares(step: dict[Any, Any], rows: np.ndarray, passed: np.ndarray, weighed: Weights) -> str:
    """How much the gate holds, of what the panel shows and of the population: as the sorter's statistics tell it."""
    shown = n_events(rows, weighed)
    share = step.get("share_of_parent", n_events(passed, weighed) / shown if shown else np.nan)
    return f"{percent(share)} of the events shown\n{percent(step['yield_step'])} of the population"


def _list_corners(panel: Axes, corners: np.ndarray, names: Sequence[str]) -> None:
    """A small table below the panel; signals to three digits, which is finer than a hand draws."""
    head = f"{'':>2} {_short(names[0]):>11} {_short(names[1]):>11}"
    lines = [f"{number:>2} {_signal(x):>11} {_signal(y):>11}" for number, (x, y) in enumerate(corners, start=1)]
    panel.annotate(
        "\n".join([head, *lines]), (0, 0), xycoords="axes fraction", xytext=(0, -72 * BELOW + 2),
        textcoords="offset points", va="top", ha="left", fontsize=7, family="DejaVu Sans Mono", linespacing=1.25,
    )  # fmt: skip


def _short(name: str) -> str:
    return safe_text(name, 11)


def _signal(value: float) -> str:
    rounded = float(f"{value:.3g}")
    return (f"{rounded:,.0f}" if abs(rounded) >= 100 else f"{rounded:g}").replace("-", "\u2212")


def _say_all(panel: Axes, population: str, last: dict[Any, Any], letters: int) -> None:
    """The population above all panels, and below them what the gates were measured on, in lines of so many letters."""
    put: Callable[..., Any] = panel.annotate
    put(
        f"Gates to sort {safe_text(population, 48)}", (0, 1), xycoords="axes fraction",
        xytext=(0, 72 * (HEAD - 0.3)), textcoords="offset points", fontsize=11, fontweight="bold", va="bottom",
    )  # fmt: skip
    held_out = last["measured_on"] == "held out"
    where = "patients that they were not drawn around" if held_out else "the events that they were drawn around"
    worst = (
        f" Least pure: {safe_text(last['worst_sample'], 20)}, {percent(last['worst_purity'])}."
        if isinstance(last["worst_sample"], str) and last["worst_sample"]
        else ""
    )
    told = (
        f"All gates together: yield {_with_limits(last, 'yield')}, purity {_with_limits(last, 'purity')}, on {where}"
        f" ({plural(last['n_targets'], 'event')}, {plural(last['n_samples'], 'sample')}).{worst}"
    )
    how = (
        "Gate within gate, from left to right. Corners are in the unit of the files, colours after compensation."
        " Grey: events shown; orange: the population."
    )
    put(
        "\n".join([*textwrap.wrap(told, letters), *textwrap.wrap(how, letters)]), (0, 0), xycoords="axes fraction",
        xytext=(0, -72 * (BELOW + CORNERS + 0.02)), textcoords="offset points", fontsize=7.5, va="top", color=GREY,
        linespacing=1.4,
    )  # fmt: skip


def _with_limits(row: dict[Any, Any], name: str) -> str:
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    limits = "" if pd.isna(low) else f" ({percent(low)} to {percent(high)})"
    return f"{percent(row[name])}{limits}"
