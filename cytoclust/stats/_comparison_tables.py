"""Tables of comparisons between groups: their columns; no comparison is made yet."""

import pandas as pd

__all__ = ["contrast_table", "discovery_table"]

_CONTRASTS = (
    "population", "contrast", "timepoint", "denominator", "test", "n_a", "n_b", "effect", "ci_low", "ci_high", "p",
    "q", "family",
)  # fmt: skip
_DISCOVERIES = (
    "population", "cluster", "phenotype", "claim", "group", "n_detected", "n_evaluable", "n_detected_other",
    "n_evaluable_other", "p", "q", "flags", "verdict",
)  # fmt: skip


def contrast_table() -> pd.DataFrame:
    """The columns of ``contrasts.csv`` and no rows: nothing is claimed that was not tested."""
    return pd.DataFrame(columns=list(_CONTRASTS))


def discovery_table() -> pd.DataFrame:
    """The columns of ``discoveries.csv`` and no rows."""
    return pd.DataFrame(columns=list(_DISCOVERIES))
