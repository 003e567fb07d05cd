"""What became of the events of each sample."""

from collections.abc import Mapping
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.pl._quality_counts import quality_counts
from cytoclust.pl._show import figure
from cytoclust.pl._weights import WEIGHTED, weights_of
from cytoclust.pl.style import GREY, new_axes, qc_colour, safe_text
from cytoclust.words import count

__all__ = ["events"]


@figure
def events(run: ad.AnnData | Mapping[str, Any] | pd.DataFrame, *, weights: bool = True, ax: Axes | None = None) -> Axes:
    """Share of intact and of set-aside events in each sample, as stacked bars, with the number of events.

    Parameters
    ----------
    run
        An AnnData with ``obs["qc"]``, the mapping of ``run.json`` (its ``events``), or a table with ``sample_id``,
        ``total`` and a column for each quality category.
    weights
        Count each event for as many as it stands for (``obs["weight"]``, of an event sample), and say so; else as one.
    ax
        Axes to draw in; by default a figure of their own.

    Raises
    ------
    InputError
        No such table or column, or weights that are none.
    """
    weighted = isinstance(run, ad.AnnData) and weights_of(run, weights) is not None
    table = run if isinstance(run, pd.DataFrame) else pd.DataFrame(_counts(run, weighted=weighted))
    if keys.SAMPLE not in table or "total" not in table:
        raise InputError(f"Events per sample need the columns 'sample_id' and 'total'. Got {list(table)} instead.")
    names = [safe_text(name) for name in table[keys.SAMPLE]]
    row_height = 0.24 if len(names) <= 20 else 0.17
    if ax is None:
        left = 0.25 + 0.068 * max(map(len, names), default=0)
        ax = new_axes(5.2, max(len(names) * row_height, 0.4), margins=(left, 1.2, 0.35, 0.45))
    total = np.maximum(table["total"].to_numpy(float), 1)
    start, y = np.zeros(len(table)), np.arange(len(table))
    for category in keys.QC:
        if category in table and table[category].to_numpy().any():
            share = table[category].to_numpy(float) / total
            ax.barh(y, share, left=start, height=0.78, color=qc_colour(category), label=category, linewidth=0)
            start += share
    for row, n_events in enumerate(table["total"]):
        ax.text(1.015, row, count(n_events), transform=ax.get_yaxis_transform(), va="center", fontsize=7.5)
    ax.text(1.015, 1, "events", transform=ax.transAxes, va="bottom", fontsize=7.5, fontweight="bold")
    ax.set_yticks(y, names)
    ax.set_ylim(len(names) - 0.45, -0.55)
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter(PercentFormatter(1, symbol="\u00a0%"))
    ax.set_xlabel(WEIGHTED if weighted else "", fontsize=7, color=GREY)
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)
    ax.legend(
        loc="lower left", bbox_to_anchor=(-0.01, 1), ncols=6, handlelength=0.9, handletextpad=0.4, columnspacing=1
    )
    return ax


def _counts(run: ad.AnnData | Mapping[str, Any], *, weighted: bool) -> list[dict[str, Any]]:
    if not isinstance(run, ad.AnnData):
        return list(run.get("events", []))
    if keys.QC_COLUMN not in run.obs:
        raise InputError(
            f"obs must have the column {keys.QC_COLUMN!r} (run ct.pp.quality first). It has {list(run.obs)}."
        )
    return quality_counts(run, weights=weighted)
