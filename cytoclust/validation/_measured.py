"""Amounts of targets in fractions, and sums and differences of their logarithms."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, t

from cytoclust.validation._assay_table import Calibrated
from cytoclust.validation._copies import Copies, copies

__all__ = ["Level", "Measured", "combine"]


@dataclass(frozen=True, eq=False)
class Measured:
    """The wells of one target in one fraction.

    Attributes
    ----------
    cq
        (n,) of wells on one plate; NaN where nothing amplified.
    calibrated
        The assay on that plate, with a scale.
    """

    cq: NDArray[np.float64]
    calibrated: Calibrated
    _known: dict[float, Copies] = field(default_factory=dict, init=False, repr=False)

    def copies(self, confidence: float) -> Copies:
        """Log2 copies a well."""
        if confidence not in self._known:
            self._known[confidence] = self._copies(confidence)
        return self._known[confidence]

    def _copies(self, confidence: float) -> Copies:
        scale, lost = self.calibrated.scale, self.calibrated.lost
        if scale is None:
            raise ValueError(f"{self.calibrated.assay.target} on plate {self.calibrated.plate} cannot be used.")
        found = copies(self.cq, scale, confidence=confidence)
        estimate, low, high, upper = (each + lost for each in (found.estimate, found.low, found.high, found.upper))
        return Copies(estimate, low, high, upper, found.n, found.n_amplified)

    @cached_property
    def seen(self) -> NDArray[np.float64]:
        """Cq of the wells that amplified before the cut."""
        cut = self.calibrated.scale.cut if self.calibrated.scale else np.inf
        return self.cq[np.isfinite(self.cq) & (self.cq < cut)]


@dataclass(frozen=True)
class Level:
    """A log2 amount or ratio with limits; ``estimate`` and ``low`` are −inf where the target was not found."""

    estimate: float
    low: float
    high: float
    upper: float


def combine(terms: Sequence[tuple[float, Measured]], *, confidence: float = 0.95) -> Level:
    """The sum of weights times log2 copies, with limits.

    Limits of a sum from the limits of its terms (Zou & Donner, Stat Med 2008;27:1693), and the error of each standard
    curve, which terms of one curve have in common, so that in a ratio of ratios only that of its slope is left.

    Parameters
    ----------
    terms
        Weights and amounts; the first alone may be of a target that was not found: then ``high`` is the limit of what
        could be there.
    confidence
        Such as 0.95.
    """
    weights = [weight for weight, _ in terms]
    found = [measured.copies(confidence) for _, measured in terms]
    absent = not np.isfinite(found[0].estimate)
    at = [each.upper if i == 0 and absent else each.estimate for i, each in enumerate(found)]
    middle = float(np.dot(weights, at))
    reaches = []
    for side in ("low", "high", "upper"):
        squares = 0.0 if absent else (weights[0] * (getattr(found[0], side) - found[0].estimate)) ** 2
        for weight, each in zip(weights[1:], found[1:], strict=True):
            down = (side == "low") == (weight > 0)
            squares += (weight * ((each.low if down else each.high) - each.estimate)) ** 2
        reaches.append(np.sqrt(squares + _curves(terms, at, confidence)))
    if absent:
        limit = middle + float(reaches[2])
        return Level(-np.inf, -np.inf, limit, limit)
    return Level(middle, middle - float(reaches[0]), middle + float(reaches[1]), middle + float(reaches[2]))


def _curves(terms: Sequence[tuple[float, Measured]], at: Sequence[float], confidence: float) -> float:
    """Square of the reach of the curves' errors."""
    total = 0.0
    by_curve: dict[int, list[tuple[float, float, Calibrated]]] = {}
    for (weight, measured), value in zip(terms, at, strict=True):
        by_curve.setdefault(id(measured.calibrated), []).append((weight, value, measured.calibrated))
    for parts in by_curve.values():
        known = parts[0][2]
        level = known.level_error * sum(weight for weight, _, _ in parts)
        slope = known.slope_share * sum(weight * (value - known.centre) for weight, value, _ in parts)
        tail = (1 - confidence) / 2
        reach = norm.isf(tail) if not np.isfinite(known.freedom) else t.isf(tail, known.freedom)
        total += float(reach) ** 2 * (level**2 + slope**2)
    return total
