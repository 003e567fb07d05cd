"""Clusters that sit high on every marker they lack."""

import numpy as np

__all__ = ["corrected_medians"]

_NEAR_NEGATIVE = 3.0  # spreads above the negative mode up to which a cluster may be negative
_QUANTILE = 0.3  # low, so that a cluster that is dim for several markers keeps them
_MARKERS = 4
_LARGEST = 2.5  # spreads


def corrected_medians(medians: np.ndarray, negative: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """Medians ``(c, m)`` less the shift that a cluster shares over the markers it lacks.

    Large cells such as MSCs are autofluorescent: their negatives lie above those of lymphocytes, on all markers at
    once. A cluster's shift, in spreads of the negative mode, is the 30 % quantile over the markers on which it
    may be negative; never below 0, never above 2.5, and 0 if there are fewer than four such markers.

    Parameters
    ----------
    medians
        ``(c, m)`` median of each cluster and marker.
    negative, spread
        ``(m,)`` centre and standard deviation of the negative mode of each marker.
    """
    z = (medians - negative) / spread
    shift = np.zeros(len(medians))
    for cluster, row in enumerate(z):
        lacking = row[row <= _NEAR_NEGATIVE]
        if len(lacking) >= _MARKERS:
            shift[cluster] = np.clip(np.quantile(lacking, _QUANTILE), 0, _LARGEST)
    return medians - shift[:, None] * spread
