"""Samples by composition."""

from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.pl._show import figure
from cytoclust.pl.style import GREY, INK, new_axes, safe_text
from cytoclust.stats import composition_map

__all__ = ["samples"]

SHAPES: Final = ("o", "s", "^", "D", "v", "P", "X", "*")
GREYS: Final = ("#22303c", "#ffffff", "#8b97a1", "#c9d0d5")
SIDE: Final = 3.6  # inches
NAMED: Final = 80  # samples; more are not named


@figure
def samples(
    counts: pd.DataFrame, sheet: pd.DataFrame | None = None, *, by: str = keys.GROUP, ax: Axes | None = None
) -> Axes:
    """A map of samples (MDS): those of like composition lie together. Shapes are groups; lines join a patient's visits.

    Distances are Aitchison's, of the shares of all clusters; the axes say how much of the variation they show.

    Parameters
    ----------
    counts
        The table ``cluster_counts``: ``sample_id, cluster, n_events``.
    sheet
        ``sample_id`` and, as far as known, ``by`` and ``patient_id``, in the order of visits.
    by
        Column of the sheet that gives the shape.
    ax
        Axes to draw in; by default a figure of their own.

    Raises
    ------
    InputError
        A column that is not there, or fewer than three samples.
    """
    missing = [name for name in (keys.SAMPLE, keys.CLUSTER, keys.N_EVENTS) if name not in counts]
    if missing:
        raise InputError(f"The table of counts lacks the column {missing[0]!r}. It has {list(counts)}.")
    wide = counts.assign(**{keys.SAMPLE: counts[keys.SAMPLE].astype(str)}).pivot_table(
        index=keys.SAMPLE, columns=keys.CLUSTER, values=keys.N_EVENTS, aggfunc="sum", fill_value=0, sort=False,
        observed=True,
    )  # fmt: skip
    if len(wide) < 3:
        raise InputError(f"A map of samples needs three samples or more. Got {len(wide)}.")
    places, shares = composition_map(wide)
    known = _known(sheet, wide.index, by)
    ax = new_axes(SIDE, SIDE, margins=(0.5, 1.6, 0.45, 0.1)) if ax is None else ax
    for _, rows in known.reset_index(drop=True).groupby(keys.PATIENT, sort=False):
        if len(rows) > 1:
            ax.plot(*places[rows.sort_values("order").index].T, color=GREY, linewidth=0.7, zorder=1)
    groups = list(dict.fromkeys(known["by"]))
    for number, group in enumerate(groups):
        mine = (known["by"] == group).to_numpy()
        face = GREYS[number % len(GREYS)]
        ax.scatter(
            places[mine, 0], places[mine, 1], marker=SHAPES[number % len(SHAPES)], s=26, facecolors=face,
            edgecolors=INK, linewidths=0.7, zorder=2, label=safe_text(group or "none given"),
        )  # fmt: skip
    if len(wide) <= NAMED:
        for name, (x, y) in zip(wide.index, places, strict=True):
            ax.annotate(safe_text(name, 14), (x, y), (4, 3), textcoords="offset points", fontsize=6, color=INK)
    ax.set_xlabel(f"first axis, {100 * shares[0]:.0f} % of the variation")
    ax.set_ylabel(f"second axis, {100 * shares[1]:.0f} %")
    ax.margins(0.12)
    if len(groups) > 1:
        ax.legend(loc="upper left", bbox_to_anchor=(1.02, 1), fontsize=7)
    return ax


def _known(sheet: pd.DataFrame | None, names: pd.Index, by: str) -> pd.DataFrame:
    """Of each sample: what gives its shape, its patient (itself where none is given), and its place in the sheet."""
    table = pd.DataFrame({"by": "", keys.PATIENT: names.astype(str), "order": np.arange(len(names))}, index=names)
    if sheet is None or keys.SAMPLE not in sheet:
        return table
    rows = sheet.assign(**{keys.SAMPLE: sheet[keys.SAMPLE].astype(str)}).drop_duplicates(keys.SAMPLE)
    rows = rows.set_index(keys.SAMPLE).assign(order=np.arange(len(rows))).reindex(names)
    for own, column in (("by", by), (keys.PATIENT, keys.PATIENT)):
        if column in rows:
            given = rows[column]
            table[own] = given.astype(object).where(given.notna() & (given.astype(str) != ""), table[own]).astype(str)
    return table.assign(order=rows["order"].fillna(len(rows)))
