"""Every sample over the same pairs of markers."""

from collections.abc import Sequence

import anndata as ad
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.pl._axis import dress_axis
from cytoclust.pl._biplot import Cloud, Kind, draw_cloud, draw_cuts, write_shares
from cytoclust.pl._columns import column, column_names, members, no_such_label, parts, positive_limits
from cytoclust.pl._density_image import span
from cytoclust.pl._palette import Palette, one_hue
from cytoclust.pl._quadrant_counts import quadrants_of
from cytoclust.pl._show import figure
from cytoclust.pl._weights import note_weights, weights_of
from cytoclust.pl.style import PALETTE, safe_text
from cytoclust.slots import read_tables

__all__ = ["layout"]

SIDE, GAP, LEFT, BELOW, ABOVE, RIGHT = 1.75, 0.5, 0.95, 0.55, 0.4, 0.2  # inches


@figure
def layout(
    adata: ad.AnnData,
    pairs: Sequence[tuple[str, str]] | None = None,
    *,
    samples: Sequence[str] | None = None,
    kind: Kind = "density",
    population: str | None = None,
    quadrants: bool = True,
    palette: Palette | None = None,
    weights: bool = True,
    ax: Axes | None = None,
) -> list[Axes]:
    """Samples (rows) over pairs of markers (columns), each pair on one scale, with cuts and shares of quadrants.

    Parameters
    ----------
    adata
        Events of several samples.
    pairs
        Names of ``var``, two and two; by default those that a run counted (``tables/quadrants.csv``).
    samples
        Which, and in which order; by default all.
    kind
        As :func:`biplot` takes it.
    population
        Whose events to draw on top; shares of quadrants are of these then.
    quadrants
        Write the share of events in each quadrant: where the run counted them, the numbers of its table.
    palette
        As :func:`umap` takes it, of the population.
    weights
        Count each event for as many as it stands for (``obs["weight"]``, of an event sample), and say so; else as one.
    ax
        None: a layout has a figure of its own.

    Returns
    -------
    Axes, row by row.

    Raises
    ------
    InputError
        No such column, sample or population, no pair, weights that are none, or ``ax``.
    """
    if ax is not None:
        raise InputError("layout has a figure of its own: leave ax out.")
    asked = [(x, y) for x, y in map(tuple, pairs)] if pairs is not None else _counted_pairs(adata)
    named = [tuple(column_names(adata, pair)) for pair in asked]
    known = parts(adata, keys.SAMPLE)
    shown = known if samples is None else [str(each) for each in samples]
    if not named or not shown or (absent := [each for each in shown if each not in known]):
        if named and shown:
            raise InputError(no_such_label(adata.obs[keys.SAMPLE], keys.SAMPLE, absent[:1]))
        raise InputError("pairs must hold two markers and two: the run counted none.")
    own = None if population is None else members(adata, keys.POPULATION, population)
    shade = one_hue(str(population), PALETTE[1], palette=palette, adata=adata, key=keys.POPULATION)
    limits, weighed = positive_limits(adata), weights_of(adata, weights)
    drawn = _own_axes(len(shown), len(named))
    for j, (x, y) in enumerate(named):
        xs, ys = column(adata, x), column(adata, y)
        cuts = (float(limits.get(x, np.nan)), float(limits.get(y, np.nan)))
        cloud = Cloud(adata, (x, y), xs, ys, (_span(xs, cuts[0]), _span(ys, cuts[1])), cuts, weighed, kind)
        for i, sample in enumerate(shown):
            panel = drawn[i * len(named) + j]
            rows = members(adata, keys.SAMPLE, sample)
            draw_cloud(panel, cloud, rows, own, shade)
            four = quadrants_of(adata, (x, y), xs, ys, rows, cuts, weighed, population=population)
            draw_cuts(panel, four.cuts if four.counted else cuts)
            dress_axis(panel, "x", adata, x, label=i == len(shown) - 1)
            dress_axis(panel, "y", adata, y)
            if quadrants and np.isfinite(cuts).all():
                write_shares(panel, four)
            if j == 0:
                panel.set_title(safe_text(sample, 18))
    note_weights(drawn[len(named) - 1], weighed)
    return drawn


def _counted_pairs(adata: ad.AnnData) -> list[tuple[str, str]]:
    table = read_tables(adata).get("quadrants")
    return [] if table is None else list(dict.fromkeys(zip(table["x"], table["y"], strict=True)))


def _span(values: np.ndarray, cut: float) -> tuple[float, float]:
    low, high = span(values)
    spare = 0.03 * (high - low)
    return (min(low, cut - spare), max(high, cut + spare)) if np.isfinite(cut) else (low, high)


def _own_axes(n_rows: int, n_columns: int) -> list[Axes]:
    width = n_columns * (SIDE + LEFT) + RIGHT
    height = n_rows * (SIDE + GAP) + BELOW + ABOVE
    whole = Figure(figsize=(width, height))
    return [
        whole.add_axes(
            ((j * (SIDE + LEFT) + LEFT * 0.75) / width, 1 - (ABOVE + i * (SIDE + GAP) + SIDE) / height, SIDE / width,
             SIDE / height)
        )
        for i in range(n_rows) for j in range(n_columns)
    ]  # fmt: skip
