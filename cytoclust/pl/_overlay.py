"""Populations, or any selection, over all events on two markers."""

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import anndata as ad
import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.pl._axis import dress_axis
from cytoclust.pl._biplot import Cloud, Kind, draw_cloud, draw_cuts
from cytoclust.pl._columns import column, column_names, members, parts, positive_limits
from cytoclust.pl._density_image import MOST_POINTS, draw_on_top, span
from cytoclust.pl._kinds import Kinds, used_markers
from cytoclust.pl._palette import Palette, hues
from cytoclust.pl._panels import alone, panels
from cytoclust.pl._quadrant_counts import intact
from cytoclust.pl._show import figure
from cytoclust.pl._weights import n_events, note_weights, of_rows, weights_of
from cytoclust.pl.style import categories, safe_text
from cytoclust.pp import back_views, panel_of
from cytoclust.slots import read_tables
from cytoclust.words import count

__all__ = ["overlay"]

SIDE: Final = 2.6  # inches
SELECTION: Final = "selection"

Chosen: TypeAlias = str | Sequence[str] | NDArray[np.bool_]


@figure
def overlay(
    adata: ad.AnnData,
    chosen: Chosen,
    *,
    pairs: Sequence[tuple[str, str]] | tuple[str, str] | None = None,
    population_key: str = keys.POPULATION,
    groupby: str | None = None,
    kind: Kind = "density",
    palette: Palette | None = None,
    ncols: int = 4,
    weights: bool = True,
    ax: Axes | None = None,
) -> Axes | list[Axes]:
    """Backgating: one or several populations, or any selection, over all events on pairs of markers.

    Each has its hue; up to 1000 events are points, of more, lines hold 25, 50, 70 and 90 % of them. Numbers are of the
    events that quality control left. Dashed lines: where markers turn positive.

    Parameters
    ----------
    adata
        Events.
    chosen
        Populations by name, also one that has others under it where a run counted them; or which events (n,), bool.
    pairs
        Names of ``var``, two and two, or one pair. By default forward over side scatter, CD45 over side scatter, and
        the two markers in which what was chosen differs most from all others.
    population_key
        The column of ``obs`` to look in (clusters with ``"cluster"``).
    groupby
        A column of ``obs``: panels for each of its categories, on one scale; a row where there are several pairs.
    kind
        As :func:`biplot` takes it, of all events.
    palette
        As :func:`umap` takes it, of the populations.
    ncols
        Panels side by side, but of several pairs by ``groupby``.
    weights
        Count each event for as many as it stands for (``obs["weight"]``, of an event sample), and say so; else as one.
    ax
        Axes for one panel. By default a figure of their own.

    Raises
    ------
    InputError
        No such column or population, nothing chosen, weights that are none, or ``ax`` with several panels.
    """
    layers = _layers(adata, chosen, population_key)
    rows = np.any(list(layers.values()), axis=0)
    weighed = weights_of(adata, weights)
    if pairs is None:
        asked = _telling_pairs(adata, rows)
    elif len(pairs) == 2 and all(isinstance(each, str) for each in pairs):
        asked = [pairs]  # type: ignore[list-item]
    else:
        asked = list(pairs)  # type: ignore[arg-type]
    named = [tuple(column_names(adata, pair)) for pair in asked]
    if not named or any(len(pair) != 2 for pair in named):
        raise InputError(f"pairs must be two markers, or a list of such pairs. Got {pairs!r} instead.")
    groups = [None] if groupby is None else parts(adata, groupby)
    shown = [(group, pair) for group in groups for pair in named]
    alone(ax, len(shown), "pairs and groupby")
    shade = hues([*categories(adata.obs[population_key]), *layers] if population_key in adata.obs else layers,
                 key=population_key, palette=palette, adata=adata)  # fmt: skip
    limits = positive_limits(adata)
    clouds = {pair: _cloud(adata, pair, rows, limits, weighed, kind) for pair in dict.fromkeys(named)}
    wide = len(named) if groupby is not None and len(named) > 1 else ncols
    drawn = [ax] if ax is not None else panels(len(shown), (SIDE, SIDE), margins=(0.65, 0.15, 0.55, 0.35), ncols=wide)
    for panel, (group, pair) in zip(drawn, shown, strict=True):
        here = np.ones(adata.n_obs, dtype=bool) if group is None else members(adata, str(groupby), group)
        _draw(panel, clouds[pair], here, layers, shade)
        if group is not None:
            panel.set_title(safe_text(group, 34))
    return drawn if len(drawn) > 1 else drawn[0]


def _layers(adata: ad.AnnData, chosen: Chosen, key: str) -> dict[str, NDArray[np.bool_]]:
    """Events of each name, the most frequent first, so that rare ones lie on top."""
    if isinstance(chosen, np.ndarray) and chosen.dtype == bool:
        if chosen.shape != (adata.n_obs,) or not chosen.any():
            raise InputError(f"chosen must say of each of {adata.n_obs} events whether it is, and hold one at least.")
        return {SELECTION: chosen}
    names = [chosen] if isinstance(chosen, str) else [str(each) for each in chosen]
    if not names:
        raise InputError("chosen must name a population at least. Got none.")
    found = {name: _members(adata, key, name) for name in dict.fromkeys(names)}
    return dict(sorted(found.items(), key=lambda item: -int(item[1].sum())))


def _members(adata: ad.AnnData, key: str, name: str) -> NDArray[np.bool_]:
    """Events of a population and of all under it, by the run's table; of a column that has none, those called so."""
    table = read_tables(adata).get("populations") if key == keys.POPULATION else None
    named = [name]
    if table is not None and key in adata.obs:
        parents = dict(zip(table[keys.POPULATION].astype(str), table[keys.PARENT].astype(str), strict=True))
        for each in named:
            named += [child for child, parent in parents.items() if parent == each and child not in named]
    known = set(categories(adata.obs[key])) if key in adata.obs else set()
    held = [each for each in named if each in known]
    return np.any([members(adata, key, each) for each in held or [name]], axis=0)


def _telling_pairs(adata: ad.AnnData, rows: NDArray[np.bool_]) -> list[tuple[str, str]]:
    """Over scatter, over CD45, and over the two markers that tell most."""
    names = [str(name) for name in adata.var_names]
    views = back_views(panel_of(adata, strict=False))
    pairs = [(names[view.x.columns[0]], names[view.y.columns[0]]) for view in views]
    used = used_markers(adata, [])
    part = ad.AnnData(np.column_stack([column(adata, name) for name in used]), var=adata.var.loc[used])
    return [*pairs, Kinds(part, "", rows, {}).two_telling()]


def _cloud(
    adata: ad.AnnData, pair: tuple[str, ...], rows: NDArray[np.bool_], limits: Any, weights: Any, kind: Kind
) -> Cloud:
    """All events over a pair; the axes show all that was chosen, too."""
    both = [column(adata, name) for name in pair]
    cuts = [float(limits.get(name, np.nan)) for name in pair]
    spans = [_span(values, rows, cut) for values, cut in zip(both, cuts, strict=True)]
    return Cloud(
        adata, (pair[0], pair[1]), both[0], both[1], (spans[0], spans[1]), (cuts[0], cuts[1]), weights, kind
    )  # fmt: skip


def _span(values: np.ndarray, rows: NDArray[np.bool_], cut: float) -> tuple[float, float]:
    low, high = span(values)
    own = values[rows]
    own = own[np.isfinite(own)]
    spare = 0.03 * (high - low)
    if own.size:
        edges = (own.min(), own.max()) if own.size <= MOST_POINTS else np.percentile(own, [0.1, 99.9])
        low, high = min(low, float(edges[0]) - spare), max(high, float(edges[1]) + spare)
    return (min(low, cut - spare), max(high, cut + spare)) if np.isfinite(cut) else (low, high)


def _draw(
    ax: Axes, cloud: Cloud, here: NDArray[np.bool_], layers: dict[str, NDArray[np.bool_]], shade: dict[str, str]
) -> None:
    draw_cloud(ax, cloud, here, np.zeros(len(here), dtype=bool), "")
    looks: dict[str, Any] = {"marker": "o", "linestyle": "", "markersize": 4}
    handles = []
    for name, mine in layers.items():
        own = mine & here
        if own.any():
            draw_on_top(ax, cloud.xs[own], cloud.ys[own], cloud.spans, colour=shade[name],
                        weights=of_rows(cloud.weights, own))  # fmt: skip
        number = count(round(n_events(intact(cloud.adata, own), cloud.weights)))
        handles.append(Line2D([], [], color=shade[name], label=f"{safe_text(name, 24)}  {number}", **looks))
    draw_cuts(ax, cloud.cuts)
    dress_axis(ax, "x", cloud.adata, cloud.pair[0])
    dress_axis(ax, "y", cloud.adata, cloud.pair[1])
    ax.legend(handles=handles, loc="best", fontsize=6.5, handletextpad=0.2, labelspacing=0.3, frameon=True,
              facecolor="white", edgecolor="none", framealpha=0.7)  # fmt: skip
    note_weights(ax, cloud.weights)
