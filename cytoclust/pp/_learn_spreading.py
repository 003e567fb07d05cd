"""Equal values, spread within their step, for clustering.

Instruments and exports round and clip: ion counts are whole numbers, ten-bit channels pile up at the lowest one, floats
are floored at zero, detectors saturate. Many equal values are no population, and the empty space beside them is no
valley. Within its step a value is not known: it is put somewhere there, evenly. Values that were clipped at an end are
put beyond it, as the missing side of what was clipped. Where depends on the event's values and on the column's
name alone. No value that is kept, shown as a value or exported is touched.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from cytoclust.lots import lots
from cytoclust.pp._beside_pile import FEWEST, SHARE, Beside, beside_pile

__all__ = ["Column", "Spreading", "learn_spreading"]

_COARSE = 0.01
"""Of the events, at one value: from here on steps are wide beside the spread of a population. Derived: a step of 1/40
of a normal's standard deviation holds so many."""
_STEPPED = 0.05
"""Of the events that are in no pile, those that share their value with two others or more: so many show that the values
are steps. Chosen: continuous signals have next to none."""
_TIMES = 4.0
"""Events at a value over those of a step beside it, from which on it is a pile. Chosen: see sensitivity."""
_END = 0.005
"""Of the other events, beyond a pile at the end of the scale. Chosen: see sensitivity."""
_FAR = 0.001
"""Of the events, on either side of that range: wild values. Chosen: see sensitivity."""
_WIDEST = 2.0
"""Times the spread of what lies beside a pile, the most that it is spread by. Chosen: see sensitivity."""
_OF_RANGE = 0.1
"""Of the range of all values, the same. Chosen: see sensitivity."""
_NEAR = 0.4
"""Of that range, from a floor up to a mode that it cuts. Chosen: positive cells are further away."""
_MOST_OF = 2.0
"""Times the events of that mode above the floor, at most, on it. Derived: so many of a normal lie below -0.4 standard
deviations over those above."""
_FARTHEST = 1 - 2.0**-24
"""Quantile of the normal that a lot reaches: 5.4 standard deviations. Derived: a float32's last bit; the next is
infinity."""


@dataclass(frozen=True)
class Column:
    """The steps and piles of one column, on the transformed scale.

    Attributes
    ----------
    levels, gaps
        Ascending values and the width of their steps, (k,); empty where values are no steps.
    piles
        Values at which events pile up, ascending (q,).
    centres, below, above
        Where each pile is put (q,), and the standard deviations of the half-normals that it is spread by, below and
        above; 0 where it is not.
    """

    levels: NDArray[np.float64]
    gaps: NDArray[np.float64]
    piles: NDArray[np.float64]
    centres: NDArray[np.float64]
    below: NDArray[np.float64]
    above: NDArray[np.float64]

    def __bool__(self) -> bool:
        return len(self.levels) > 0 or len(self.piles) > 0

    def spread(self, values: NDArray[np.float32], lots: NDArray[np.float64]) -> NDArray[np.float32]:
        """Values (n,) put within their steps and beyond their piles by lots between 0 and 1 (n,)."""
        wide = values.astype(np.float64)
        width = np.interp(wide, self.levels, self.gaps) if len(self.levels) else np.zeros(len(wide))
        out = wide + (lots - 0.5) * width
        for pile, centre, below, above in zip(self.piles, self.centres, self.below, self.above, strict=True):
            rows = np.flatnonzero(wide == pile)
            lot, share = lots[rows], below / max(below + above, 1e-300)
            down = lot < share
            part = np.where(down, lot / max(share, 1e-300), (1 - lot) / max(1 - share, 1e-300))
            out[rows] = centre + ndtri(np.minimum((1 + part) / 2, _FARTHEST)) * np.where(down, -below, above)
        return out.astype(np.float32)


@dataclass(frozen=True)
class Spreading:
    """Where equal values are put, column by column of the panel."""

    columns: tuple[Column, ...]
    seeds: tuple[int, ...]
    """Seed of the lots of each column, a checksum of its name."""

    def __bool__(self) -> bool:
        return any(self.columns)

    def __call__(
        self, events: NDArray[np.float32], identities: NDArray[np.uint64], columns: NDArray[np.int64] | None = None
    ) -> NDArray[np.float32]:
        """Events on the transformed scale, of some columns of the panel (all by default), spread; a new array.

        Parameters
        ----------
        events
            (n, q) float32.
        identities
            A number for each event, which differs between events (n,): all that its place within a step depends on.
        columns
            Which columns of the panel these are (q,).
        """
        out = np.array(events, dtype=np.float32, order="C")
        chosen = range(len(self.columns)) if columns is None else columns
        for place, column in enumerate(chosen):
            if self.columns[column]:
                out[:, place] = self.columns[column].spread(
                    events[:, place], lots(identities, "step", self.seeds[column])
                )
        return out


def learn_spreading(pooled: NDArray[np.float32], names: Sequence[str], signals: Sequence[bool]) -> Spreading:
    """Find the steps and piles of each signal; columns without any are left alone, to the bit.

    Parameters
    ----------
    pooled
        Events of all samples on the transformed scale (m, p).
    names
        Of the columns (p,).
    signals
        Which are stained (p,): scatter and time are not clustered on.
    """
    return Spreading(
        tuple(learn_column(column) if use else _still() for column, use in zip(pooled.T, signals, strict=True)),
        tuple(zlib.crc32(name.encode()) for name in names),
    )


def learn_column(values: NDArray[np.float32]) -> Column:
    """The steps and piles of the values (m,) of one column."""
    levels, counts = np.unique(values[np.isfinite(values)].astype(np.float64), return_counts=True)
    total = int(counts.sum())
    large = np.flatnonzero(counts >= max(FEWEST, SHARE * total))
    if not len(large) or len(levels) < 2:
        return _still()
    common = np.ones(len(levels), dtype=bool)
    common[[0, -1, int(np.argmax(counts))]] = False
    steps = bool(counts[common & (counts > 2)].sum() > _STEPPED * max(counts[common].sum(), 1))
    between = np.diff(levels)
    gaps = np.minimum(np.append(between, between[-1]), np.insert(between, 0, between[0])) * steps
    if steps:  # few stand out from both neighbours
        height = np.pad(counts / np.maximum(gaps, 1e-300), 1)
        large = large[(height[1:-1] > 2 * np.maximum(height[:-2], height[2:]))[large]]
    found = [_pile(levels, counts, gaps, i) for i in large.tolist()]
    piles = np.array([pile for pile in found if pile is not None], dtype=np.float64).reshape(-1, 4)
    if not (steps and counts[1:-1].max(initial=0) >= _COARSE * total):
        levels, gaps = levels[:0], gaps[:0]
    return Column(levels, gaps, *piles.T)


def _still() -> Column:
    """A column to be left alone."""
    return Column(*[np.empty(0)] * 6)


def _pile(
    levels: NDArray[np.float64], counts: NDArray[np.int64], gaps: NDArray[np.float64], i: int
) -> tuple[float, float, float, float] | None:
    """Level number i, where it is put, and what it is spread by below and above; None if it is no pile."""
    lower, upper = (beside_pile(levels, counts, i, side, gaps) for side in (-1, 1))
    if counts[i] < _TIMES * max(lower.density, upper.density) * gaps[i]:
        return None
    under, over = int(counts[:i].sum()), int(counts[i + 1 :].sum())
    below = np.cumsum(counts)
    low, high = np.searchsorted(below, [_FAR * below[-1], (1 - _FAR) * below[-1]])
    reach = float(levels[high] - levels[low]) or float(levels[-1] - levels[0])
    if min(under, over) < _END * (under + over):  # clipped: the missing side is like the one that is there
        side, beside = (1, upper) if over > under else (-1, lower)
        centre, spread = _clipped(int(counts[i]), beside, reach, floor=side > 0)
        centre = levels[i] + side * (centre or gaps[i] / 2)
        return (levels[i], centre, spread, 0.0) if side > 0 else (levels[i], centre, 0.0, spread)
    both = [_even(counts[i] / 2, beside.density, _most(beside, reach)) for beside in (lower, upper)]
    return levels[i], levels[i], *both


def _clipped(count: int, beside: Beside, reach: float, *, floor: bool) -> tuple[float, float]:
    """How far inside a clipped pile is put, and what it is spread by outwards from there.

    A floor may cut a mode of which much lies above it, on a logarithmic scale above all, which draws what is near zero
    apart. What is on the floor is put where the lower half of that mode is: a shoulder below it would be one more mode.
    """
    cut = floor and beside.mode and not beside.apart and beside.mode < _NEAR * reach
    if cut and count < _MOST_OF * beside.within:
        return beside.mode, beside.spread
    return 0.0, _even(count, beside.density, _most(beside, reach))


def _most(beside: Beside, reach: float) -> float:
    """The most that a pile is spread by."""
    return min(_WIDEST * beside.spread, _OF_RANGE * reach)


def _even(count: float, density: float, most: float) -> float:
    """Standard deviation of a half-normal of some events that is as dense at its top as what lies beside it."""
    return float(min(count * np.sqrt(2 / np.pi) / max(density, 1e-300), most))
