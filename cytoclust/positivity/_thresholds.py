"""Where a marker turns positive: what is learnt, for each marker of a panel."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd

__all__ = ["TAKEN", "UNDECIDED", "Thresholds"]

TAKEN: Final = {"-": "negative", "+": "positive"}
UNDECIDED: Final = "cannot tell"


@dataclass(frozen=True, repr=False)
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
        ``"-"`` or ``"+"``: what cells of a marker with one mode are taken for, ``"?"`` if nothing tells; ``""`` where
        there is a cut.
    modes
        What was seen, in words.
    source
        Where the cut comes from: ``data``, ``given``, or the control's kind and file.
    batches
        Names of the ``b`` batches; empty if one set of cuts serves all.
    cuts
        ``(b, m, 4)``: positive, dim, bright and uncertainty in each batch.
    sources
        ``(b, m)`` source of the cut in each batch.
    one_sided
        ``(m,)`` whether there is a cut and every cluster lies on one side of it.
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
    source: tuple[str, ...]
    batches: tuple[str, ...] = ()
    cuts: np.ndarray = field(default_factory=lambda: np.empty((0, 0, 4)))
    sources: tuple[tuple[str, ...], ...] = ()
    one_sided: tuple[bool, ...] = ()

    def __repr__(self) -> str:
        return f"thresholds of {len(self.markers)} markers\n{self.to_frame(by_batch=True).to_string(index=False)}"

    def _repr_html_(self) -> str:
        return str(self.to_frame(by_batch=True).to_html(index=False))

    def of_batch(self, batch: str) -> np.ndarray:
        """``(m, 4)`` cuts in a batch; those of the cohort if it has none of its own."""
        if batch in self.batches:
            return np.asarray(self.cuts[self.batches.index(batch)])
        return np.column_stack([self.positive, self.dim, self.bright, self.uncertainty])

    def to_frame(self, *, by_batch: bool = False) -> pd.DataFrame:
        """One row for each marker; with ``by_batch`` one for each of its batches, where these differ.

        Columns ``marker, batch, positive, dim, bright, uncertainty, negative, spread, modes, source, taken``; a row for
        all batches has an empty ``batch``.
        """
        rows = []
        for j, marker in enumerate(self.markers):
            whole = np.array([self.positive[j], self.dim[j], self.bright[j], self.uncertainty[j]])
            known = [("", whole, self.source[j])]
            if by_batch and self._differ(j, whole):
                known = [(name, self.cuts[b, j], self.sources[b][j]) for b, name in enumerate(self.batches)]
            taken = TAKEN.get(self.only[j], UNDECIDED if self.only[j] else "")
            rows += [
                (marker, batch, *cuts, self.negative[j], self.spread[j], self.modes[j], source, taken)
                for batch, cuts, source in known
            ]
        columns = "marker batch positive dim bright uncertainty negative spread modes source taken"
        return pd.DataFrame(rows, columns=columns.split())

    def _differ(self, j: int, whole: np.ndarray) -> bool:
        """Whether a batch has other cuts, or the same from elsewhere."""
        same = [np.array_equal(cuts, whole, equal_nan=True) for cuts in self.cuts[:, j]] if self.batches else []
        return not all(same) or any(row[j] != self.source[j] for row in self.sources)
