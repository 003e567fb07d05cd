"""What each sample is made of."""

from typing import Any, Final

import anndata as ad
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter
from natsort import natsort_keygen

from cytoclust import keys
from cytoclust.pl._columns import populations_under
from cytoclust.pl._lanes import filled
from cytoclust.pl._palette import Palette, population_hues
from cytoclust.pl._river import REST, REST_COLOUR, ink_on
from cytoclust.pl._show import figure
from cytoclust.pl.style import GREY, PALETTE, new_axes, safe_text
from cytoclust.words import count, percent

__all__ = ["composition"]

WIDTH: Final = 5.2  # inches
GAP: Final = 0.5  # of a row, between groups
WRITTEN: Final = 0.09  # of the width: a part so wide has its share written on it
NEEDED: Final = (keys.SAMPLE, keys.POPULATION, keys.PARENT, keys.N_EVENTS, keys.N_PARENT)


@figure
def composition(
    data: pd.DataFrame | ad.AnnData,
    *,
    parent: str = keys.ROOT,
    groupby: str = keys.GROUP,
    palette: Palette | None = None,
    ax: Axes | None = None,
) -> Axes:
    """The populations under one parent as parts of a bar a sample, from the counts of all events.

    Samples stand by group, time point and patient. Pale: cells of the parent that are in none of the populations. At
    the right: how many cells of the parent the sample has.

    Parameters
    ----------
    data
        ``tables/populations.csv``, or an AnnData that was counted, which tells the colours too.
    parent
        Whose parts: a population that has others under it, or ``cells``.
    groupby
        Column that puts samples together; ignored where it is absent or empty.
    palette
        Of populations, as :func:`umap` takes it.
    ax
        Axes to draw in; by default a figure of their own.

    Raises
    ------
    InputError
        A column or parent that is not there.
    """
    adata = data if isinstance(data, ad.AnnData) else None
    under = populations_under(data, parent, needed=NEEDED)
    names = list(dict.fromkeys(under[keys.POPULATION].astype(str)))
    own = under.assign(**{each: under[each].astype(str) for each in (keys.SAMPLE, keys.POPULATION)})
    counts = own.pivot_table(index=keys.SAMPLE, columns=keys.POPULATION, values=keys.N_EVENTS, aggfunc="sum")
    counts = counts.reindex(columns=names).fillna(0)
    whole = own.drop_duplicates(keys.SAMPLE).set_index(keys.SAMPLE)[keys.N_PARENT].astype(float)
    places = _places(own, groupby)
    counts, whole = counts.loc[places.index], whole.loc[places.index]
    counts[REST] = (whole - counts.sum(axis=1)).clip(lower=0)
    hue = population_hues(under, palette=palette, adata=adata)
    hue = {name: PALETTE[i % len(PALETTE)] for i, name in enumerate(names)} | hue | {REST: REST_COLOUR}
    ax = _own_axes(places) if ax is None else ax
    shares = counts.div(whole.clip(lower=1), axis=0)
    _bars(ax, shares, places["y"].to_numpy(float), hue, drawn=[name for name in [*names, REST] if counts[name].any()])
    _frame(ax, places, whole, parent)
    return ax


def _places(rows: pd.DataFrame, groupby: str) -> pd.DataFrame:
    """Index sample, in the order from above: ``y``, and ``group``."""
    firsts = rows.drop_duplicates(keys.SAMPLE).set_index(keys.SAMPLE)
    natural = natsort_keygen()
    order = {
        column: {value: i for i, value in enumerate(dict.fromkeys(filled(firsts, column)))}
        for column in (groupby, keys.TIMEPOINT)
    }
    group, time, patient = (filled(firsts, column) for column in (groupby, keys.TIMEPOINT, keys.PATIENT))

    def key(name: str) -> tuple[Any, ...]:
        places = (order[groupby][group[name]], order[keys.TIMEPOINT][time[name]])
        return (*places, natural(patient[name]), natural(str(name)))

    names = sorted(firsts.index, key=key)
    groups = [group[name] for name in names]
    steps = [1 + GAP * (a != b) for a, b in zip(groups, [*groups[:1], *groups], strict=False)]
    return pd.DataFrame({"y": np.cumsum(steps) - 1, "group": groups}, index=pd.Index(names, name=keys.SAMPLE))


def _own_axes(places: pd.DataFrame) -> Axes:
    row = 0.24 if len(places) <= 20 else 0.17
    left = 0.25 + 0.068 * max((len(safe_text(name)) for name in places.index), default=0)
    if len(set(places["group"])) > 1:
        left += 0.3
    height = max(row * (float(places["y"].iloc[-1]) + 1), 0.4)
    return new_axes(WIDTH, height, margins=(left, 3.0, 0.35, 0.3))


def _bars(ax: Axes, shares: pd.DataFrame, y: np.ndarray, hue: dict[str, str], *, drawn: list[str]) -> None:
    start = np.zeros(len(shares))
    for name in drawn:
        part, colour = shares[name].to_numpy(float), hue.get(name, REST_COLOUR)
        ax.barh(y, part, left=start, height=0.8, color=colour, edgecolor="white", linewidth=0.4, label=safe_text(name))
        for at in map(int, np.flatnonzero(part >= WRITTEN)):
            ax.text(
                start[at] + part[at] / 2, y[at], percent(part[at]), ha="center", va="center", fontsize=6,
                color=ink_on(colour), gid=f"share {shares.index[at]} {name}",
            )  # fmt: skip
        start += part


def _frame(ax: Axes, places: pd.DataFrame, whole: pd.Series, parent: str) -> None:
    y = places["y"].to_numpy(float)
    ax.set_yticks(y, [safe_text(name) for name in places.index])
    ax.set_ylim(y[-1] + 0.55, -0.55)
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter(PercentFormatter(1, symbol="\u00a0%"))
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel(f"of {safe_text(parent, 24)}", fontsize=7)
    across = ax.get_yaxis_transform()
    for at, number in zip(y, whole, strict=True):
        ax.text(1.015, at, count(number), transform=across, va="center", fontsize=7.5)
    ax.text(1.015, 1, safe_text(parent, 14), transform=ax.transAxes, va="bottom", fontsize=7.5, fontweight="bold")
    if len(set(places["group"])) > 1:
        width = ax.get_window_extent().width / ax.figure.dpi
        longest = 0.12 + 0.068 * max(len(safe_text(name)) for name in places.index)
        for name, rows in places.groupby("group", sort=False):
            middle = (rows["y"].iloc[0] + rows["y"].iloc[-1]) / 2
            ax.text(
                -longest / width - 0.03, middle, safe_text(name or "none given", 16), transform=across, rotation=90,
                ha="right", va="center", fontsize=7, color=GREY, gid="group",
            )  # fmt: skip
    ax.legend(loc="upper left", bbox_to_anchor=(1.14, 1.0), borderaxespad=0, handlelength=0.9)
