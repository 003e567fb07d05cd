"""Events of one sample, wherever they are."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["Rows"]


class Rows(Protocol):
    """Compensated events of one sample, (n, p) float32: an array in memory, one in a file, or rows of an AnnData."""

    def __len__(self) -> int: ...

    def __getitem__(self, rows: slice | NDArray[np.int64], /) -> NDArray[np.float32]: ...
