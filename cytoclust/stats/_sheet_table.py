"""What the sheet says of samples, as a table."""

from collections.abc import Sequence

import pandas as pd

from cytoclust import keys
from cytoclust.io import Sample

__all__ = ["sheet_table"]


def sheet_table(samples: Sequence[Sample]) -> pd.DataFrame:
    """Index sample: ``patient_id, group, timepoint, batch`` and further columns, None where the sheet says nothing."""
    rows = [
        {name: getattr(sample, name) for name in (keys.SAMPLE, *keys.SHEET_COLUMNS)}
        | {name: value or None for name, value in sample.further.items()}
        for sample in samples
    ]
    return pd.DataFrame(rows).set_index(keys.SAMPLE)
