"""Where two groups of pieces touch: a valley that a straight axis sees, or misses, is looked for there."""

from functools import reduce
from operator import add

import numpy as np
from numpy.typing import NDArray

from cytoclust.engine._graph import Edges
from cytoclust.engine._valley import CERTAINTY, Group, valley

__all__ = ["Pieces"]

NEAR = 0.1
"""Link to the piece at the border, as a share of the lesser of both pieces' strongest, with which a piece is near it.
Chosen: see benchmarks/ENGINE.md."""
LOCAL = 0.4
"""Share of a group's events: a border that holds less of one of them says something else than the whole. Chosen: from
0.35 to 0.45 the figures are the same; see benchmarks/ENGINE.md."""
SLIGHT = CERTAINTY / 2
"""Standard errors with which a valley must show at the border as well, until chance cuts are undone. Chosen: see
benchmarks/ENGINE.md."""
FLAT, DEEP = 0.87, 0.4
"""Density over the chord at the border, at and above which there is no valley although the straight axis shows one, and
below which there is one although it shows none. Chosen: as the limits of ``_merge.py``."""


AS_DENSE = 0.22
"""Density of the pieces at the border, as a share of the densest piece's of either group, from which on the border may
say that there is no valley. Chosen: in rings it is 0.26 to 1, between normals 3.2 to 3.5 standard deviations apart 0.04
to 0.12; see benchmarks/ENGINE.md."""
ACROSS = 0.3
"""Density over the chord along the straight axis: a deeper valley counts whatever the border says. Chosen: across the
hole of a ring it is 0.4 to 0.9."""


class Pieces:
    """Fine groups, and how strongly they are linked.

    The axis between two groups as wholes sees a valley across the hole of a ring, where the groups do not touch, and
    none between a ring and a blob inside it, as their means are equal. The two pieces with most links across the
    border, with the pieces next to them on their own side, know better, unless they are most of both groups anyway.
    """

    def __init__(self, groups: list[Group], links: Edges):
        self._groups = groups
        self._links = np.zeros((len(groups), len(groups)))
        np.add.at(self._links, (links[0], links[1]), links[2])
        self._links += self._links.T
        np.fill_diagonal(self._links, 0)
        self._bridged = np.zeros(self._links.shape, dtype=bool)
        self._bridged[links[0], links[1]] = self._bridged[links[1], links[0]] = True
        self._strongest = self._links.max(axis=1, initial=0)
        self._sizes = np.array([len(group.events) for group in groups])
        self._density = np.array([_log_density(group) for group in groups])

    def at_border(self, a: list[int], b: list[int], straight: float, limit: float, z: float = SLIGHT) -> float:
        """The depth of the valley between two groups of pieces, whose depth along the straight axis is known.

        1 where the border has no valley at ``z`` standard errors, and its depth where it has a deep one; else as the
        straight axis says. Groups without common neighbours may have a deep one, where the graph was bridged.
        """
        if len(a) == len(b) == 1 or straight < ACROSS:
            return straight
        sides = self._sides(np.sort(a), np.sort(b), bridged=straight >= limit)
        if sides is None:
            return straight
        if straight < limit:
            return 1.0 if self._as_dense(a, b) and valley(*sides, z=z) >= FLAT else straight
        deep = valley(*sides)
        return deep if deep < DEEP else straight

    def _as_dense(self, a: list[int], b: list[int]) -> bool:
        """Whether the pieces at the border are about as dense as any: in a valley they would not be."""
        across = self._links[np.ix_(a, b)]
        i, j = np.unravel_index(np.argmax(across), across.shape)
        lesser = min(self._density[a].max(), self._density[b].max())
        return bool(min(self._density[a[i]], self._density[b[j]]) >= lesser + np.log(AS_DENSE))

    def part(self, whole: NDArray[np.int64], second: NDArray[np.int64], limit: float) -> bool:
        """Whether a valley that was found between the two parts of a group shows at their border, too.

        Given are the piece of each event of the group, and of those of the second part; a piece goes with most of its
        events.
        """
        there, here = (np.bincount(of, minlength=len(self._groups)) for of in (second, whole))
        mine = 2 * there > here
        a, b = np.flatnonzero((here > 0) & ~mine), np.flatnonzero(mine)
        return len(a) == 0 or len(b) == 0 or self.at_border(a.tolist(), b.tolist(), ACROSS, limit) < limit

    def _sides(self, a: NDArray[np.int64], b: NDArray[np.int64], *, bridged: bool) -> tuple[Group, Group] | None:
        """The pieces at either side of the border; none where they are most of both groups, or nothing links them."""
        across = self._links[np.ix_(a, b)]
        if bridged and not across.any():
            across = self._bridged[np.ix_(a, b)]
        if not across.any():
            return None
        i, j = np.unravel_index(np.argmax(across), across.shape)
        sides = [self._near(a[i], a), self._near(b[j], b)]
        shares = [self._sizes[side].sum() / self._sizes[own].sum() for side, own in zip(sides, (a, b), strict=True)]
        if min(shares) >= LOCAL:
            return None
        first, second = (reduce(add, [self._groups[k] for k in side]) for side in sides)
        return first, second

    def _near(self, piece: np.int64, own: NDArray[np.int64]) -> NDArray[np.int64]:
        """The piece, and the pieces of its group next to it."""
        enough = NEAR * np.minimum(self._strongest[piece], self._strongest[own])
        return own[(self._links[piece, own] >= enough) | (own == piece)]


def _log_density(group: Group) -> float:
    """Logarithm of the events in the volume of their ellipsoid, but for a constant."""
    p, covariance = len(group.sum), group.covariance
    shrink = p / (p + group.effective)
    sphere = np.trace(covariance) / p + 1e-12
    return float(np.log(group.mass) - np.linalg.slogdet((1 - shrink) * covariance + shrink * sphere * np.eye(p))[1] / 2)
