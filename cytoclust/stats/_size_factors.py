"""How many ordinary cells a sample has, whatever else is in it."""

from collections.abc import Collection

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import params

__all__ = ["size_factors"]

VOICE = 0.5
"""Power of a population's level by which it has a say. Chosen: between 0, where a lineage that is split into many
populations outvotes most of the cells, and 1, where a population that is most of the cells decides alone."""
_HALF = 1e-9
"""Bears on no result: what differs from a half by less is a half."""
LEAST = 3
"""Reference populations from which on their median is robust. Derived: a median of three survives one that is off."""


def size_factors(
    counts: pd.DataFrame, cells: pd.Series, *, references: Collection[str], detect: params.Detect = params.D.detect
) -> pd.Series:
    """Cells (n,) of each sample, corrected for what displaces the ordinary ones.

    The median, over reference populations, of a sample's fraction to its geometric mean over samples (median of
    ratios, Anders & Huber 2010), weighted by the square root of that mean: it stays where it is when populations with
    less than half of the weight change, be they many parts of one lineage. Junk of a tumour that is not recognised as
    tumour lowers the fractions of all others, and not this.

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
    usual = logs.mean(axis=0)
    return cells * 2 ** _median(logs - usual, 2 ** (VOICE * usual))


def _median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weighted median of each row (n, k): where half of the weight is reached; the mean of two where it is halved."""
    order = np.argsort(values, axis=1, kind="stable")
    ranked = np.take_along_axis(values, order, axis=1)
    reached = np.cumsum(weights[order], axis=1) / weights.sum()
    ends = [(reached < 0.5 + margin).sum(axis=1) for margin in (-_HALF, _HALF)]
    both = np.stack([np.minimum(end, values.shape[1] - 1) for end in ends], axis=1)
    return np.asarray(np.take_along_axis(ranked, both, axis=1).mean(axis=1))
