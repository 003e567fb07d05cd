"""Whose sample it is."""

from typing import Any, Final

import pandas as pd

from cytoclust import keys

__all__ = ["WHO", "who"]

WHO: Final = (keys.PATIENT, keys.GROUP, keys.TIMEPOINT)


def who(sheet: pd.DataFrame, sample: str) -> dict[str, Any]:
    """Patient, group and time point by the sheet (index sample)."""
    row = sheet.loc[sample]
    return {key: row[key] for key in WHO}
