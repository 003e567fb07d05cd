"""Where a marker turns positive: what is learnt, for each marker of a panel."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

__all__ = ["Thresholds"]


@dataclass(frozen=True)
class Thresholds:
    """Cuts between the levels of each marker, on the scale of the profile they were learnt from.

    Every array is ``(m,)`` in the order of ``markers``; nan where there is no such cut.

    Attributes
    ----------
    positive
        Cut between negative and whatever lies above; nan if only one mode is seen.
    dim
        Upper end of the dim range, which starts at ``positive``; nan if there is no dim level.
    bright
        Lower end of the bright range; nan if there is no bright level of its own.
    uncertainty
        Standard deviation of the cuts.
    negative, spread
        Centre of the negative mode and its standard deviation (of the only mode, if there is one).
    only
        ``"-"`` or ``"+"``: what cells of a marker with one mode are taken for; ``""`` where there is a cut.
    modes
        What was seen, in words.
    """

    markers: tuple[str, ...]
    positive: np.ndarray
    dim: np.ndarray
    bright: np.ndarray
    uncertainty: np.ndarray
    negative: np.ndarray
    spread: np.ndarray
    only: tuple[str, ...]
    modes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """One row for each marker: ``marker, positive, dim, bright, uncertainty, negative, spread, modes``."""
        return pd.DataFrame(
            {
                "marker": list(self.markers),
                "positive": self.positive,
                "dim": self.dim,
                "bright": self.bright,
                "uncertainty": self.uncertainty,
                "negative": self.negative,
                "spread": self.spread,
                "modes": list(self.modes),
            }
        )
