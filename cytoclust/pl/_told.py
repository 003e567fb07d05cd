"""Shares that cannot be told, drawn as such."""

import pandas as pd

from cytoclust import keys

__all__ = ["as_told"]


def as_told(populations: pd.DataFrame) -> pd.DataFrame:
    """The table with ``not evaluable`` where a fraction is left open: no place of an axis is its own."""
    status = populations[keys.STATUS].astype(str)
    return populations.assign(**{keys.STATUS: status.where(populations[keys.FRACTION].notna(), keys.STATUSES[-1])})
