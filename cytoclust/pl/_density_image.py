"""Density of events over two columns: counted on a grid, of millions of them in a moment, and drawn as an image."""

from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, LogNorm
from numpy.typing import NDArray

__all__ = ["MOST_POINTS", "Spans", "draw_density", "draw_on_top", "grid_counts", "highest_density_levels"]
__all__ += ["draw_dots", "draw_lines", "line_counts", "smooth_counts", "span"]

MOST_POINTS = 1000  # of a population; beyond it lines of equal density say more than points
SHARES: Final = [0.9, 0.7, 0.5, 0.25]  # of the population's events within each line
Spans = tuple[tuple[float, float], tuple[float, float]]
CURVE_BINS = 256
TENTHS: Final = [0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1]  # of the events within each line of a contour plot
LINE_BINS, LINE_INK = 128, "#4a5560"
LEAST_LINES, MOST_DOTS = 200, 50_000  # events: fewer are dots, more are thinned
BLOCK = 1 << 18  # events worked on at a time, so that what lies between stays in the cache
LOOKED_AT = 200_000  # events that limits are taken from


def span(values: np.ndarray, tail: float = 0.01) -> tuple[float, float]:
    """Limits that hold all but ``tail`` per cent of the events on either side, with some room.

    Of more than 200,000 events, evenly spaced ones are looked at.
    """
    few = values[:: max(1, len(values) // LOOKED_AT)]
    few = few[np.isfinite(few)]
    low, high = np.percentile(few, [tail, 100 - tail]) if few.size else (0.0, 1.0)
    spare = max(0.04 * (high - low), 1e-6)
    return float(low - spare), float(high + spare)


def grid_counts(
    x: np.ndarray, y: np.ndarray, spans: Spans, bins: int, weights: np.ndarray | None = None
) -> NDArray[Any]:
    """Events in each of ``bins`` × ``bins`` equal cells (x, y), or their weight; those outside are not counted."""
    counts = np.zeros(bins * bins, dtype=np.int64 if weights is None else np.float64)
    steps = [bins / (high - low) for low, high in spans]
    for start in range(0, len(x), BLOCK):
        part = slice(start, start + BLOCK)
        with np.errstate(invalid="ignore"):
            places = [
                (np.asarray(values[part], dtype=np.float64) - low) * step
                for values, (low, _), step in zip((x, y), spans, steps, strict=True)
            ]
            inside = (places[0] >= 0) & (places[0] < bins) & (places[1] >= 0) & (places[1] < bins)
            column, row = (place[inside].astype(np.int64) for place in places)
        weight = None if weights is None else weights[part][inside]
        counts += np.bincount(column * bins + row, weight, minlength=bins * bins)
    return counts.reshape(bins, bins)


def line_counts(
    values: np.ndarray, limits: tuple[float, float], bins: int, weights: np.ndarray | None = None
) -> NDArray[np.float64]:
    """Events in each of ``bins`` equal parts of a column's span, or their weight; those outside are not counted."""
    counts = np.zeros(bins)
    low, high = limits
    for start in range(0, len(values), BLOCK):
        part = slice(start, start + BLOCK)
        with np.errstate(invalid="ignore"):
            place = (np.asarray(values[part], dtype=np.float64) - low) * (bins / (high - low))
            inside = (place >= 0) & (place < bins)
        weight = None if weights is None else weights[part][inside]
        counts += np.bincount(place[inside].astype(np.int64), weight, minlength=bins)
    return counts


def smooth_counts(
    values: np.ndarray, limits: tuple[float, float], weights: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Middles of 256 bins, and the events in each or their weight, smoothed over three quarters of Silverman's width.

    Not the whole width, since that rule (Silverman, Density Estimation, 1986, eq. 3.31) is for one mode and markers
    have several. Its number of events is, of weighted ones, Kish's effective number.
    """
    from scipy.ndimage import gaussian_filter1d

    low, high = limits
    width = (high - low) / CURVE_BINS
    middles = low + (np.arange(CURVE_BINS) + 0.5) * width
    counts = line_counts(values, limits, CURVE_BINS, weights)
    step = slice(None, None, max(1, len(values) // LOOKED_AT))
    known = np.isfinite(values[step])
    few = values[step][known].astype(float)
    if not few.size:
        return middles, counts
    if weights is None:
        (quarter, three), deviation, number = np.percentile(few, [25, 75]), few.std(), counts.sum()
    else:
        weight = weights[step][known]
        quarter, three = np.quantile(few, [0.25, 0.75], weights=weight, method="inverted_cdf")
        deviation = np.sqrt(np.cov(few, aweights=weight, ddof=0))
        number = weights.sum() ** 2 / (weights**2).sum()
    spread = min(deviation, (three - quarter) / 1.34) or deviation
    sigma = np.clip(0.75 * 0.9 * spread * max(number, 1) ** -0.2 / width, 1.2, CURVE_BINS / 24)
    return middles, gaussian_filter1d(counts, sigma, mode="constant")


def highest_density_levels(density: np.ndarray, shares: list[float]) -> NDArray[np.float64]:
    """Densities above which lie the given shares of all events, ascending and each once."""
    ordered = np.sort(density, axis=None)[::-1]
    total = np.cumsum(ordered)
    return np.unique([ordered[np.searchsorted(total, share * total[-1])] for share in shares])


def draw_density(ax: Axes, counts: np.ndarray, spans: Spans, cmap: LinearSegmentedColormap) -> None:
    """Counts (x, y) as an image; cells without events stay white."""
    least = min(1, counts.min(where=counts > 0, initial=1))  # a weight may be less than 1
    ax.imshow(
        np.ma.masked_less_equal(counts.T, 0), origin="lower", extent=(*spans[0], *spans[1]), aspect="auto", cmap=cmap,
        norm=LogNorm(least, max(counts.max(), 2)), interpolation="nearest",
    )  # fmt: skip


def draw_lines(
    ax: Axes, xs: np.ndarray, ys: np.ndarray, spans: Spans, *, filled: bool, weights: np.ndarray | None = None
) -> None:
    """Lines between which lie equal shares of the events, a tenth each, and what lies outside as points.

    ``filled``: the bands between them are grey and white in turn, a zebra plot.
    """
    from scipy.ndimage import gaussian_filter

    known = np.isfinite(xs) & np.isfinite(ys)
    xs, ys, weights = xs[known], ys[known], None if weights is None else weights[known]
    if len(xs) < LEAST_LINES:
        draw_dots(ax, xs, ys)
        return
    density = gaussian_filter(grid_counts(xs, ys, spans, LINE_BINS, weights).astype(float), 2.0)
    levels = highest_density_levels(density, TENTHS)
    centres = [low + (np.arange(LINE_BINS) + 0.5) * (high - low) / LINE_BINS for low, high in spans]
    at = [
        np.clip(((v - low) / (high - low) * LINE_BINS).astype(np.int64), 0, LINE_BINS - 1)
        for v, (low, high) in zip((xs, ys), spans, strict=True)
    ]
    draw_dots(ax, *(values[density[at[0], at[1]] < levels[0]] for values in (xs, ys)))
    if filled:
        bands = ["#ffffff" if i % 2 else "#b9c1c8" for i in range(len(levels))]
        ax.contourf(*centres, density.T, levels=[*levels, density.max() * 1.01], colors=bands, zorder=1.1)
    ax.contour(*centres, density.T, levels=levels, colors=LINE_INK, linewidths=0.7, zorder=1.2)


def draw_dots(ax: Axes, xs: np.ndarray, ys: np.ndarray) -> None:
    """Each event a dot; of more than 50,000, evenly spaced ones."""
    step = max(1, -(-len(xs) // MOST_DOTS))
    size = float(np.clip(8000 / max(len(xs), 1), 0.4, 5))
    ax.scatter(xs[::step], ys[::step], s=size, c=LINE_INK, alpha=0.6, linewidths=0, rasterized=True, zorder=1)


def draw_on_top(
    ax: Axes, xs: np.ndarray, ys: np.ndarray, spans: Spans, *, colour: str, weights: np.ndarray | None = None
) -> None:
    """Events of a population: few as points, many as lines of equal density."""
    if len(xs) <= MOST_POINTS:
        size = float(np.clip(1600 / len(xs), 4, 12))
        ax.scatter(xs, ys, s=size, c=colour, edgecolors="white", linewidths=0.25, rasterized=True, zorder=3)
        return
    from scipy.ndimage import gaussian_filter

    bins = 128
    density = gaussian_filter(grid_counts(xs, ys, spans, bins, weights).astype(float), 2.0)
    centres = [low + (np.arange(bins) + 0.5) * (high - low) / bins for low, high in spans]
    levels = highest_density_levels(density, SHARES)
    ax.contour(*centres, density.T, levels=levels, colors="white", linewidths=2.2, alpha=0.7, zorder=3)
    ax.contour(
        *centres, density.T, levels=levels, colors=colour, linewidths=np.linspace(0.7, 1.3, len(levels)), zorder=4
    )
