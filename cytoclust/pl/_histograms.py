"""The distribution of each marker."""

import math

import anndata as ad
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.pl._medians import stained
from cytoclust.pl._style import PALETTE, safe_text, styled

__all__ = ["histograms"]

WIDTH, HEIGHT, COLUMNS, BINS = 1.55, 1.05, 6, 120


@styled
def histograms(adata: ad.AnnData, *, markers: list[str] | None = None, ax: Axes | None = None) -> Axes | list[Axes]:
    """Histogram of each marker, as it is in ``X``, with its threshold of positivity where there is one.

    Parameters
    ----------
    adata
        Events; ``uns["thresholds"]`` if there is one.
    markers
        Names of ``var``; by default every stained marker.
    ax
        Axes for one marker. By default a figure with a panel for each marker.
    """
    markers = stained(adata) if markers is None else markers
    absent = [name for name in markers if name not in adata.var_names]
    if absent:
        raise InputError(f"var has no {absent[0]!r}. It has {list(adata.var_names)}.")
    table = adata.uns.get(keys.THRESHOLDS)
    limits = table.set_index("marker")["positive"] if isinstance(table, pd.DataFrame) else pd.Series(dtype=float)
    if ax is not None and len(markers) != 1:
        raise InputError(f"With ax, markers must hold one name. Got {markers!r} instead.")
    panels = [ax] if ax is not None else _panels(len(markers))
    values = np.asarray(adata[:, markers].X)
    for panel, name, column in zip(panels, markers, values.T, strict=True):
        _panel(panel, column, name, float(limits.get(name, np.nan)))
    return panels[0] if ax is not None else panels


def _panels(number: int) -> list[Axes]:
    n_columns = min(COLUMNS, max(number, 1))
    n_rows = math.ceil(number / n_columns)
    width, height = n_columns * WIDTH, n_rows * HEIGHT
    figure = Figure(figsize=(width, max(height, HEIGHT)))
    boxes = [
        (column * WIDTH + 0.08, height - (row + 1) * HEIGHT + 0.26, WIDTH - 0.16, HEIGHT - 0.5)
        for row, column in (divmod(i, n_columns) for i in range(number))
    ]
    return [figure.add_axes((x / width, y / height, w / width, h / height)) for x, y, w, h in boxes]


def _panel(ax: Axes, values: np.ndarray, name: str, limit: float) -> None:
    values = values[np.isfinite(values)]
    low, high = np.percentile(values, [0.1, 99.9]) if values.size else (0.0, 1.0)
    if np.isfinite(limit):
        low, high = min(low, limit), max(high, limit)
    spare = max(0.04 * (high - low), 1e-6)
    counts, edges = np.histogram(values, bins=BINS, range=(low - spare, high + spare))
    smooth = np.convolve(counts, np.array([1, 4, 6, 4, 1]) / 16, mode="same")
    middle = (edges[:-1] + edges[1:]) / 2
    ax.fill_between(middle, smooth, color="#9cc3dc", linewidth=0)
    ax.plot(middle, smooth, color=PALETTE[0], linewidth=0.8)
    if np.isfinite(limit):
        ax.axvline(limit, color=PALETTE[1], linewidth=1, linestyle=(0, (3, 2)))
    ax.set_title(safe_text(name, 18))
    ax.set_ylim(0, max(smooth.max(), 1) * 1.05)
    ax.set_xlim(edges[0], edges[-1])
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.locator_params(axis="x", nbins=4)
    ax.tick_params(labelsize=6.5)
