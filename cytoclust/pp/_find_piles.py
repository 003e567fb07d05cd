"""Which channels have many equal values at an end of their scale."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cytoclust.findings import Finding
from cytoclust.pp._beside_pile import FEWEST

__all__ = ["find_piles"]

_SHARE = 0.01
"""Of the events, at one value at an end of the scale, that is worth saying. Chosen: it bears on no label."""


def find_piles(
    events: NDArray[np.float32], names: Sequence[str], signals: Sequence[bool], *, n_events: int
) -> list[Finding]:
    """Signals of which 1 % of the events or more have the lowest value, and those of which so many have the highest.

    Parameters
    ----------
    events
        Some events of a file, (m, p).
    names, signals
        Of the columns (p,), and which are signals.
    n_events
        Events of the file, of which ``events`` are an even sample.
    """
    found: dict[str, dict[str, int]] = {"lowest": {}, "highest": {}}
    for name, use, column in zip(names, signals, events.T, strict=True):
        values = column[np.isfinite(column)] if use else column[:0]
        if not len(values) or values.min() == values.max():
            continue
        for end, value in (("lowest", values.min()), ("highest", values.max())):
            count = int(np.count_nonzero(values == value))
            if count >= max(FEWEST, _SHARE * len(values)):
                found[end][name] = round(count * n_events / len(events))
    return [
        Finding("values pile up", end=end, channels=list(counts), n=list(counts.values()), of=n_events)
        for end, counts in found.items()
        if counts
    ]
