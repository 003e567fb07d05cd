"""How many ordinary cells a sample has, whatever else is in it."""

from collections.abc import Collection

import numpy as np
import pandas as pd

from cytoclust import params

__all__ = ["size_factors"]

LEAST = 3
"""Reference populations from which on their median is robust. Derived: a median of three survives one that is off."""


def size_factors(
    counts: pd.DataFrame, cells: pd.Series, *, references: Collection[str], detect: params.Detect = params.D.detect
) -> pd.Series:
    """Cells (n,) of each sample, corrected for what displaces the ordinary ones.

    The median, over reference populations, of a sample's fraction to its geometric mean over samples (median of
    ratios, Anders & Huber 2010): it stays where it is when fewer than half of the populations change. Junk of a tumour
    that is not recognised as tumour lowers the fractions of all others, and not this.

    Parameters
    ----------
    counts
        Samples × populations.
    cells
        Of each sample, those that count.
    references
        Populations that may serve: of these, the ones with ``loq_events`` or more in each sample.
    detect
        Limits, in events.

    Returns
    -------
    Cells times the factor; cells as they are, with fewer than three references.
    """
    used = [name for name in references if name in counts and counts[name].min() >= detect.loq_events]
    if len(used) < LEAST:
        return cells.astype(float)
    logs = np.log2(counts[used].to_numpy(dtype=float) / cells.to_numpy(dtype=float)[:, None])
    return cells * 2 ** np.median(logs - logs.mean(axis=0), axis=1)
