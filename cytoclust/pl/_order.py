"""In which order clusters stand, so that like ones stand together."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust.pl.style import NO_NAME

__all__ = ["Rows", "arrange", "order", "scaled"]

UNGROUPED: Final = 40  # clusters up to which one dendrogram says more than groups do


@dataclass(frozen=True)
class Rows:
    """Clusters as they stand from top to bottom."""

    order: NDArray[np.int64]  # of clusters
    place: NDArray[np.int64]  # row of each of these; between groups a row is left out
    trees: list[tuple[np.ndarray, int]]  # linkage of a group, and its first row
    first: NDArray[np.bool_]  # whether a cluster is the first of its group

    @property
    def n_rows(self) -> int:
        """Rows with those left out."""
        return int(self.place[-1]) + 1 if len(self.place) else 0


def scaled(medians: np.ndarray) -> np.ndarray:
    """Medians (clusters × markers) from each marker's lowest (0) to its highest (1).

    A marker whose medians hardly differ is not stretched: its span counts as at least a quarter of the typical one.
    """
    low = np.fmin.reduce(medians, axis=0)
    span = np.nan_to_num(np.fmax.reduce(medians, axis=0) - low)  # 0 of a marker that no cluster has
    typical = np.median(span) if span.size else 0.0
    floor = max(0.25 * typical, np.finfo(float).tiny)
    return np.nan_to_num((medians - low) / np.maximum(span, floor))


def order(matrix: np.ndarray) -> tuple[np.ndarray | None, NDArray[np.int64]]:
    """Average linkage of the rows, and the order of its leaves; no linkage where there are fewer than three rows."""
    if len(matrix) < 3 or matrix.shape[1] == 0:
        return None, np.arange(len(matrix))
    from scipy.cluster.hierarchy import leaves_list, linkage

    tree = linkage(matrix, method="average", optimal_ordering=len(matrix) <= 400)
    return tree, leaves_list(tree).astype(np.int64)


def arrange(matrix: np.ndarray, populations: pd.Series | None) -> Rows:
    """Clusters by likeness; more than 40 by population, those without a name last, and by likeness within it."""
    if populations is None or len(matrix) <= UNGROUPED or populations.nunique() < 2:
        tree, found = order(matrix)
        first = np.zeros(len(found), dtype=bool)
        return Rows(found, np.arange(len(found)), [] if tree is None else [(tree, 0)], first)
    held = [np.flatnonzero(populations.to_numpy() == name) for name in _groups(matrix, populations)]
    parts, places, trees, start = [], [], [], 0
    for rows in held:
        tree, found = order(matrix[rows])
        parts.append(rows[found])
        places.append(start + np.arange(len(rows)))
        trees += [] if tree is None else [(tree, start)]
        start += len(rows) + 1
    first = np.concatenate([np.arange(len(rows)) == 0 for rows in held])
    return Rows(np.concatenate(parts), np.concatenate(places), trees, first)


def _groups(matrix: np.ndarray, populations: pd.Series) -> list[str]:
    means = pd.DataFrame(matrix).groupby(populations.to_numpy()).mean()
    names = [str(name) for name in means.index[order(means.to_numpy())[1]]]
    return [name for name in names if name not in NO_NAME] + [name for name in names if name in NO_NAME]
