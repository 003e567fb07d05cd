"""Axes in the units of the file, whatever scale the events were clustered on."""

from collections.abc import Callable

import anndata as ad
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import TICKDOWN, TICKLEFT, Line2D
from matplotlib.ticker import FixedFormatter, FixedLocator, FuncFormatter, MaxNLocator
from matplotlib.transforms import Bbox, TransformedBbox

from cytoclust import keys
from cytoclust.pl.style import safe_text
from cytoclust.registry import TRANSFORMS

__all__ = ["Scale", "dress_axis", "signal_scale", "ticks"]

LABEL_ROOM, MINOR_ROOM = 0.26, 0.025  # inches between labels and between small ticks, at least
SMALL_TICK = 1.8  # points
DECADES = range(-2, 10)
Scale = Callable[[np.ndarray], np.ndarray]  # from signals of the file to places in X


def dress_axis(ax: Axes, which: str, adata: ad.AnnData, name: str, *, label: bool = True) -> None:
    """Ticks and label of the ``x`` or ``y`` axis of a column of ``X``, within the limits that it has by now."""
    axis = ax.xaxis if which == "x" else ax.yaxis
    box = ax.get_window_extent()
    inches = (box.width if which == "x" else box.height) / ax.figure.dpi
    low, high = sorted(axis.get_view_interval())
    scale = signal_scale(adata, name)
    if scale is not None:
        places, texts, small = ticks(scale, low, high, inches)
        axis.set_major_locator(FixedLocator(places))
        axis.set_major_formatter(FixedFormatter(texts))
        _draw_small(ax, which, small)
    else:
        axis.set_major_locator(MaxNLocator(max(min(int(inches / 0.5), 6), 2), steps=[1, 2, 5, 10]))
        if max(abs(low), abs(high)) >= 1e4:
            axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value / 1000:g}K" if value else "0"))
    if label:
        axis.set_label_text(safe_text(name) + _unit(adata, name, known=scale is not None))


def _draw_small(ax: Axes, which: str, places: list[float]) -> None:
    """Small ticks as one line of marks: as ticks of matplotlib they are half of the time that a small panel takes."""
    mine = f"small ticks of {which}"
    for line in [each for each in ax.lines if each.get_gid() == mine]:  # of limits that were
        line.remove()
    along, outside = np.asarray(places), np.zeros(len(places))
    x, y = (along, outside) if which == "x" else (outside, along)
    frame = ax.get_xaxis_transform() if which == "x" else ax.get_yaxis_transform()
    marks = Line2D(
        x, y, ls="", marker=TICKDOWN if which == "x" else TICKLEFT, ms=SMALL_TICK, mew=0.5, color="black",
        transform=frame, gid=mine,
    )  # fmt: skip
    ax.add_artist(marks)
    beside = Bbox([[0, -1], [1, 1]] if which == "x" else [[-1, 0], [1, 1]])  # not beyond the ends of the axis
    marks.set_clip_box(TransformedBbox(beside, ax.transAxes))


def signal_scale(adata: ad.AnnData, name: str) -> Scale | None:
    """The function from a signal of the file to its place in ``X``, as ``uns["transform"]`` tells; None: not told."""
    record = adata.uns.get(keys.TRANSFORM, {})
    table = record.get("channels") if hasattr(record, "get") else None
    if not isinstance(table, pd.DataFrame) or name not in table.index:
        return None
    if "cofactor" in table:
        cofactor = table["cofactor"].to_dict()[name]
        return lambda signal: np.arcsinh(signal / cofactor)
    method = record.get("params", {}).get("method", "")
    if method not in TRANSFORMS:
        return None
    apply, parameters = TRANSFORMS[method].load().apply, table.loc[[name], list(TRANSFORMS[method].columns)]
    values = parameters.to_numpy(float).reshape((1, -1) if parameters.shape[1] > 1 else -1)
    return lambda signal: apply(signal.reshape(-1, 1), values).ravel().astype(float)


def ticks(scale: Scale, low: float, high: float, inches: float) -> tuple[list[float], list[str], list[float]]:
    """Places and labels of 0 and of powers of ten between ``low`` and ``high``, and places of small ticks.

    A power of ten gets a label where there is room for it, and small ticks (2, 3, … 9 times a power of ten) where they
    do not run together.
    """
    unit = (high - low) / inches
    tens = np.array([10.0**d for d in DECADES])
    signals = np.concatenate([[0.0], tens[::-1], -tens[::-1]])  # in the order in which they get their labels
    labels = ["0", *(f"$10^{{{d}}}$" for d in reversed(DECADES)), *(f"$-10^{{{d}}}$" for d in reversed(DECADES))]
    kept: list[tuple[float, str]] = []
    for place, text in zip(scale(signals), labels, strict=True):
        if low <= place <= high and all(abs(place - other) >= LABEL_ROOM * unit for other, _ in kept):
            kept.append((float(place), text))
    kept.sort()
    steps = scale(np.outer(tens, np.arange(1, 10)).ravel()).reshape(len(tens), 9)
    wide = np.diff(steps, axis=1).min(axis=1) >= MINOR_ROOM * unit
    small = steps[wide].ravel()
    below = scale(-np.outer(tens, np.arange(1, 10)).ravel()).reshape(len(tens), 9)[wide].ravel()
    small = np.sort(np.concatenate([small, below]))
    places = [place for place, _ in kept]
    small = small[(small >= low) & (small <= high) & ~np.isin(small, places)]
    return places, [text for _, text in kept], small.tolist()


def _unit(adata: ad.AnnData, name: str, *, known: bool) -> str:
    """What the numbers of the axis are, where they are not signals."""
    record = adata.uns.get(keys.TRANSFORM)
    stained = keys.SIGNAL_TYPE not in adata.var or adata.var[keys.SIGNAL_TYPE][name] in ("fluorescence", "mass")
    if known or record is None or not stained:
        return ""
    method = str(record["params"]["method"])
    return "" if method == "none" else f" ({method})"
