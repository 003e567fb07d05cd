"""How far two sets of events are the same."""

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit

from cytoclust.stats._exact_interval import exact_interval

__all__ = ["Overlap", "overlap", "pooled_overlap"]

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Overlap:
    """Of what was found, the share sought; of what is sought, the share found; their harmonic mean; its interval."""

    precision: Numbers
    recall: Numbers
    f1: Numbers
    low: Numbers
    high: Numbers


def overlap(n_sought: ArrayLike, n_found: ArrayLike, n_both: ArrayLike, *, confidence: float) -> Overlap:
    """Agreement of two sets of events of one sample.

    F1 is 2J / (1 + J), where J is the share of the union that is in both (Jaccard); J is a fraction, so its exact
    interval (Clopper–Pearson) gives that of F1. It is one of counting alone: events of one patient are not
    independent.

    Parameters
    ----------
    n_sought, n_found, n_both
        Events of the one set, the other, and both; of one shape.
    confidence
        Such as 0.95.

    Returns
    -------
    Of the same shape; NaN where a set is empty.
    """
    sought, found, both = (np.asarray(each, dtype=np.float64) for each in (n_sought, n_found, n_both))
    low, high = exact_interval(both, sought + found - both, confidence=confidence)
    precision, recall, f1 = _rates(sought, found, both)
    return Overlap(precision, recall, f1, 2 * low / (1 + low), 2 * high / (1 + high))


def pooled_overlap(n_sought: ArrayLike, n_found: ArrayLike, n_both: ArrayLike, *, confidence: float) -> Overlap:
    """Agreement over patients, whose events are added up; the interval takes the patient as the unit.

    It is a jackknife, one patient left out at a time, on the logit of F1 with Student's t of m − 1 degrees of freedom
    (Miller, Biometrika 1974;61:1); NaN of one patient alone, and where F1 is 0 or 1 whoever is left out.

    Parameters
    ----------
    n_sought, n_found, n_both
        Events of each patient (m,).
    confidence
        Such as 0.95.
    """
    counts = np.stack([np.asarray(each, dtype=np.float64) for each in (n_sought, n_found, n_both)])
    whole = counts.sum(axis=1)
    precision, recall, f1 = _rates(*whole)
    there = counts[:, counts[:2].sum(axis=0) > 0]
    m, low, high = there.shape[1], np.nan, np.nan
    if m > 1 and 0 < f1 < 1:
        left = _rates(*(there.sum(axis=1)[:, None] - there))[2]
        if ((left > 0) & (left < 1)).all():
            pseudo = m * logit(f1) - (m - 1) * logit(left)
            error = float(pseudo.std(ddof=1)) / np.sqrt(m)
            width = float(scipy.stats.t.ppf((1 + confidence) / 2, m - 1)) * error
            low, high = expit(logit(f1) - width), expit(logit(f1) + width)
    return Overlap(precision, recall, f1, np.asarray(low), np.asarray(high))


def _rates(sought: Numbers, found: Numbers, both: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    with np.errstate(invalid="ignore", divide="ignore"):
        return both / found, both / sought, 2 * both / (sought + found)
