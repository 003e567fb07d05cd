"""Detectors against each other, as compensation left them."""

from collections.abc import Sequence
from typing import Final

import anndata as ad
import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.pl._axis import dress_axis, signal_scale
from cytoclust.pl._biplot import Cloud, Kind, draw_cloud, draw_cuts
from cytoclust.pl._columns import column, column_names, members, positive_limits
from cytoclust.pl._density_image import span
from cytoclust.pl._panels import alone, panels
from cytoclust.pl._show import figure
from cytoclust.pl._spillover import SUSPECT
from cytoclust.pl._weights import note_weights, weights_of
from cytoclust.pl.detector_pairs import Pair, detector_pairs, detectors, order_sentence
from cytoclust.pl.style import GREY, safe_text

__all__ = ["nxn"]

SIDE: Final = 1.55  # inches
STEPS: Final = 60  # of a line
HALO: Final = [patheffects.withStroke(linewidth=2, foreground="white")]


@figure
def nxn(
    adata: ad.AnnData,
    markers: Sequence[str] | None = None,
    *,
    sample: str | None = None,
    most: int = 20,
    kind: Kind = "density",
    ncols: int = 5,
    weights: bool = True,
    ax: Axes | None = None,
) -> Axes | list[Axes]:
    """Pairs of detectors (N×N) after compensation: the dye across, the detector that sees it up; the worst pairs first.

    Rightly compensated, cells without the detector's own marker lie level. Where naming found that they do not
    (``uns["findings"]``), the slope that is left is drawn as a line, and the panel is outlined and says by how much the
    matrix is off; so is a coefficient that is hardly right. Dashed lines: where markers turn positive.

    First come the slopes that were found, the surest first; then coefficients that are hardly right; then pairs by how
    far the matrix moves bright cells of the dye, or, where no matrix is known, neighbouring detectors. A line below the
    figure tells the order, and how many pairs are left out.

    Parameters
    ----------
    adata
        Events after compensation and transform.
    markers
        Two or more columns of fluorescence; by default all.
    sample
        Whose events, and whose matrix; by default all, and the matrix that most samples have.
    most
        Panels at most.
    kind
        As :func:`biplot` takes it.
    ncols
        Panels side by side.
    weights
        Count each event for as many as it stands for (``obs["weight"]``, of an event sample), and say so; else as one.
    ax
        Axes for one pair. By default a figure with a panel for each.

    Raises
    ------
    InputError
        No such column or sample, fewer than two columns, weights that are none, ``most`` below 1, or ``ax`` with
        several pairs.
    """
    names = detectors(adata) if markers is None else column_names(adata, markers)
    names = list(dict.fromkeys(names))
    if len(names) < 2:
        raise InputError(f"nxn needs two detectors of fluorescence or more. Got {names} instead.")
    if most < 1:
        raise InputError(f"most must be at least 1. Got {most!r} instead.")
    rows = np.ones(adata.n_obs, dtype=bool) if sample is None else members(adata, keys.SAMPLE, sample)
    pairs = detector_pairs(adata, names, sample=sample)
    shown = pairs[:most]
    alone(ax, len(shown), "markers")
    weighed, limits = weights_of(adata, weights), positive_limits(adata)
    margins = (0.6, 0.12, 0.5, 0.36)
    drawn = [ax] if ax is not None else panels(len(shown), (SIDE, SIDE), margins=margins, ncols=ncols)
    for panel, pair in zip(drawn, shown, strict=True):
        xs, ys = column(adata, pair.source), column(adata, pair.target)
        cuts = (float(limits.get(pair.source, np.nan)), float(limits.get(pair.target, np.nan)))
        spans = (span(xs), span(ys))
        draw_cloud(panel, Cloud(adata, (pair.source, pair.target), xs, ys, spans, cuts, weighed, kind), rows, None, "")
        draw_cuts(panel, cuts)
        dress_axis(panel, "x", adata, pair.source)
        dress_axis(panel, "y", adata, pair.target)
        _mark(panel, adata, pair)
    note_weights(drawn[min(ncols, len(drawn)) - 1], weighed)
    if ax is None:
        drawn[0].figure.text(0.005, 0.0, order_sentence(pairs, len(shown)), fontsize=7, color=GREY, va="top")
    return drawn if len(drawn) > 1 else drawn[0]


def _mark(ax: Axes, adata: ad.AnnData, pair: Pair) -> None:
    """What the matrix takes off; and in another colour what is wrong with it, with the slope that is left."""
    ax.set_title(f"{safe_text(pair.source, 15)} → {safe_text(pair.target, 15)}", fontsize=7.5)
    wrong = pair.why == "coefficient"
    if not np.isnan(pair.coefficient) or wrong:
        _write(ax, f"matrix {_points(pair.coefficient)}\u00a0%", "coefficient", up=0.02, wrong=wrong)
    if pair.why == "residual":
        much = "much" if pair.slope < 0 else "little"
        _write(ax, f"{_points(abs(pair.slope))} points\ntoo {much} off", "residual", up=0.98, wrong=True)
        _draw_slope(ax, adata, pair)
    if wrong or pair.why == "residual":
        ax.spines[:].set(visible=True, color=SUSPECT, linewidth=1.6)


def _write(ax: Axes, text: str, gid: str, *, up: float, wrong: bool) -> None:
    ax.text(
        0.98, up, text, transform=ax.transAxes, ha="right", va="top" if up > 0.5 else "bottom", fontsize=6.5,
        color=SUSPECT if wrong else GREY, fontweight="bold" if wrong else "normal", path_effects=HALO, zorder=5,
        gid=gid,
    )  # fmt: skip


def _points(share: float) -> str:
    """Per cent, two digits."""
    return f"{100 * share:.2g}".replace("-", "\u2212")


def _draw_slope(ax: Axes, adata: ad.AnnData, pair: Pair) -> None:
    """Where cells without the target lie: at the slope times the source's signal."""
    (low, high), across = ax.get_xlim(), signal_scale(adata, pair.source)
    signals = np.concatenate([[0.0], np.geomspace(1, 1e8, 2000)]) if across else np.linspace(max(low, 0), high, STEPS)
    up = signal_scale(adata, pair.target)
    x = across(signals) if across else signals
    y = up(pair.slope * signals) if up else pair.slope * signals
    seen = (x >= low) & (x <= high)
    ax.plot(x[seen], y[seen], color=SUSPECT, linewidth=1.4, zorder=4, scalex=False, scaley=False)
