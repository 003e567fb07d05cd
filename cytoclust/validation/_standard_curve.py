"""The standard curve of an assay."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import t

__all__ = ["StandardCurve", "standard_curve"]


@dataclass(frozen=True)
class StandardCurve:
    """Cq = intercept + slope log10(quantity), by least squares.

    Attributes
    ----------
    slope, slope_error, intercept
        Of the line, and the standard error of its slope.
    efficiency, low, high
        Of amplification, 1 for a doubling a cycle; ``high`` is infinite where the slope may be 0.
    residual_sd
        Cq.
    n
        Wells.
    """

    slope: float
    slope_error: float
    intercept: float
    efficiency: float
    low: float
    high: float
    residual_sd: float
    n: int

    @property
    def freedom(self) -> int:
        """Degrees of freedom of the residuals."""
        return self.n - 2


def standard_curve(quantity: ArrayLike, cq: ArrayLike, *, confidence: float = 0.95) -> StandardCurve:
    """Least squares on log10 of the quantity; efficiency 10^(−1/slope) − 1 with the limits of the slope (MIQE).

    Parameters
    ----------
    quantity, cq
        (n,) of standards that amplified; at least three, of two quantities.
    confidence
        Such as 0.95.
    """
    x, y = np.log10(np.asarray(quantity, dtype=np.float64)), np.asarray(cq, dtype=np.float64)
    centred = x - x.mean()
    squares = float(centred @ centred)
    slope = float(centred @ y) / squares
    rest = y - y.mean() - slope * centred
    sd = float(np.sqrt(rest @ rest / (len(x) - 2)))
    error = sd / np.sqrt(squares)
    reach = float(t.isf((1 - confidence) / 2, len(x) - 2)) * error
    return StandardCurve(
        slope,
        float(error),
        float(y.mean() - slope * x.mean()),
        _efficiency(slope),
        _efficiency(slope - reach),
        _efficiency(slope + reach),
        sd,
        len(x),
    )


def _efficiency(slope: float) -> float:
    return float(10 ** (-1 / slope) - 1) if slope < 0 else np.inf
