"""A sample's run in bins of equal event number."""

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys

__all__ = ["N_BINS", "acquisition_bins", "acquisition_rows"]

N_BINS: Final = 100
"""Along a sample's run. Chosen for the picture; it bears on no label."""


def acquisition_rows(n_events: int) -> NDArray[np.int64]:
    """First event of each bin, and the last event of the file: where Time must be known; empty if there are no events.

    There are 100 bins, or as many as there are events.
    """
    n_bins = min(N_BINS, n_events)
    first = np.arange(n_bins, dtype=np.int64) * n_events // max(n_bins, 1)
    return np.append(first, n_events - 1) if n_events else first


def acquisition_bins(codes: NDArray[np.integer], times: NDArray[np.floating] | None = None) -> pd.DataFrame:
    """Events of each category of quality control along a sample's run.

    Parameters
    ----------
    codes
        Index into ``keys.QC`` of each event, in file order (n,).
    times
        Time at the events of :func:`acquisition_rows`, in any unit.

    Returns
    -------
    One row a bin: ``bin, first_event, n_events, start, stop``, then a count for each category. ``stop`` is the Time of
    the next bin's first event (of the file's last event for the last). Both are missing without ``times``, and where
    Time falls back or stands still over the whole run, since it then is no clock.
    """
    rows = acquisition_rows(len(codes))
    first = rows[:-1]
    sizes = np.diff(np.append(first, len(codes))).astype(np.int64)
    bins = np.repeat(np.arange(len(first)), sizes)
    counts = np.bincount(bins * len(keys.QC) + codes, minlength=len(first) * len(keys.QC)).reshape(-1, len(keys.QC))
    clock = np.full(len(rows), np.nan) if times is None or not _runs(times) else np.asarray(times, dtype=np.float64)
    table = pd.DataFrame({"bin": np.arange(len(first)), "first_event": first, "n_events": sizes})
    table["start"], table["stop"] = clock[:-1], clock[1:]
    return pd.concat([table, pd.DataFrame(counts, columns=list(keys.QC))], axis=1)


def _runs(times: NDArray[np.floating]) -> bool:
    """Whether Time rises, and never falls back, from bin to bin."""
    steps = np.diff(np.asarray(times, dtype=np.float64))
    return bool(np.isfinite(steps).all() and (steps >= 0).all() and (steps > 0).any())
