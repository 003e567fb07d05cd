"""The bodies of clusters: scatter, pulse and viability dye, beside the markers that made them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.executor import Executor
from cytoclust.io import Panel
from cytoclust.lots import draw_each
from cytoclust.normal import INTERQUARTILE, SD_OF_MAD
from cytoclust.pp import Preparation, find_pulses

__all__ = ["Bodies", "measure_bodies"]

DRAWN = 400
"""Events of a cluster in a sample, at most, of which its body is measured: a median errs by a sixteenth of a spread.
Chosen."""
FEWEST = 5
"""Events of a cluster in a sample that a median needs, to tell the sample's gain by. Chosen."""
PILED = 5
"""Events at the highest value that show where a detector ends: their pulse says nothing. Chosen, as for doublets."""
SET_ASIDE = 20
"""Dead cells set aside, from which on they show where the dye of dead cells begins. Chosen."""
FAINTEST = 0.02
"""Quantile of the dye of the dead cells set aside, at which it begins. Chosen."""
PASSES = 3
"""Times that gains of samples and bodies of clusters are fitted in turn. Chosen: a second changes little."""


@dataclass(frozen=True, eq=False)
class Bodies:
    """Medians of c clusters, NaN where nothing is known; gains of samples are taken off.

    Attributes
    ----------
    size, grain
        (c,) natural log of forward and side scatter, area where there is one.
    width
        (c,) natural log of the pulse's area over its height, or of its width.
    size_spread, grain_spread
        (c,) standard deviation of a normal distribution whose densest half is as narrow: a few others do not count.
    dye
        (c,) viability dye on the arcsinh scale: 0 is that of all cells, 1 where that of the dead set aside begins.
    """

    size: NDArray[np.float64]
    grain: NDArray[np.float64]
    width: NDArray[np.float64]
    size_spread: NDArray[np.float64]
    grain_spread: NDArray[np.float64]
    dye: NDArray[np.float64]


def measure_bodies(
    samples: Sequence[Preparation],
    labels: NDArray[np.integer],
    n_clusters: int,
    panel: Panel,
    *,
    viability: int,
    executor: Executor,
) -> Bodies | None:
    """Scatter, pulse and dye of each cluster, of up to ``DRAWN`` of its events in each sample.

    Parameters
    ----------
    samples
        With linear events.
    labels
        Cluster of each event that passed (n,), samples one after the other; below 0 is none.
    n_clusters, panel
        The clusters, and the columns of the events.
    viability
        Column of the viability dye, -1 for none.
    executor
        Who does the work.

    Returns
    -------
    None where there is no scatter and no dye, or the file is on a scale of its own (``transform.method`` none).
    """
    scatter = find_pulses(panel)
    if (not scatter and viability < 0) or any(each.transform.method == "none" for each in samples):
        return None
    starts = np.concatenate([[0], np.cumsum([each.n_passed for each in samples])])

    def one(number: int) -> pd.DataFrame:
        mine = labels[starts[number] : starts[number + 1]]
        passed = samples[number].passed
        drawn = draw_each(mine, DRAWN, (samples[number].lots(passed, "body") for _ in range(1)))
        events = samples[number].compensated(passed[drawn])
        values = {"size": _part(events, scatter, "FSC"), "grain": _part(events, scatter, "SSC")}
        values["width"] = _width(events, scatter)
        values["dye"] = _dye(samples[number], events, viability)
        return pd.DataFrame(values).assign(cluster=mine[drawn], sample=number)

    table = pd.concat(executor.map(one, range(len(samples))), ignore_index=True)
    for name in ("size", "grain", "width"):
        table[name] -= _gains(table, name)
    by = table.groupby("cluster")
    every = range(n_clusters)
    middle = by[["size", "grain", "width", "dye"]].median().reindex(every)
    spread = by[["size", "grain"]].agg(_spread).reindex(every)
    return Bodies(
        size=middle["size"].to_numpy(), grain=middle["grain"].to_numpy(), width=middle["width"].to_numpy(),
        size_spread=spread["size"].to_numpy(), grain_spread=spread["grain"].to_numpy(), dye=middle["dye"].to_numpy(),
    )  # fmt: skip


def _spread(values: pd.Series) -> float:
    ordered = np.sort(values.dropna().to_numpy())
    half = len(ordered) // 2
    return float((ordered[half:] - ordered[: len(ordered) - half]).min()) / INTERQUARTILE if half else float("nan")


def _log(values: NDArray[np.float32]) -> NDArray[np.float64]:
    wide = values.astype(np.float64)
    return np.log(np.where(wide > 0, wide, np.nan))


def _part(events: NDArray[np.float32], scatter: dict[str, int], kind: str) -> NDArray[np.float64]:
    """Natural log of the area of a detector, or of its height where there is no area (k,)."""
    column = scatter.get(f"{kind}-A", scatter.get(f"{kind}-H"))
    return np.full(len(events), np.nan) if column is None else _log(events[:, column])


def _width(events: NDArray[np.float32], scatter: dict[str, int]) -> NDArray[np.float64]:
    """Natural log of the width of the pulse of forward scatter, or else of side scatter (k,); NaN off scale."""
    for kind in ("FSC", "SSC"):
        area, height, width = (scatter.get(f"{kind}-{part}") for part in "AHW")
        if area is not None and height is not None:
            top = events[:, area].max(initial=0)
            off = (events[:, area] == top) & (np.count_nonzero(events[:, area] == top) >= PILED)
            return np.where(off, np.nan, _log(events[:, area]) - _log(events[:, height]))
        if width is not None and (area is not None or height is not None):
            return _log(events[:, width])
    return np.full(len(events), np.nan)


def _dye(sample: Preparation, events: NDArray[np.float32], viability: int) -> NDArray[np.float64]:
    """Where the dye of events lies between that of cells, 0, and that of the dead set aside, 1 (k,)."""
    nothing = np.full(len(events), np.nan)
    dead = np.flatnonzero(sample.codes == keys.QC.index("dead"))
    if viability < 0 or len(dead) < SET_ASIDE or not sample.n_passed:
        return nothing
    drawn = draw_each(np.zeros(len(dead), np.int64), 5 * DRAWN, (sample.lots(dead, "body") for _ in range(1)))
    dyed = sample.compensated(dead[drawn])[:, viability].astype(np.float64)
    cells = sample.compensated(sample.drawn(5 * DRAWN, keys.QC_OK))[:, viability].astype(np.float64)
    middle = float(np.median(cells))
    unit = SD_OF_MAD * float(np.median(np.abs(cells - middle)))
    begins = float(np.quantile(dyed, FAINTEST))
    if not (unit > 0 and begins > middle):
        return nothing
    low, high = np.arcsinh(np.array([middle, begins]) / unit)
    return np.asarray((np.arcsinh(events[:, viability].astype(np.float64) / unit) - low) / (high - low))


def _gains(table: pd.DataFrame, name: str) -> NDArray[np.float64]:
    """By how much a measure of each event (k,) is off for its sample alone: what all clusters of it have in common."""
    grouped = table.groupby(["sample", "cluster"])[name]
    cells = grouped.median().where(grouped.count() >= FEWEST).unstack()
    cells = cells.dropna(axis=0, how="all").dropna(axis=1, how="all")
    if cells.empty:
        return np.zeros(len(table))
    body = cells.median()
    for _ in range(PASSES):
        gain = cells.sub(body).median(axis=1)
        gain -= gain.median()
        body = cells.sub(gain, axis=0).median()
    return np.nan_to_num(table["sample"].map(gain).to_numpy(dtype=np.float64))
