"""How far from its prototype an event may lie."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["far_limits"]

TIMES = 4.0
"""MADs above the median. Convention: what FlowSOM's users know; quantiles are inflated where a prototype's few events
were strays already."""
COMMON = 20
"""Events of the common spread that join those of a prototype, which may have few. Chosen: the MAD of 20 events errs by
a quarter."""


def far_limits(
    prototype: NDArray[np.integer], distance: NDArray[np.floating], count: int
) -> NDArray[np.float32]:  # fmt: skip
    """Of each prototype (count,): median of its distances and four MADs; infinity for one without events.

    A prototype of few events has the common ratio of MAD to median, and one whose events are nearly equal no less than
    that: its own would call each further event far.

    Parameters
    ----------
    prototype, distance
        Of each event (n,).
    count
        Prototypes.
    """
    order = np.argsort(prototype, kind="stable")
    starts = np.searchsorted(prototype[order], np.arange(count + 1))
    median, mad = np.full(count, np.nan), np.full(count, np.nan)
    for number in np.flatnonzero(np.diff(starts)):
        mine = distance[order[starts[number] : starts[number + 1]]].astype(np.float64)
        median[number] = np.median(mine)
        mad[number] = np.median(np.abs(mine - median[number]))
    size = np.diff(starts)
    known = size > 0
    if not known.any():
        return np.full(count, np.inf, dtype=np.float32)
    weight = size[known] / size[known].sum()
    common = float(weight @ median[known])
    ratio = float(weight @ mad[known]) / max(common, 1e-12)
    centre = (size * np.nan_to_num(median) + COMMON * common) / (size + COMMON)
    centre = np.where(size >= COMMON, np.nan_to_num(median), np.maximum(centre, np.nan_to_num(median)))
    spread = (size * np.nan_to_num(mad) + COMMON * ratio * centre) / (size + COMMON)
    return np.where(known, centre + TIMES * np.maximum(spread, ratio * centre / 2), np.inf).astype(np.float32)
