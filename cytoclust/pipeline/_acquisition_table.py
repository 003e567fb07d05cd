"""Each sample's run, in bins of equal event number."""

from concurrent.futures import ThreadPoolExecutor

import pandas as pd

from cytoclust import keys
from cytoclust.pipeline._cohort import Cohort
from cytoclust.pp import acquisition_bins, acquisition_rows

__all__ = ["acquisition"]


def acquisition(cohort: Cohort) -> pd.DataFrame:
    """The table ``acquisition.csv``: how fast the events of each sample came, and what was set aside, along the run.

    Of each file only the events at which a bin begins are read.

    Returns
    -------
    One row a sample and bin: ``sample_id``, then the columns of :func:`acquisition_bins`. ``start`` and ``stop`` are in
    the file's own unit of Time, and missing where it has none or where Time falls back.
    """
    clock = next((i for i, kind in enumerate(cohort.panel.signal_types) if kind == "time"), None)

    def one(number: int) -> pd.DataFrame:
        prepared = cohort.prepared[number]
        times = None
        if clock is not None and len(prepared.codes):
            rows = acquisition_rows(len(prepared.codes))
            times = prepared.file.take(rows, columns=prepared.columns[[clock]])[:, 0]
        table = acquisition_bins(prepared.codes, times)
        table.insert(0, keys.SAMPLE, cohort.samples[number].sample_id)
        return table

    with ThreadPoolExecutor(cohort.config.run.workers) as pool:
        return pd.concat(list(pool.map(one, range(len(cohort.samples)))), ignore_index=True)
