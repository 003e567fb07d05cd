"""What samples are made of, from visit to visit."""

from typing import Final

import anndata as ad
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.pl._columns import populations_under
from cytoclust.pl._palette import Palette, population_hues
from cytoclust.pl._panels import alone, panels
from cytoclust.pl._show import figure
from cytoclust.pl.style import PALETTE, safe_text
from cytoclust.words import percent

__all__ = ["REST", "REST_COLOUR", "ink_on", "river"]

HEIGHT, VISIT, LEAST = 2.2, 0.95, 1.5  # inches
STEPS: Final = 40  # between two visits
WRITTEN: Final = 0.05  # of the height: a band so wide has its share written on it
REST, REST_COLOUR = "not named", "#dfe3e6"
MOST_PANELS: Final = 64


@figure
def river(
    data: pd.DataFrame | ad.AnnData,
    *,
    groupby: str = keys.PATIENT,
    parent: str = keys.ROOT,
    palette: Palette | None = None,
    ncols: int = 4,
    ax: Axes | None = None,
) -> Axes | list[Axes]:
    """The populations under one parent as bands whose width is their share of it, from visit to visit.

    A panel for each patient with two visits or more, or for each group: then a band is the mean over its samples at
    that time. Pale: cells of the parent that are in none of the populations. Shares are those of
    ``tables/populations.csv``, which counts every event.

    Parameters
    ----------
    data
        ``tables/populations.csv`` with ``timepoint``, or an AnnData that was counted, which tells the colours too.
    groupby
        ``patient_id``, ``group`` or another column of the table.
    parent
        Whose parts: a population that has others under it, or ``cells``.
    palette
        Of populations, as :func:`umap` takes it.
    ncols
        Panels side by side.
    ax
        Axes for one panel. By default a figure with a panel for each.

    Raises
    ------
    InputError
        A column or parent that is not there, nobody with two visits, or ``ax`` with several panels.
    """
    adata = data if isinstance(data, ad.AnnData) else None
    under = populations_under(data, parent, needed=(keys.TIMEPOINT, groupby, keys.PARENT, keys.FRACTION))
    shares = {str(name): _shares(rows) for name, rows in under.groupby(groupby, sort=False, observed=True)}
    shares = {name: each for name, each in shares.items() if len(each) > 1}
    if not 1 <= len(shares) <= MOST_PANELS:
        what = f"{len(shares)} are too many to look at" if shares else "none has two"
        raise InputError(f"river draws what has two visits or more, by {groupby!r}: {what}.")
    alone(ax, len(shares), "groupby")
    hue = population_hues(under, palette=palette, adata=adata)
    names = list(dict.fromkeys(under[keys.POPULATION].astype(str)))
    hue = hue or {name: PALETTE[i % len(PALETTE)] for i, name in enumerate(names)}
    width = max(VISIT * (max(map(len, shares.values())) - 1), LEAST)
    drawn = (
        [ax] if ax is not None else panels(len(shares), (width, HEIGHT), margins=(0.5, 0.35, 0.35, 0.35), ncols=ncols)
    )
    for panel, (name, each) in zip(drawn, shares.items(), strict=True):
        _bands(panel, each, hue)
        panel.set_title(safe_text(name, 30))
    drawn[0].set_ylabel(f"of {safe_text(parent, 24)}", fontsize=7)
    _legend(drawn[min(ncols, len(drawn)) - 1], [*names, REST], hue)
    return drawn if len(drawn) > 1 else drawn[0]


def _shares(rows: pd.DataFrame) -> pd.DataFrame:
    """Mean share of each population (column) at each time (row), in the table's order, and what none of them has."""
    names = list(dict.fromkeys(rows[keys.POPULATION].astype(str)))
    rows = rows.assign(at=rows[keys.TIMEPOINT].astype(object).where(rows[keys.TIMEPOINT].notna(), "").astype(str))
    times = [at for at in dict.fromkeys(rows["at"]) if at]
    if not times:
        return pd.DataFrame()
    own = rows.assign(named=rows[keys.POPULATION].astype(str), share=rows[keys.FRACTION].astype(float))
    found = own.pivot_table(index="at", columns="named", values="share", aggfunc="mean", dropna=False)
    found = found.reindex(index=times, columns=names).dropna(how="all").dropna(how="all", axis=1).fillna(0.0)
    found[REST] = (1 - found.sum(axis=1)).clip(lower=0)
    return found


def _bands(ax: Axes, shares: pd.DataFrame, hue: dict[str, str]) -> None:
    x = np.arange(len(shares))
    t = np.linspace(0, 1, STEPS)
    ease = t * t * (3 - 2 * t)  # level at the visits
    across = np.concatenate([i + t for i in x[:-1]])
    edges = np.column_stack([np.zeros(len(x)), np.cumsum(shares.to_numpy(), axis=1)])
    curves = np.concatenate([edges[i] + (edges[i + 1] - edges[i]) * ease[:, None] for i in x[:-1]])
    for number, name in enumerate(shares.columns):
        colour = REST_COLOUR if name == REST else hue.get(name, REST_COLOUR)
        ax.fill_between(
            across, curves[:, number], curves[:, number + 1], color=colour, linewidth=0.4,
            edgecolor="white", label=name,
        )  # fmt: skip
        for i in x:
            share = float(edges[i, number + 1] - edges[i, number])
            if share >= WRITTEN:
                middle = (edges[i, number] + edges[i, number + 1]) / 2
                side = "left" if i == 0 else "right" if i == x[-1] else "center"
                ax.text(
                    i + (0.02 if side == "left" else -0.02 if side == "right" else 0), middle, percent(share), ha=side,
                    va="center", fontsize=6.5, color=ink_on(colour), gid=f"share {name}",
                )  # fmt: skip
    ax.set_xlim(0, len(x) - 1)
    ax.set_ylim(0, max(1.0, float(edges[:, -1].max())))
    ax.set_xticks(x, [safe_text(at, 14) for at in shares.index], fontsize=7)
    ax.yaxis.set_major_formatter(PercentFormatter(1, symbol="\u00a0%"))


def ink_on(colour: str) -> str:
    """Ink that can be read on a colour."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "white" if 0.3 * red + 0.59 * green + 0.11 * blue < 140 else "#22303c"


def _legend(ax: Axes, names: list[str], hue: dict[str, str]) -> None:
    from matplotlib.patches import Patch

    handles = [
        Patch(color=REST_COLOUR if name == REST else hue.get(name, REST_COLOUR), label=safe_text(name))
        for name in names
    ]
    ax.legend(handles=handles[::-1], loc="upper left", bbox_to_anchor=(1.06, 1), borderaxespad=0, handlelength=0.9)
