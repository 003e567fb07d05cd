"""The rows of a sample that models are fitted on."""

import numpy as np

__all__ = ["FIT_EVENTS", "pooled_rows", "pooled_share"]

FIT_EVENTS = 60_000
"""Events of a sample, for its quality model. Chosen: ten in ten thousand are sixty, enough to see a small mode."""
POOL_EVENTS = 400_000
"""Events of all samples together, for the transform and the bins of profiles. Chosen, for time and memory."""
LEAST_SHARE = 2_000
"""Events of a sample at least, however many samples there are. Chosen."""


def pooled_share(n_samples: int) -> int:
    """How many events of each sample the transform is learnt from."""
    return max(LEAST_SHARE, POOL_EVENTS // max(n_samples, 1))


def pooled_rows(n_events: int, at_most: int) -> np.ndarray:
    """Evenly spaced row numbers: the same for the same numbers, and in the order of acquisition.

    Parameters
    ----------
    n_events
        Rows of the sample.
    at_most
        Rows wanted; all rows if there are no more.

    Returns
    -------
    int64, ascending, without repeats.
    """
    if n_events <= at_most:
        return np.arange(n_events, dtype=np.int64)
    return (np.arange(at_most, dtype=np.int64) * n_events) // at_most
