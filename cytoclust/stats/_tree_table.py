"""The tree of clusters as a table."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys

__all__ = ["tree_table"]


def tree_table(
    joins: Iterable[tuple[int, int, float]], parent: NDArray[np.int64], doublet_of: list[str]
) -> pd.DataFrame:
    """The table ``cluster_tree.csv``.

    Parameters
    ----------
    joins
        Two clusters that become one, and the depth of the valley between them, the shallowest first.
    parent
        Of each cluster (k,), the largest cluster of its branch one level up.
    doublet_of
        Of each cluster (k,), see :func:`doublet_partners`.

    Returns
    -------
    ``cluster``, ``cluster_parent``, ``joins`` (the larger cluster whose branch this one becomes part of; missing for
    the last), ``depth`` (of the valley between them; 1 is none), ``doublet_of``.
    """
    table = pd.DataFrame({keys.CLUSTER: np.arange(len(parent)), keys.CLUSTER_PARENT: parent})
    into = pd.DataFrame(joins, columns=[keys.JOINS, keys.CLUSTER, keys.DEPTH]).set_index(keys.CLUSTER)
    table = table.join(into.astype({keys.JOINS: "Int64", keys.DEPTH: float}), on=keys.CLUSTER)
    return table.assign(doublet_of=doublet_of)
