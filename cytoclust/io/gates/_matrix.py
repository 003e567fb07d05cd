"""A spillover matrix as files of gates hold it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["GateMatrix"]


@dataclass(frozen=True, eq=False)
class GateMatrix:
    """Channels by $PnN, and the matrix (k, k): a row is a source, a column a detector."""

    channels: tuple[str, ...]
    values: NDArray[np.float64]

    def is_same(self, other: "GateMatrix | None") -> bool:
        """Whether another is the same in every number."""
        return other is not None and self.channels == other.channels and np.array_equal(self.values, other.values)
