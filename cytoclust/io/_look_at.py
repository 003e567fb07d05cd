"""Some events of a file, to know its channels by."""

import functools
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cytoclust.io._event_file import EventFile

__all__ = ["look_at"]

_EVENTS: Final = 2_000
"""Events that are looked at. Chosen: enough to see a clock or ion counts, in a few milliseconds."""


def look_at(file: EventFile) -> Callable[[], NDArray[np.float32]]:
    """What gives up to 2,000 events, evenly over a file and in its order, (m, p); they are read once, when asked for."""

    @functools.cache
    def events() -> NDArray[np.float32]:
        rows = np.unique(np.linspace(0, max(file.n_events - 1, 0), min(file.n_events, _EVENTS)).astype(np.int64))
        return file.take(rows)

    return events
