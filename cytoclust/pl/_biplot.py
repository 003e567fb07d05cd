"""One marker against another."""

from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.pl._style import DENSITY, GREY, PALETTE, new_axes, safe_text, styled

__all__ = ["biplot"]

BINS = 180


@styled
def biplot(
    adata: ad.AnnData,
    x: str,
    y: str,
    *,
    population: str | None = None,
    population_key: str = keys.POPULATION,
    ax: Axes | None = None,
) -> Axes:
    """Density of events over two columns of ``X``, with thresholds of positivity, and a population on top of it.

    Colour is the number of events in a bin, on a logarithmic scale; the axes show the middle 99.98 % of each column.

    Raises
    ------
    InputError
        No such column or population.
    """
    for name in (x, y):
        if name not in adata.var_names:
            raise InputError(f"var has no {name!r}. It has {list(adata.var_names)}.")
    ax = new_axes(3.4, 3.4, margins=(0.65, 0.15, 0.55, 0.35)) if ax is None else ax
    values = np.asarray(adata[:, [x, y]].X)
    spans = [_span(column) for column in values.T]
    counts, *_ = np.histogram2d(values[:, 0], values[:, 1], bins=BINS, range=np.array(spans))
    ax.imshow(
        np.ma.masked_less(counts.T, 1), origin="lower", extent=(*spans[0], *spans[1]), aspect="auto", cmap=DENSITY,
        norm=LogNorm(1, max(counts.max(), 2)), interpolation="nearest",
    )  # fmt: skip
    _draw_thresholds(ax, adata, x, y)
    if population is not None:
        rows = adata.obs[population_key].astype(str).to_numpy() == population
        if not rows.any():
            raise InputError(f"obs[{population_key!r}] has no {population!r}.")
        ax.scatter(values[rows, 0], values[rows, 1], s=5, c=PALETTE[1], linewidths=0, rasterized=True, zorder=3)
        ax.set_title(safe_text(population, 40))
    ax.set_xlim(*spans[0])
    ax.set_ylim(*spans[1])
    ax.set_xlabel(safe_text(x))
    ax.set_ylabel(safe_text(y))
    return ax


def _span(values: np.ndarray) -> tuple[float, float]:
    finite = values[np.isfinite(values)]
    low, high = np.percentile(finite, [0.01, 99.99]) if finite.size else (0.0, 1.0)
    spare = max(0.04 * (high - low), 1e-6)
    return float(low - spare), float(high + spare)


def _draw_thresholds(ax: Axes, adata: ad.AnnData, x: str, y: str) -> None:
    table = adata.uns.get(keys.THRESHOLDS)
    if not isinstance(table, pd.DataFrame):
        return
    limits = table.set_index("marker")["positive"].astype(float)
    line: dict[str, Any] = {"color": GREY, "linewidth": 0.9, "linestyle": (0, (4, 3))}
    if np.isfinite(limits.get(x, np.nan)):
        ax.axvline(limits[x], **line)
    if np.isfinite(limits.get(y, np.nan)):
        ax.axhline(limits[y], **line)
