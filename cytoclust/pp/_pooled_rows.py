"""The rows of a sample that models are fitted on."""

import numpy as np


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
