"""The levels of one marker, and the borders between them."""

from dataclasses import dataclass, replace

import numpy as np

from cytoclust.positivity._equal_error import Group, equal_error
from cytoclust.positivity._levels import LOWEST, NEAR, Clusters

__all__ = ["MarkerLevels"]

_REACH = 3.0
"""Spreads above the negative mode that a plainly negative cluster's upper events reach. Chosen: see sensitivity."""
_DIM = 0.5
"""Of the way from the negative to the top level, up to which a level is dim. Chosen: the middle; see sensitivity."""
_MODEL = 0.3
"""Spreads: error of a cut by what clusters are taken for. Chosen: about what was seen on simulated cohorts; see
sensitivity."""
_CUTS = 4
"""Positive, dim, bright, uncertainty. Derived: the definition."""


@dataclass(frozen=True)
class MarkerLevels:
    """Clusters on one marker, and rows of them: one array for each level, from low to high."""

    clusters: Clusters
    levels: list[np.ndarray]

    def centre(self, level: int) -> float:
        """Middle of a level, without autofluorescence; of the lowest, that of the negative mode."""
        if level == 0:
            return self.clusters.negative(self.levels[0])[0]
        return self.clusters.middle(self.clusters.x, self.levels[level])

    @property
    def spread(self) -> float:
        """Spread of the negative mode."""
        return self.clusters.negative(self.levels[0])[1]

    @property
    def n_dim(self) -> int:
        """How many of the positive levels are dim."""
        bottom, reach = self.centre(0), self.centre(-1) - self.centre(0)
        return sum(0 < self.centre(level) - bottom <= _DIM * reach for level in range(1, len(self.levels)))

    def cuts(self, n_dim: int | None = None) -> np.ndarray:
        """``(4,)``: positive, dim, bright and the uncertainty of the first; nan where there is no such cut.

        ``n_dim`` of the positive levels are dim, by default those that lie low: a batch takes those of the cohort.
        No cut lies below zero: no cell has less than nothing.
        """
        found = np.full(_CUTS, np.nan)
        top = len(self.levels) - 1
        if not top:
            return found
        found[0], found[3] = self._lowest()
        found[0] = np.fmax(found[0], self.clusters.zero)
        n_dim = self.n_dim if n_dim is None else n_dim
        if n_dim:
            found[1] = max(self._between(n_dim), found[0])
        if top - n_dim > 1:
            found[2] = max(self._between(top - 1), np.nanmax(found[:2]))
        return found

    def moved(self, low: float, high: float) -> "MarkerLevels":
        """The same, with the clusters of the lowest level moved by ``low`` and all others by ``high``."""
        move = np.full(len(self.clusters.x), high)
        move[self.levels[0]] = low
        c = self.clusters
        clusters = replace(c, x=c.x + move, raw=c.raw + move, zero=c.zero + low)
        return MarkerLevels(clusters, self.levels)

    def split_at(self, cut: float) -> "MarkerLevels":
        """The levels, with the lowest border moved to ``cut``."""
        rows = np.concatenate(self.levels)
        below = rows[self.clusters.raw[rows] < cut]
        kept = [level[self.clusters.raw[level] >= cut] for level in self.levels]
        upper = [level for level in kept if len(level)]
        return MarkerLevels(self.clusters, [below, *upper] if len(below) else upper)

    def _lowest(self) -> tuple[float, float]:
        """The cut above the negatives, between the clusters whose side is plain.

        Negative are those near the negative mode once autofluorescence is taken off; they count as they were measured.
        Positive are those that are apart from it by themselves; neither mixtures, nor a few stray events between. Dim
        cells are wider than bright ones: the level next to the negatives is no mixture if it is as narrow as these.
        """
        low, high = self._plain_negative(), self._plain_positive()
        cut, error = equal_error(self._group(low, above=True), self._group(high, above=False))
        return cut, float(np.hypot(error, _MODEL * self.spread))

    def _plain_negative(self) -> np.ndarray:
        c, low = self.clusters, self.clusters.not_below_zero(self.levels[0])
        centre, spread = c.negative(low)
        near = (c.x[low] <= centre + NEAR * spread) & (c.x[low] + c.upper[low] <= centre + _REACH * spread)
        return c.large_enough(low[near]) if near.any() else low

    def _plain_positive(self) -> np.ndarray:
        c, low = self.clusters, self._plain_negative()
        high = c.narrow(c.large_enough(np.concatenate(self.levels[1:])))
        centre, _ = c.negative(self.levels[0])
        if not np.isin(self.levels[1], high).any():
            high = np.concatenate([c.narrow(c.large_enough(self.levels[1]), c.narrow(low)), high])
        distance = 2 * (c.x[high] - centre) / (c.middle(c.upper, c.narrow(low)) + c.lower[high]) >= LOWEST
        return high[distance] if distance.any() else high

    def _between(self, level: int) -> float:
        """The cut above a positive level."""
        return equal_error(
            self._group(self.levels[level], above=True), self._group(self.levels[level + 1], above=False)
        )[0]

    def _group(self, rows: np.ndarray, *, above: bool) -> Group:
        c = self.clusters
        return Group(c.raw[rows], (c.upper if above else c.lower)[rows], c.n_events[rows])
