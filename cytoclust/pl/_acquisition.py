"""What happened while a sample was measured."""

from collections.abc import Sequence
from typing import Any, Final

import anndata as ad
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import PercentFormatter

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.pl._columns import column, stored_table
from cytoclust.pl._show import figure
from cytoclust.pl.style import GREY, INK, LIGHT, SEQUENTIAL, qc_colour, safe_text
from cytoclust.pp import N_BINS, acquisition_bins, acquisition_rows
from cytoclust.slots import read_meta

__all__ = ["acquisition"]

NEEDED: Final = (keys.SAMPLE, keys.N_EVENTS, keys.START, keys.STOP)
PANELS, A_ROW = 12, 3  # more samples are drawn as strips; panels a row
WIDTH, RATE, ASIDE, STEP = 2.9, 0.5, 0.5, 1.75  # inches: a panel, its two halves, and from one to the next below
STRIP, STRIPS = 0.15, 3.6  # inches: height of a strip, width of all
MOST_RATE: Final = 6.0  # a burst leaves the axis above
FOLD: Final = 2.0  # log2: the rate's colours end at a quarter and four times the usual
RATES: Final = LinearSegmentedColormap.from_list(
    "cytoclust_rates", ["#0b4f8a", "#8fbad8", "#f6f4ee", "#f0b27a", "#a34700"]
)


@figure
def acquisition(
    data: ad.AnnData | pd.DataFrame, *, samples: Sequence[str] | None = None, ax: Axes | None = None
) -> Axes | list[Axes]:
    """How fast events came along the run of each sample, and what quality control set aside there.

    The run goes from left to right in bins of equal event number. Up to 12 samples, each has a line of the rate, as a
    multiple of the sample's median rate, and below it the share set aside by category. More samples are strips: of the
    share set aside, on the left, with a dot where most is for ``time``, and of the rate, on the right. Where Time does
    not run or falls back, there is no rate, and the figure says so.

    Parameters
    ----------
    data
        ``tables/acquisition.csv``, or an AnnData in file order with ``obs["qc"]`` (after :func:`cytoclust.pp.quality`).
        Of an event sample, whose events tell no rate, the table in ``uns["tables"]``.
    samples
        Those to draw; by default all.
    ax
        Axes whose place the panels share, of up to 12 samples one only. By default a figure of their own.

    Raises
    ------
    InputError
        A column, sample or table that is not there, or ``ax`` for several samples.
    """
    table = _table(data)
    known = list(dict.fromkeys(table[keys.SAMPLE]))
    samples = known if samples is None else [str(name) for name in samples]
    absent = [name for name in samples if name not in known]
    if absent or not samples:
        raise InputError(f"There is no sample {absent[0]!r}. There are {known}." if absent else "There is no sample.")
    runs = {name: table[table[keys.SAMPLE] == name] for name in samples}
    if len(samples) > PANELS:
        return _strips(runs, ax)
    if ax is not None and len(samples) != 1:
        raise InputError(f"With ax, samples must hold one name. Got {samples!r} instead.")
    return _panels(runs, ax)


def _table(data: ad.AnnData | pd.DataFrame) -> pd.DataFrame:
    """The table ``acquisition.csv``."""
    if isinstance(data, ad.AnnData) and keys.WEIGHT in data.obs:
        data = stored_table(data, "acquisition")
    if isinstance(data, pd.DataFrame):
        missing = [name for name in (*NEEDED, *keys.QC) if name not in data]
        if missing:
            raise InputError(f"The table of the acquisition lacks the column {missing[0]!r}. It has {list(data)}.")
        return data.assign(**{keys.SAMPLE: data[keys.SAMPLE].astype(str)})
    if keys.QC_COLUMN not in data.obs:
        raise InputError(
            f"obs must have the column {keys.QC_COLUMN!r} (run ct.pp.quality first). It has {list(data.obs)}."
        )
    codes = pd.Categorical(data.obs[keys.QC_COLUMN].astype(str), categories=list(keys.QC)).codes
    of = (
        data.obs[keys.SAMPLE].astype(str).to_numpy()
        if keys.SAMPLE in data.obs
        else np.full(data.n_obs, _file_name(data))
    )
    kinds = data.var.get(keys.SIGNAL_TYPE, pd.Series("", index=data.var_names)).astype(str)
    clock = next(iter(data.var_names[kinds == "time"]), None)
    time = None if clock is None else np.asarray(column(data, clock))
    tables = []
    for name in dict.fromkeys(of):
        rows = np.flatnonzero(of == name)
        times = None if time is None else time[rows[acquisition_rows(len(rows))]]
        tables.append(acquisition_bins(codes[rows], times).assign(**{keys.SAMPLE: name}))
    return pd.concat(tables, ignore_index=True)


def _file_name(adata: ad.AnnData) -> str:
    """What the file calls itself, where there is no sample: ``$FIL``; else nothing."""
    return str(read_meta(adata).get("$FIL", ""))


def _rate(run: pd.DataFrame) -> np.ndarray:
    """Events by time, as a multiple of the median over the run; NaN where Time does not tell."""
    lasted = (run[keys.STOP] - run[keys.START]).to_numpy(float)
    rate = run[keys.N_EVENTS].to_numpy(float) / np.where(lasted > 0, lasted, np.nan)
    known = rate[np.isfinite(rate)]
    return rate / np.median(known) if len(known) else rate


def _aside(run: pd.DataFrame) -> pd.DataFrame:
    """Share of each bin that was set aside, by category."""
    return run[list(keys.QC[1:])].div(run[keys.N_EVENTS].clip(lower=1), axis=0)


def _panels(runs: dict[str, pd.DataFrame], ax: Axes | None) -> list[Axes]:
    n_columns = min(A_ROW, len(runs))
    n_rows = -(-len(runs) // n_columns)
    width, height = max(0.55 + n_columns * (WIDTH + 0.35), 4.2), 0.35 + n_rows * STEP
    place = Figure(figsize=(width, height)).add_axes if ax is None else ax.inset_axes
    asides = {name: _aside(run) for name, run in runs.items()}
    most = max(0.2, min(1.05 * max(float(aside.sum(axis=1).max()) for aside in asides.values()), 1))
    drawn: list[Axes] = []
    for i, (name, run) in enumerate(runs.items()):
        row, at = divmod(i, n_columns)
        x, top = 0.5 + at * (WIDTH + 0.35), 0.6 + row * STEP
        boxes = [(x, top + RATE, WIDTH, RATE), (x, top + RATE + 0.1 + ASIDE, WIDTH, ASIDE)]
        above, below = (place((x / width, 1 - y / height, w / width, h / height)) for x, y, w, h in boxes)
        above.set_title(safe_text(name, 36))
        _draw_rate(above, _rate(run))
        _draw_aside(below, asides[name], most)
        for panel, label in ((above, "rate"), (below, "set aside")):
            panel.set_ylabel(label if at == 0 else "", fontsize=7)
        drawn += [above, below]
    if ax is not None:
        ax.axis("off")
    _legend(drawn[0], {name for name in keys.QC[1:] if any(aside[name].any() for aside in asides.values())})
    return drawn


def _draw_rate(ax: Axes, rate: np.ndarray) -> None:
    edges = np.linspace(0, 1, len(rate) + 1)
    ax.set_xlim(0, 1)
    ax.tick_params(labelbottom=False, labelsize=6.5)
    if not np.isfinite(rate).any():
        ax.text(0.5, 0.5, "Time does not tell the rate", transform=ax.transAxes, ha="center", va="center", color=GREY)
        ax.set_yticks([])
        return
    ax.axhline(1, color=LIGHT, linewidth=0.8)
    ax.stairs(rate, edges, color=INK, linewidth=0.9, baseline=None)
    ax.set_ylim(0, float(np.clip(1.05 * np.nanmax(rate), 2, MOST_RATE)))
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:g}×")
    ax.locator_params(axis="y", nbins=3)


def _draw_aside(ax: Axes, aside: pd.DataFrame, most: float) -> None:
    edges = np.linspace(0, 1, len(aside) + 1)
    low = np.zeros(len(aside))
    for category in keys.QC[1:]:
        high = low + aside[category].to_numpy()
        ax.stairs(high, edges, baseline=low, fill=True, color=qc_colour(category), linewidth=0, label=category)
        low = high
    ax.set_xlim(0, 1)
    ax.set_ylim(0, most)
    ax.locator_params(axis="y", nbins=2)
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol="\u00a0%"))
    _percents(ax)
    ax.tick_params(labelsize=6.5)


def _percents(ax: Axes) -> None:
    """The x axis in per cent; the labels at its ends do not run into the next panel."""
    ax.set_xticks([0, 0.5, 1], ["0", "50", "100\u00a0%"])
    first, *_, last = ax.get_xticklabels()
    first.set_horizontalalignment("left")
    last.set_horizontalalignment("right")


def _legend(ax: Axes, present: set[str]) -> None:
    handles = [Patch(color=qc_colour(name), label=name) for name in keys.QC[1:] if name in present]
    handles = handles or [Patch(alpha=0, label="nothing was set aside")]
    ax.legend(
        handles=[*handles, Patch(alpha=0, label="along the run, in file order")], loc="lower left", ncols=7,
        bbox_to_anchor=(0, 1 + 0.28 / RATE), borderaxespad=0, handlelength=0.9, handletextpad=0.4, columnspacing=1.2,
    )  # fmt: skip


def _strips(runs: dict[str, pd.DataFrame], ax: Axes | None) -> list[Axes]:
    names = [safe_text(name, 24) for name in runs]
    left, body = 0.2 + 0.06 * max(map(len, names)), STRIP * len(runs)
    width, height = left + 2 * STRIPS + 0.45, body + 1.05
    place = Figure(figsize=(width, height)).add_axes if ax is None else ax.inset_axes
    xs = (left, left + STRIPS + 0.25)
    share, rate = (place((x / width, 0.5 / height, STRIPS / width, body / height)) for x in xs)
    asides, rates = [_aside(run) for run in runs.values()], [_rate(run) for run in runs.values()]
    extent = (0, 1, len(runs) - 0.5, -0.5)
    look: dict[str, Any] = {"extent": extent, "aspect": "auto", "interpolation": "nearest"}
    gone = [_stretched(aside.to_numpy().sum(axis=1)) for aside in asides]
    share.imshow(gone, cmap=SEQUENTIAL, vmin=0, vmax=1, **look)
    row, at = np.nonzero([_stretched(aside["time"].to_numpy()) > 0.5 for aside in asides])
    share.scatter((at + 0.5) / N_BINS, row, s=3, c=qc_colour("time"), linewidths=0, zorder=3)
    rate.imshow([_stretched(np.log2(each)) for each in rates], cmap=RATES, vmin=-FOLD, vmax=FOLD, **look)
    for row_of, each in enumerate(rates):
        if not np.isfinite(each).any():
            rate.text(0.5, row_of, "Time does not tell the rate", ha="center", va="center", fontsize=6, color=GREY)
    for panel, title in ((share, "share set aside"), (rate, "event rate, of the sample's median")):
        _frame_strips(panel, len(runs), title)
    share.set_yticks(range(len(runs)), names, fontsize=6.5)
    _keys(share, rate, body)
    if ax is not None:
        ax.axis("off")
    return [share, rate]


def _stretched(values: np.ndarray) -> np.ndarray:
    """The values of as many bins as all strips have."""
    return values[np.arange(N_BINS) * len(values) // N_BINS] if len(values) else np.full(N_BINS, np.nan)


def _frame_strips(ax: Axes, n: int, title: str) -> None:
    ax.set_xlim(0, 1)
    ax.set_ylim(n - 0.5, -0.5)
    for edge in np.arange(0.5, n - 1):
        ax.axhline(edge, color="white", linewidth=1)
    ax.set_yticks([])
    ax.tick_params(axis="y", length=0)
    ax.spines[:].set_visible(False)
    _percents(ax)
    ax.set_xlabel("along the run, in file order", fontsize=7)
    ax.set_title(title, pad=20)


def _keys(share: Axes, rate: Axes, body: float) -> None:
    """What the colours of the strips are, above them."""
    for ax, cmap, texts in ((share, SEQUENTIAL, ("0", "100\u00a0%")), (rate, RATES, ("¼×", "4×"))):
        bar = ax.inset_axes((0.12, 1 + 0.1 / body, 0.3, 0.1 / body))
        bar.imshow(np.linspace(0, 1, 64)[None], cmap=cmap, aspect="auto")
        bar.axis("off")
        bar.text(-2, 0, texts[0], ha="right", va="center", fontsize=7)
        bar.text(66, 0, texts[1], ha="left", va="center", fontsize=7)
    handle = Line2D([], [], linestyle="", marker="o", markersize=3, color=qc_colour("time"), label="most for time")
    share.legend(
        handles=[handle], loc="lower right", bbox_to_anchor=(1, 1 + 0.03 / body), borderaxespad=0, handletextpad=0
    )
