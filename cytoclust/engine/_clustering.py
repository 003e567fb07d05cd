"""What a clustering method finds."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust.engine._fit import Redraws
from cytoclust.engine._frozen import Frozen
from cytoclust.engine._merge import Join

__all__ = ["Clustering"]


@dataclass(frozen=True)
class Clustering:
    """The events of a source with their clusters."""

    labels: NDArray[np.int32]
    """Cluster of each event (n,), from 0."""
    probability: NDArray[np.float32]
    """That the event belongs to its cluster (n,)."""
    n_clusters: int
    stability: Callable[[], NDArray[np.float64]]
    """Of each cluster (k,), 0–1; NaN where the method knows none. Computed when asked for, which takes a while."""
    joins: Callable[[], list[Join]]
    """The branches of the tree, the shallowest valley first; empty where the method knows none."""

    knows_tree: bool = False
    """Whether the method finds a tree."""

    overlaps: Callable[[], NDArray[np.int64]] | None = None
    """Of each cluster (k,), that to which most of its events would belong if not to it, -1 where all are sure; None
    where the method does not know."""

    redraws: Redraws | None = None
    """What ``stability`` is computed from, where it is worth keeping; None where the method knows it at once."""

    frozen: Frozen | None = None
    """By which any other event is given its cluster; None where the method cannot."""

    def overlaps_with(self) -> NDArray[np.int64]:
        """The same, -1 everywhere where the method does not know (k,)."""
        return np.full(self.n_clusters, -1) if self.overlaps is None else self.overlaps()

    def tree(self) -> pd.DataFrame | None:
        """The branches as a table, ``first, second, depth``; None where the method knows none."""
        return pd.DataFrame(self.joins(), columns=Join._fields) if self.knows_tree else None
