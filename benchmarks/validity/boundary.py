"""Where a marker turns positive in truth."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.stats import norm

from cytoclust.datasets import load_truth
from cytoclust.datasets._instrument import FLUOROCHROMES
from cytoclust.datasets._populations import MARKERS, populations
from cytoclust.io import open_fcs

__all__ = ["boundary", "true_boundaries"]

LEAST = 30
"""Intact cells of a kind in a batch, below which it is left out."""
WORSE = 0.01
MOST = 20_000
"""Cells of a kind that are looked at."""


def true_boundaries(cohort: Path, panel: list[dict[str, Any]]) -> pd.DataFrame:
    """The boundary of every marker and batch, on the scale of a run.

    Negatives are the intact cells of kinds whose state in the simulator's table is ``-``, positives those of kinds that
    have ``d``, ``d/+``, ``+`` or ``++``; kinds between (``-/d``, continua) are left out. See :func:`boundary`.

    Parameters
    ----------
    cohort
        Folder that ``simulate`` wrote.
    panel
        Of run.json: gives the cofactors.

    Returns
    -------
    ``marker, batch``, what :func:`boundary` gives, and ``clear``, the boundary with ``d`` left out, too. nan where a
    side has no kind.
    """
    sheet, truth = pd.read_csv(cohort / "samples.csv", dtype=str), load_truth(cohort)
    words = {each["name"]: each["transform"] for each in panel}
    cofactors = np.array([float(words[marker].removeprefix("arcsinh, cofactor ")) for marker in MARKERS])
    rows = []
    for batch, samples in sheet.groupby("batch"):
        parts = []
        for sample, path in zip(samples["sample_id"], samples["path"], strict=True):
            mine = truth[truth["sample_id"] == sample]
            intact = (mine["state"] == "intact").to_numpy()
            values = pd.DataFrame(_transformed(cohort / path, cofactors)[intact], columns=list(MARKERS))
            parts.append(values.assign(kind=mine["kind"].astype(str).to_numpy()[intact]))
        kinds = {str(kind): part for kind, part in pd.concat(parts).groupby("kind") if len(part) >= LEAST}
        rows += [{"marker": marker, "batch": batch} | _of_marker(marker, kinds) for marker in MARKERS]
    return pd.DataFrame(rows)


def boundary(negatives: list[NDArray[np.float64]], positives: list[NDArray[np.float64]]) -> dict[str, float]:
    """The value with as large a share of the negatives above it as of the positives below it.

    Each kind has the same weight, however many cells it has. Shares are those of a normal distribution with the kind's
    median and its spread towards the other side (from the median to the 84th or the 16th percentile): where a gap parts
    the sides, shares that are counted leave the place to single outlying cells.

    Returns
    -------
    ``boundary``; and by counting: ``start`` and ``end`` (the same but for a gap), ``wrong`` (the share there), ``low``
    and ``high`` (of the cuts that misplace at most ``WORSE`` more of either side).
    """
    if not negatives or not positives:
        return dict.fromkeys(("boundary", "start", "end", "wrong", "low", "high"), float("nan"))
    return {"boundary": _of_tails(negatives, positives)} | _counted(negatives, positives)


def _of_tails(negatives: list[NDArray[np.float64]], positives: list[NDArray[np.float64]]) -> float:
    def tail(t: float, cells: list[NDArray[np.float64]], percentile: float) -> float:
        ends = np.array([np.percentile(x, [50, percentile]) for x in cells])
        return float(norm.sf((t - ends[:, 0]) / (ends[:, 1] - ends[:, 0])).mean())

    low, high = min(x.min() for x in negatives), max(x.max() for x in positives)
    return float(brentq(lambda t: tail(t, negatives, 84.13) - tail(t, positives, 15.87), low, high))


def _counted(negatives: list[NDArray[np.float64]], positives: list[NDArray[np.float64]]) -> dict[str, float]:
    grid = np.unique(np.concatenate([*negatives, *positives]))
    above = np.mean([1 - np.searchsorted(np.sort(x), grid, "right") / len(x) for x in negatives], axis=0)
    below = np.mean([np.searchsorted(np.sort(x), grid, "right") / len(x) for x in positives], axis=0)
    # both change at values of the grid only, and hold until the next one; at its end above is 0 and below is 1
    start = int(np.flatnonzero(above > below)[-1]) + 1 if (above > below).any() else 0
    end = int(np.flatnonzero(above < below)[0])
    wrong = float((above[start] + below[start]) / 2)
    good = np.flatnonzero(np.maximum(above, below) <= wrong + WORSE)
    low, high = (grid[good[0]], grid[good[-1]]) if len(good) else (np.nan, np.nan)
    return {
        "start": float(grid[start]),
        "end": float(grid[end]),
        "wrong": wrong,
        "low": float(low),
        "high": float(high),
    }


def _of_marker(marker: str, kinds: dict[str, pd.DataFrame]) -> dict[str, float]:
    table = populations()
    column = MARKERS.index(marker)
    level = dict(zip(table.names, np.exp(table.log_level[:, column]).round(), strict=True))
    cells = {kind: part[marker].to_numpy()[:: len(part) // MOST + 1] for kind, part in kinds.items() if kind in level}

    def between(low: float, high: float) -> list[NDArray[np.float64]]:
        return [values for kind, values in cells.items() if low <= level[kind] <= high]

    negative, dim, bright = between(0, 100), between(500, 1000), between(1000.5, np.inf)
    return boundary(negative, dim + bright) | {"clear": boundary(negative, bright)["boundary"]}


def _transformed(path: Path, cofactors: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, m) compensated and transformed events."""
    file = open_fcs(path)
    if file.spill is None:
        raise ValueError(f"{path} was not written by the simulator: it has no spillover.")
    values = file.read().astype(np.float64)[:, [c.marker in FLUOROCHROMES for c in file.channels]]
    values = values @ np.linalg.inv(file.spill.matrix)
    return np.arcsinh(values[:, [FLUOROCHROMES.index(marker) for marker in MARKERS]] / cofactors)
