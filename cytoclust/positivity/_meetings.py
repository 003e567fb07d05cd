"""Whether a cluster's counts go with how often the cells of others meet."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

__all__ = ["REFUTED", "meetings", "p_follows"]

VARIATION = 0.5
"""Standard deviation of the rate of doublets between samples, as a fraction of it. Chosen: see sensitivity."""
STRAY = 0.5
"""Events of another kind that a cluster may have in a sample. Chosen: see sensitivity."""
REFUTED = 0.001
"""Of the chance that doublets make counts so unlike n_i n_j / n. Chosen: see sensitivity."""


def meetings(events: NDArray[np.float64], pairs: NDArray[np.int64]) -> NDArray[np.float64]:
    """Events (n,) that some pairs (p, 2) would make if every cell came with another, by samples; of all (n, c)."""
    cells = np.maximum(events.sum(axis=1, keepdims=True), 1.0)
    return np.asarray((2 * events[:, pairs[:, 0]] * events[:, pairs[:, 1]] / cells).sum(axis=1))


def p_follows(events: NDArray[np.float64], met: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probability (k,) that counts go with the meetings so badly by chance; NaN where nothing meets.

    Chi-squared, with one rate for each of the k clusters, which varies by half between the n samples.

    Parameters
    ----------
    events, met
        (n, k) events of a cluster, and the sum of 2 n_i n_j / n over the pairs of which it may be made.
    """
    total, often = events.sum(axis=0), met.sum(axis=0)
    fitted = met * np.divide(total, often, out=np.zeros(len(often)), where=often > 0)
    variance = fitted + STRAY + (VARIATION * fitted) ** 2
    distance = ((events - fitted) ** 2 / variance).sum(axis=0)
    return np.where(often > 0, chi2.sf(distance, max(1, len(events) - 1)), np.nan)
