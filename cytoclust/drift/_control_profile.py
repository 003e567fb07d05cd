"""What is kept of a process control: its quantiles, and where its negatives lie."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from cytoclust.errors import InputError
from cytoclust.pp import mode_and_spread

__all__ = ["LEVELS", "MIN_EVENTS", "UPPER", "ControlProfile"]

UPPER: Final = np.linspace(0.90, 0.995, 20)
"""Levels of the quantiles of a gain. Convention: those of a stained normal control."""
LEVELS: Final = np.unique(np.concatenate([np.arange(1, 90) / 100, UPPER, 1 - np.geomspace(0.1, 1e-4, 150)[1:]]))
"""Levels of the quantiles that are kept. Chosen: those above .90 are 5 % of the events beyond apart, so that a rare
population does not begin between two of them."""
MIN_EVENTS: Final = 5_000
"""Events of a control that passed quality control, below which nothing is measured by it. Chosen: the upper half per
cent, the last that a gain looks at, would rest on fewer than 25."""
_APART: Final = 10.0
"""Standard deviations of the negatives, above their mode, from which on a signal is one of the marker. Chosen: there
noise and what compensation left are a tenth of it or less, so that its ratio is that of the gain."""
_NEAR: Final = 4.0
"""Of them, beyond which a mode is too far from zero to be noise. Convention: as for cofactors."""
_DARK: Final = 0.1
"""Of the mode, below which one in a hundred events lies where there is noise. Derived: cells that all carry a marker
have a coefficient of variation below 1, whose first percentile is at a tenth of the mode or above."""


@dataclass(frozen=True, eq=False)
class ControlProfile:
    """Quantiles of one process control, of each marker; signals are linear and compensated, in the unit of the file.

    Attributes
    ----------
    markers
        Names of the ``m`` markers.
    n_events
        Events that passed quality control.
    levels, values
        ``(q,)`` ascending between 0 and 1, and ``(q, m)`` the quantiles there. Twenty from .90 to .995 are enough for a
        gain of what a tenth of the events carry; ``LEVELS`` for all.
    modes, spreads
        ``(m,)`` the densest signal, that of the negatives where there are some, and the standard deviation below it;
        NaN where it is not known.
    limits
        ``(m,)`` signals above which an event carries the marker; NaN where that is not known, -inf where all do.
    """

    markers: tuple[str, ...]
    n_events: int
    levels: NDArray[np.float64]
    values: NDArray[np.float64]
    modes: NDArray[np.float64]
    spreads: NDArray[np.float64]
    limits: NDArray[np.float64]

    def __post_init__(self) -> None:
        expected = (len(self.levels), len(self.markers))
        if self.values.shape != expected:
            raise InputError(
                f"The quantiles of a control must have the shape {expected}. Got {self.values.shape} instead."
            )

    @classmethod
    def of(
        cls,
        events: NDArray[np.float32] | NDArray[np.float64],
        markers: Sequence[str],
        *,
        limits: NDArray[np.float64] | None = None,
    ) -> Self:
        """The profile of events (n, m) that passed quality control.

        ``limits`` (m,) are the signals above which an event carries each marker, where these are known (cuts, or an
        unstained control); NaN of those that are not. By default ten standard deviations above the mode of the
        negatives; where the lowest mode is too far from zero for noise, every event carries light enough.
        """
        found = np.asarray(events, dtype=np.float64)
        found = found[np.isfinite(found).all(axis=1)]
        m = len(markers)
        modes, spreads, own = np.full(m, np.nan), np.full(m, np.nan), np.full(m, np.nan)
        values = np.quantile(found, LEVELS, axis=0) if len(found) else np.full((len(LEVELS), m), np.nan)
        for j in range(m if len(found) else 0):  # a mode of NaN is near nothing
            modes[j], spreads[j] = mode_and_spread(found[:, j])
            near = abs(modes[j]) <= _NEAR * spreads[j] and values[0, j] < _DARK * modes[j]
            own[j] = modes[j] + _APART * spreads[j] if near else -np.inf
        given = np.full(m, np.nan) if limits is None else np.asarray(limits, dtype=np.float64)
        return cls(tuple(markers), len(found), LEVELS, values, modes, spreads, np.where(np.isfinite(given), given, own))

    def take(self, markers: Sequence[str]) -> Self:
        """The same of some markers."""
        at = [self.markers.index(name) for name in markers]
        return type(self)(
            tuple(markers), self.n_events, self.levels, self.values[:, at],
            self.modes[at], self.spreads[at], self.limits[at],
        )  # fmt: skip

    def at(self, j: int, levels: NDArray[np.float64]) -> NDArray[np.float64]:
        """Quantiles of one marker at any levels."""
        return np.interp(levels, self.levels, self.values[:, j])

    def share_above(self, j: int, limit: float) -> float:
        """The share of events above a signal."""
        column = self.values[:, j]
        if limit < column[0]:
            return 1.0
        return float(1 - np.interp(limit, column, self.levels, right=1.0))
