"""A clustering as it was found, for events that it was not made of."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytoclust.engine._assign import Model, assign
from cytoclust.engine._search import Search

__all__ = ["Frozen"]


@dataclass(frozen=True)
class Frozen:
    """Prototypes with their search and the mixture over them: an event's cluster depends on no other event."""

    search: Search
    model: Model

    def look(self, events: NDArray[np.float32]) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Nearest prototype of each event (n,), and the squared distance to it (n,), of events (n, p)."""
        return self.search.look(events)

    def assign(
        self, events: NDArray[np.float32], prototype: NDArray[np.int32]
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Cluster of each event (n,) and the probability that it belongs there (n,), by its nearest prototype."""
        return assign(self.model, events, prototype)
