"""Each sample's run, in bins of equal event number."""

from collections.abc import Mapping

import pandas as pd

from cytoclust import keys
from cytoclust.io import Panel
from cytoclust.pp import Preparation, acquisition_bins, acquisition_rows

__all__ = ["acquisition_table"]


def acquisition_table(samples: Mapping[str, Preparation], panel: Panel) -> pd.DataFrame:
    """The table ``acquisition.csv``: how fast the events of each sample came, and what was set aside, along the run.

    Returns
    -------
    One row a sample and bin: ``sample_id``, then the columns of :func:`cytoclust.pp.acquisition_bins`. ``start`` and
    ``stop`` are in the file's own unit of Time, and missing where it has none or where Time falls back.
    """
    clock = next((i for i, kind in enumerate(panel.signal_types) if kind == "time"), None)
    parts = []
    for name, sample in samples.items():
        times = None
        if clock is not None and len(sample.codes):
            times = sample.compensated(acquisition_rows(len(sample.codes)))[:, clock]
        table = acquisition_bins(sample.codes, times)
        table.insert(0, keys.SAMPLE, name)
        parts.append(table)
    return pd.concat(parts, ignore_index=True)
