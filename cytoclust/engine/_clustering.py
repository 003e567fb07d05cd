"""What a clustering method finds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust.engine._finer import Finer
from cytoclust.engine._fit import Redraws
from cytoclust.engine._frozen import Frozen
from cytoclust.engine._merge import Join
from cytoclust.engine._parting import ALONE, Parting

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
    partings: Callable[[], list[Parting]] | None = None
    """What parts each cluster from its nearest (k,); None where the method does not know."""
    finer: Callable[[], Finer] | None = None
    """The level below; None where the method knows none."""

    def overlaps_with(self) -> NDArray[np.int64]:
        """The same, -1 everywhere where the method does not know (k,)."""
        return np.full(self.n_clusters, -1) if self.overlaps is None else self.overlaps()

    def parted(self, markers: Sequence[str]) -> pd.DataFrame:
        """What parts each cluster from its nearest, a row each: fields of ``Parting``, with the name of the marker.

        ``markers`` are those that were clustered on, in the order of the source.
        """
        told = [ALONE] * self.n_clusters if self.partings is None else self.partings()
        table = pd.DataFrame(told, columns=Parting._fields)
        return table.assign(parted_by=[markers[each.parted_by] if each.parted_by >= 0 else "" for each in told])

    def pieces(self) -> dict[str, NDArray[Any] | pd.DataFrame] | None:
        """The level below, as plain arrays and a table: fields of ``Finer``; None where the method knows none."""
        if self.finer is None:
            return None
        told = self.finer()
        joins = pd.DataFrame(told.joins, columns=Join._fields)
        return {"places": told.places, "cluster": told.cluster, "piece": told.piece, "joins": joins}

    def tree(self) -> pd.DataFrame | None:
        """The branches as a table, ``first, second, depth``; None where the method knows none."""
        return pd.DataFrame(self.joins(), columns=Join._fields) if self.knows_tree else None
