"""Adjusted p of many subjects by the step-down maximum."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["step_down"]

_TIE = 1e-9
"""Of the largest statistic: what differs by less is a tie. Bears on no result but ties, which only rounding parts."""


def step_down(statistics: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """P of each subject alone, and adjusted for all others (Westfall & Young 1993, algorithm 4.1), each (k,).

    Parameters
    ----------
    statistics
        (m, k): of each arrangement of labels and subject, the observed arrangement first; the larger, the rarer. They
        are all arrangements, or a sample, which the observed one then joins: (b + 1) / (m + 1), Phipson & Smyth 2010.
    """
    observed = statistics[0]
    limit = observed - _TIE * max(1.0, float(np.abs(observed).max(initial=0.0)))
    alone = (statistics >= limit).mean(axis=0)
    order = np.argsort(-observed, kind="stable")
    highest = np.full(len(statistics), -np.inf)
    adjusted = np.empty(len(order))
    for place in order[::-1]:
        highest = np.maximum(highest, statistics[:, place])
        adjusted[place] = (highest >= limit[place]).mean()
    adjusted[order] = np.maximum.accumulate(adjusted[order])
    return alone, adjusted
