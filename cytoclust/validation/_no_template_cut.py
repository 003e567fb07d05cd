"""From which Cq on a well may be empty."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import t

__all__ = ["no_template_cut"]


def no_template_cut(cq: ArrayLike, *, margin: float, confidence: float = 0.95) -> float:
    """The Cq from which on a well is no sign of template; infinite where no well without template amplified.

    The lower prediction limit of one more such well, but no more than ``margin`` cycles below the earliest, and never
    after it.

    Parameters
    ----------
    cq
        Of the wells without template, or without reverse transcriptase; NaN where none amplified.
    margin
        Cycles.
    confidence
        One-sided, such as 0.95.
    """
    seen = np.asarray(cq, dtype=np.float64)
    seen = seen[np.isfinite(seen)]
    if not len(seen):
        return np.inf
    earliest = float(seen.min())
    if len(seen) < 2:
        return earliest - margin
    reach = float(t.isf(1 - confidence, len(seen) - 1)) * float(seen.std(ddof=1)) * np.sqrt(1 + 1 / len(seen))
    return float(np.clip(seen.mean() - reach, earliest - margin, earliest))
