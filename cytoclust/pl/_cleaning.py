"""The gates that quality control amounts to, sample by sample."""

from collections.abc import Sequence
from typing import Any, Final

import anndata as ad
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator

from cytoclust import keys
from cytoclust.errors import InputError, nearest
from cytoclust.pl._palette import Palette, hues
from cytoclust.pl._panels import alone
from cytoclust.pl._quality_counts import quality_counts
from cytoclust.pl._show import figure
from cytoclust.pl.strips import ASIDE, BACK, Gate, Strips
from cytoclust.pl.style import GREY, INK, categories, safe_text
from cytoclust.words import percent, some

__all__ = ["cleaning"]

SIDE, GAP_X, GAP_Y = 1.5, 0.62, 0.72  # inches
LEFT, RIGHT, BELOW, ABOVE = 0.62, 0.1, 0.5, 0.5  # inches
MOST: Final = 12  # samples that are drawn if none are named
TICK_ROOM: Final = 0.3  # inches
LETTERS: Final = 26  # of an axis


@figure
def cleaning(
    adata: ad.AnnData,
    *,
    samples: Sequence[str] | str | None = None,
    gates: Sequence[str] | str | None = None,
    palette: Palette | None = None,
    ax: Axes | None = None,
) -> Axes | list[Axes]:
    """The gates that quality control amounts to, of all events: a sample a row, in the order in which they are taken.

    Grey, the darker the more: events that the gates before left. Orange: what this one sets aside, with its number and
    its share of all events of the sample. Lines: where it cuts; a gate that sets nothing aside has none. Last, where
    populations lie among all cells, over scatter and over CD45, with their numbers.

    Parameters
    ----------
    adata
        A counted AnnData: ``uns["densities"]``, as a run and ``ct.tl.count`` leave it.
    samples
        Which, in which order; by default all, or of more than twelve those twelve that keep least.
    gates
        ``time``, ``debris``, ``dead``, ``doublet``, ``scatter``, ``CD45``, as far as the panel has them; by default
        all.
    palette
        Of populations, as :func:`umap` takes it.
    ax
        Axes for one gate of one sample. By default a figure of their own.

    Returns
    -------
    Axes, row by row.

    Raises
    ------
    InputError
        Nothing was counted, no such sample or gate, or ``ax`` with several panels.
    """
    known = [] if keys.POPULATION not in adata.obs else categories(adata.obs[keys.POPULATION])
    counts = {row[keys.SAMPLE]: row for row in quality_counts(adata, whole=True)}
    strips = Strips(
        adata, hues(known, palette=palette, adata=adata), {name: row["total"] for name, row in counts.items()}
    )
    if not strips.known:
        raise InputError("uns['densities'] has no gates of samples: run ct.tl.count after ct.pp.quality.")
    kept = {name: row[keys.QC[keys.QC_OK]] / max(row["total"], 1) for name, row in counts.items()}
    asked = [samples] if isinstance(samples, str) else samples
    shown = _those(asked, strips.samples, "sample") if asked is not None else _keep_least(strips.samples, kept)
    views = _those(
        [gates] if isinstance(gates, str) else (strips.views if gates is None else gates), strips.views, "gate"
    )
    found = {(name, view): gate for name in shown for view in views if (gate := strips.gate(name, view))}
    alone(ax, len(found), "samples and gates")
    drawn = [ax] if ax is not None else _own_axes(shown, views, found)
    for panel, ((name, view), gate) in zip(drawn, found.items(), strict=True):
        _draw(panel, gate, strips)
        if view == views[0]:
            share = f", keeps {percent(kept[name])}" if name in kept else ""
            panel.text(
                0, 1.14, f"{safe_text(name, 24)}{share}", transform=panel.transAxes, fontsize=8.5, fontweight="bold",
                va="bottom", gid="sample",
            )  # fmt: skip
    if ax is None and len(shown) < len(strips.samples) and asked is None:
        left = len(strips.samples) - len(shown)
        drawn[0].figure.text(0.005, 0, f"These {len(shown)} samples keep least; {left} more are not drawn.", fontsize=7,
                             color=GREY, va="top")  # fmt: skip
    return drawn if len(drawn) > 1 else drawn[0]


def _those(asked: Sequence[str], known: list[str], what: str) -> list[str]:
    absent = [str(each) for each in asked if str(each) not in known]
    if absent or not asked:
        wrong = f"no {what} {absent[0]!r}.{nearest(absent[0], known)}" if absent else f"no {what} asked for."
        raise InputError(f"There is {wrong} There are {some(known, MOST)}.")
    return list(dict.fromkeys(map(str, asked)))


def _keep_least(names: list[str], kept: dict[str, float]) -> list[str]:
    """All in their order, or of many those that keep least."""
    if len(names) <= MOST:
        return names
    return sorted(names, key=lambda name: kept.get(name, 1.0))[:MOST]


def _own_axes(samples: list[str], views: list[str], found: dict[tuple[str, str], Gate]) -> list[Axes]:
    width = LEFT + len(views) * (SIDE + GAP_X) - GAP_X + RIGHT
    height = ABOVE + len(samples) * (SIDE + GAP_Y) - GAP_Y + BELOW
    whole = Figure(figsize=(width, height))
    return [
        whole.add_axes(
            ((LEFT + j * (SIDE + GAP_X)) / width, 1 - (ABOVE + i * (SIDE + GAP_Y) + SIDE) / height, SIDE / width,
             SIDE / height)
        )
        for i, name in enumerate(samples) for j, view in enumerate(views) if (name, view) in found
    ]  # fmt: skip


def _draw(ax: Axes, gate: Gate, strips: Strips) -> None:
    ends = (gate.x.low, gate.x.high, gate.y.low, gate.y.high)
    ax.imshow(gate.pixels(), extent=ends, aspect="auto", interpolation="nearest", zorder=0)
    for line in gate.lines:
        ax.plot(line[:, 0], line[:, 1], color=INK, linewidth=1.1, zorder=2, gid="cut")
    for layer in gate.layers:
        if layer.as_dots:
            x, y = _places(gate, layer.grid).T
            ax.scatter(x, y, s=3, c=layer.colour, linewidths=0, zorder=3)
    ax.set_xlim(gate.x.low, gate.x.high)
    ax.set_ylim(gate.y.low, gate.y.high)
    ax.spines[:].set(visible=True)
    ax.set_title(gate.title, fontsize=8)
    if gate.view not in BACK:
        ax.set_title(gate.lost, loc="right", fontsize=7, color=ASIDE if gate.n_aside else GREY, fontweight="normal")
    elif gate.layers:
        looks: dict[str, Any] = {"marker": "o", "linestyle": "", "markersize": 3.5}
        handles = [
            Line2D([], [], color=each.colour, label=f"{safe_text(each.name, 20)} {each.n_events:,}", **looks)
            for each in gate.layers
        ]
        ax.legend(handles=handles, loc="best", fontsize=5.5, handletextpad=0.1, borderaxespad=0.2, labelspacing=0.25)
    _dress(ax, gate, strips)


def _places(gate: Gate, grid: np.ndarray) -> np.ndarray:
    """Middles of the filled cells (k, 2)."""
    low = np.array([gate.x.low, gate.y.low])
    step = (np.array([gate.x.high, gate.y.high]) - low) / len(grid)
    return np.asarray(low + (np.argwhere(grid > 0) + 0.5) * step)


def _dress(ax: Axes, gate: Gate, strips: Strips) -> None:
    box = ax.get_window_extent()
    for side, axis, inches in (("x", ax.xaxis, box.width), ("y", ax.yaxis, box.height)):
        found = strips.ticks(gate.view, side, inches=inches / ax.figure.dpi, room=TICK_ROOM)
        axis.set_major_locator(FixedLocator([place for place, _ in found]))
        axis.set_ticklabels([label for _, label in found])
        axis.set_label_text(safe_text((gate.x if side == "x" else gate.y).label, LETTERS), fontsize=7)
        axis.set_tick_params(labelsize=6.5)
