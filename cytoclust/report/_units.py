"""Places on the clustered scale, in the units of the file."""

import math

import anndata as ad
import pandas as pd

from cytoclust import keys

__all__ = ["file_units"]

FARTHEST = 100.0  # sinh(100) is 1e43


def file_units(adata: ad.AnnData, name: str, value: float) -> float:
    """The signal that stands at ``value`` of a column of ``X``: ``cofactor * sinh(value)``; NaN where not known, or
    beyond any signal, as of a threshold that was given on another scale.

    Of logicle, which has no closed inverse, it is not known here.
    """
    record = adata.uns.get(keys.TRANSFORM, {})
    table = record.get("channels") if hasattr(record, "get") else None
    if not isinstance(table, pd.DataFrame) or name not in table.index or "cofactor" not in table:
        return math.nan
    return float(table["cofactor"].to_dict()[name]) * math.sinh(value) if abs(value) < FARTHEST else math.nan
