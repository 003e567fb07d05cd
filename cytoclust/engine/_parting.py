"""What parts each cluster from the one that it would join first."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cytoclust.engine._merge import Depths, ValleyTest
from cytoclust.engine._valley import Group, certainty, discriminant

__all__ = ["ALONE", "Parting", "find_partings"]


class Parting(NamedTuple):
    """The valley between a cluster and the one that it is least apart from."""

    nearest: int
    """That cluster; -1 of a cluster that is alone."""
    parted_by: int
    """The marker that makes most of their distance along the axis that parts them best."""
    parted_size: float
    """Difference of their medians in it, in standard deviations within them; below 0 where the cluster is lower."""
    parted_depth: float
    """Least density between them over the chord between their peaks, as counted: 0 a gap, 1 no valley."""
    parted_certainty: float
    """Standard errors of the counts by which the density lies below the chord."""


ALONE = Parting(-1, -1, np.nan, np.nan, np.nan)
"""Of a cluster that is the only one. Bears on no result: a name."""


def find_partings(groups: list[Group], depths: Depths, valley_test: ValleyTest) -> list[Parting]:
    """Of each cluster, what parts it from the neighbour across the shallowest valley.

    ``depths`` are those of the pairs that are linked, the lower number first.
    """
    found = [ALONE] * len(groups)
    nearest: dict[int, tuple[float, int]] = {}
    for pair, depth in sorted(depths.items()):
        for mine, other in (pair, pair[::-1]):
            if mine not in nearest or depth > nearest[mine][0]:
                nearest[mine] = depth, other
    known: dict[tuple[int, int], Parting] = {}
    for mine, (_, other) in nearest.items():
        pair = min(mine, other), max(mine, other)
        if pair not in known:
            known[pair] = _parting(groups[pair[0]], groups[pair[1]], valley_test)
        told = known[pair]
        found[mine] = told._replace(nearest=other, parted_size=told.parted_size * (1 if mine == pair[1] else -1))
    return found


def _parting(a: Group, b: Group, valley_test: ValleyTest) -> Parting:
    """Seen from ``b``."""
    marker = int(np.argmax(discriminant(a, b) * (b.mean - a.mean)))
    spread = np.sqrt((a.covariance[marker, marker] + b.covariance[marker, marker]) / 2)
    size = (_median(b, marker) - _median(a, marker)) / max(spread, 1e-12)
    return Parting(-1, marker, float(size), valley_test.depth(a, b, 0.0), certainty(a, b))


def _median(group: Group, marker: int) -> float:
    values: NDArray[np.float32] = group.events[:, marker]
    order = np.argsort(values)
    below = np.cumsum(group.weight[order])
    return float(values[order[np.searchsorted(below, below[-1] / 2)]])
