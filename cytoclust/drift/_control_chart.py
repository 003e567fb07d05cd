"""Levey–Jennings: what a control measures, run after run."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust.tables import TABLES

__all__ = ["RULES", "TOO_FEW", "control_chart"]

BASELINE: Final = 20
"""Runs that the centre and its standard deviation are taken from. Convention: Westgard; CLSI C24."""
TOO_FEW: Final = "too few runs"
"""What stands in place of rules of runs that make the baseline."""
RULES: Final = ("1-3s", "2-2s", "R-4s", "10-x")
SERIES: Final = ["instrument", "control", "channel", "statistic"]
_SAME: Final = ["date", "run", *SERIES]
_TEN: Final = 10
"""Runs one after the other on one side of the mean. Convention: Westgard, 10-x."""


def control_chart(measured: pd.DataFrame, earlier: Sequence[pd.DataFrame] = ()) -> pd.DataFrame:
    """The table ``control_chart.csv``: what this run's controls gave after those of earlier runs, in order of dates.

    Parameters
    ----------
    measured
        ``date, run, instrument, control, channel, statistic, value`` of this run; dates as 2026-11-29.
    earlier
        The tables of earlier runs; a measurement that stands in several counts once.

    Returns
    -------
    The same with ``mean, sd`` of the first 20 runs of each series, ``z`` of each, and the Westgard rules that it breaks
    from the 21st on: ``1-3s`` beyond three standard deviations; ``2-2s`` two in turn beyond two on one side; ``R-4s``
    two in turn beyond two, one on either side; ``10-x`` ten in turn on one side of the mean. Two in turn look back into
    the first 20. Source: Westgard et al., Clin Chem 1981, 27:493.
    """
    columns = [column.name for column in TABLES["control_chart"].columns]
    every = pd.concat([measured, *earlier], ignore_index=True) if len(earlier) else measured.copy()
    every = every[[*_SAME, "value"]].drop_duplicates(_SAME, keep="first")
    parts = []
    for _, series in every.groupby(SERIES, sort=False, dropna=False):
        series = series.sort_values(["date", "run"], kind="stable")
        values = series["value"].to_numpy(dtype=np.float64)
        if len(series) < BASELINE:
            told = [TOO_FEW] * len(series)
            parts.append(series.assign(mean=np.nan, sd=np.nan, z=np.nan, rules_broken=told))
            continue
        mean, sd = float(values[:BASELINE].mean()), float(values[:BASELINE].std(ddof=1))
        z = (values - mean) / sd if sd > 0 else np.where(values == mean, 0.0, np.copysign(np.inf, values - mean))
        told = [TOO_FEW if k < BASELINE else ", ".join(_broken(z, k)) for k in range(len(z))]
        parts.append(series.assign(mean=mean, sd=sd, z=z, rules_broken=told))
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _broken(z: NDArray[np.float64], k: int) -> list[str]:
    """Rules that the k-th of a series breaks."""
    before = z[k - 1] if k else 0.0
    ten = z[max(0, k - _TEN + 1) : k + 1]
    found = {
        "1-3s": abs(z[k]) > 3,
        "2-2s": min(z[k], before) > 2 or max(z[k], before) < -2,
        "R-4s": min(abs(z[k]), abs(before)) > 2 and z[k] * before < 0,
        "10-x": len(ten) == _TEN and bool((ten > 0).all() or (ten < 0).all()),
    }
    return [rule for rule in RULES if found[rule]]
