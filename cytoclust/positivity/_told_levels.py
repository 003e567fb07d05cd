"""What the cuts of each marker let be told."""

from dataclasses import dataclass

import pandas as pd

from cytoclust.positivity._states import WORDS, Level
from cytoclust.positivity._thresholds import TAKEN, UNDECIDED

__all__ = ["Told", "told_levels"]


@dataclass(frozen=True)
class Told:
    """Levels of one marker.

    Attributes
    ----------
    resolved
        Levels that the data have a probability of; none where nothing tells what its only mode is.
    possible
        Levels that a cluster can have: of a marker with one mode only that which it is taken for.
    """

    resolved: frozenset[Level]
    possible: frozenset[Level]

    @property
    def one_mode(self) -> bool:
        """Whether all cells are taken for alike."""
        return self.possible != self.resolved or not self.resolved


def told_levels(thresholds: pd.DataFrame) -> dict[str, Told]:
    """Of each marker of a frame of :class:`Thresholds`, one row a marker; as :func:`level_probabilities` tells them."""
    told: dict[str, Told] = {}
    for row in thresholds.to_dict("records"):
        levels: set[Level] = {"negative", "mid"}
        levels |= {level for level in ("dim", "bright") if pd.notna(row[level])}
        resolved = frozenset(levels)
        taken = row.get("taken") or ""
        if taken == UNDECIDED:
            told[str(row["marker"])] = Told(frozenset(), frozenset())
        elif taken in TAKEN.values():
            told[str(row["marker"])] = Told(resolved, resolved & WORDS[taken])
        else:
            told[str(row["marker"])] = Told(resolved, resolved)
    return told
