"""How far apart kinds of events are in each marker."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from cytoclust.normal import SD_OF_MAD
from cytoclust.pl._weights import Weights, medians

__all__ = ["nearest", "separation"]

_LEAST_SPREAD = 0.02  # of the marker's range: a marker in which all events are alike parts nothing


def separation(
    a: NDArray, b: NDArray, ranges: NDArray, weights: tuple[Weights, Weights] = (None, None)
) -> NDArray[np.float64]:
    """Distance of the medians of two sets of events, in units of their mean robust spread.

    Parameters
    ----------
    a, b
        Events × markers (p).
    ranges
        Range of each marker over all events (p,); the spread counts as at least a fiftieth of it.

    weights
        Of either's events, where they have any.

    Returns
    -------
    (p,), 0 where they do not differ. Of two normal distributions of the same spread it is d′.
    """
    sets = list(zip((a, b), weights, strict=True))
    middle = [medians(x, w) for x, w in sets]
    spreads = [SD_OF_MAD * medians(np.abs(x - m), w) for (x, w), m in zip(sets, middle, strict=True)]
    spread = np.maximum((spreads[0] + spreads[1]) / 2, np.maximum(_LEAST_SPREAD * ranges, np.finfo(np.float32).tiny))
    return np.asarray(np.abs(middle[0] - middle[1]) / spread, dtype=np.float64)


def nearest(events: NDArray, candidates: Mapping[str, NDArray], number: int) -> list[str]:
    """The candidates whose medians lie nearest to those of the events (Euclidean), nearest first."""
    middle = np.median(events, axis=0)
    far = {name: float(np.linalg.norm(np.median(each, axis=0) - middle)) for name, each in candidates.items()}
    return sorted(far, key=lambda name: (far[name], name))[:number]
