"""How pure a sorted fraction is, by each way to tell it."""

from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, PercentFormatter

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.pl._show import figure
from cytoclust.pl.style import GREY, INK, PALETTE, new_axes, safe_text

__all__ = ["purity"]

NEEDED: Final = ("by", "contaminant", "target", "estimate", keys.CI_LOW, keys.CI_HIGH, keys.STATUS)
ROW, WIDTH = 0.27, 2.6  # inches
PROMISED, LIMIT = "promised", "upper limit"
BROAD: Final = 0.02  # of the axis, that is left free on the right of 100 %


@figure
def purity(table: pd.DataFrame, *, limit: float | None = None, ax: Axes | None = None) -> Axes:
    """Purity of one sorted fraction by gates, re-analysis, DNA and mRNA on one axis, with 95 % intervals.

    An open circle is what the gates promised, a filled one what was measured. A triangle: the contaminant was not
    found, and the line goes to what could be there.

    Parameters
    ----------
    table
        Rows of ``tables/purity.csv`` of one fraction.
    limit
        Contamination that is allowed: a dashed line.
    ax
        Axes. By default a figure of its own.

    Raises
    ------
    InputError
        A column that is not there, no row, or rows of several fractions.
    """
    missing = [name for name in NEEDED if name not in table]
    if missing:
        raise InputError(f"The table of purity lacks the column {missing[0]!r}. It has {list(table)}.")
    if not len(table) or ("fraction_id" in table and len(set(table["fraction_id"])) > 1):
        raise InputError(f"The table of purity must have rows of one fraction. Got {len(table)} rows.")
    rows = table.reset_index(drop=True)
    names = [_name(row) for row in rows.to_dict("records")]
    if ax is None:
        left = 0.25 + 0.065 * max(map(len, names))
        ax = new_axes(WIDTH, ROW * len(rows), margins=(left, 0.25, 0.45, 0.1))
    y = np.arange(len(rows))
    low, high, at = (rows[name].to_numpy(dtype=float) for name in (keys.CI_LOW, keys.CI_HIGH, "estimate"))
    ax.hlines(y, low, high, color=PALETTE[0], linewidth=1.3)
    for status, marker, face in ((PROMISED, "o", "white"), ("measured", "o", PALETTE[0]), (LIMIT, ">", PALETTE[0])):
        mine = (rows[keys.STATUS] == status).to_numpy()
        ax.scatter(
            at[mine], y[mine], marker=marker, s=30, facecolors=face, edgecolors=PALETTE[0], zorder=3, clip_on=False
        )
    if limit is not None:
        ax.axvline(1 - limit, color=GREY, linestyle=(0, (4, 3)), linewidth=0.9, zorder=0)
    least = min(float(np.nanmin(low)), 1 - 2 * (limit or 0.05))
    ax.set_xlim(max(least - 0.03, -0.02), 1 + BROAD * (1 - max(least - 0.03, 0)))
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.set_yticks(y, names, color=INK)
    ax.tick_params(axis="y", length=0)
    ax.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0 if 1 - least > 0.04 else 1, symbol=" %"))
    ax.set_xlabel("purity")
    return ax


def _name(row: dict[object, object]) -> str:
    how = {"gates": "gates, promised", "reanalysis": "re-analysis"}.get(str(row["by"]))
    return how or safe_text(f"{row['by']} ({row['target']})", 34)
