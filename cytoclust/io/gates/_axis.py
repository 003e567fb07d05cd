"""An axis that a gate is drawn on."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Axis", "Scale"]

Scale: TypeAlias = Literal["linear", "arcsinh", "logicle"]
_PARAMETERS: Final = {"linear": 0, "arcsinh": 2, "logicle": 4}


@dataclass(frozen=True)
class Axis:
    """A channel, and the scale on which gates are drawn on it.

    Attributes
    ----------
    channel
        $PnN.
    marker
        What is measured, for people; empty if nothing is known.
    compensated
        Whether the signal is that after compensation.
    scale, parameters
        ``linear``, the signal in the unit of the file (decades, gain and time step applied), has none; ``arcsinh`` is
        ``factor · asinh(signal / cofactor)`` with (cofactor, factor); ``logicle``, from 0 to 1, has T, W, M, A of
        Gating-ML 2.0.
    """

    channel: str
    marker: str = ""
    compensated: bool = False
    scale: Scale = "linear"
    parameters: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.scale not in get_args(Scale) or len(self.parameters) != _PARAMETERS[self.scale]:
            raise ValueError(f"No axis is {self.scale!r} with {len(self.parameters)} parameters.")

    @property
    def name(self) -> str:
        """The marker, else the channel."""
        return self.marker or self.channel

    def coordinates(self, signal: ArrayLike) -> NDArray[np.float64]:
        """Linear signals of any shape on the scale of the axis."""
        values = np.asarray(signal, dtype=np.float64)
        if self.scale == "arcsinh":
            cofactor, factor = self.parameters
            return factor * np.arcsinh(values / cofactor)
        if self.scale == "logicle":
            from flowutils.transforms import logicle

            return _by_value(logicle, values, self.parameters)
        return values

    def signal(self, coordinates: ArrayLike) -> NDArray[np.float64]:
        """Coordinates of any shape as linear signals: the inverse."""
        values = np.asarray(coordinates, dtype=np.float64)
        if self.scale == "arcsinh":
            cofactor, factor = self.parameters
            return cofactor * np.sinh(values / factor)
        if self.scale == "logicle":
            from flowutils.transforms import logicle_inverse

            return _by_value(logicle_inverse, values, self.parameters)
        return values

    @property
    def in_gating_ml(self) -> dict[str, float]:
        """T, M, A (and W) of the transform of Gating-ML 2.0 that is this scale; none of a linear one.

        ``fasinh`` is ``(asinh(x · sinh(M · ln 10) / T) + A · ln 10) / ((M + A) · ln 10)`` (Gating-ML 2.0, 6.2.5). With
        A = 0, M = 1 / (factor · ln 10) and T = cofactor · sinh(1 / factor) it is the scale itself.
        """
        if self.scale == "arcsinh":
            cofactor, factor = self.parameters
            return {"T": cofactor * math.sinh(1 / factor), "M": 1 / (factor * math.log(10)), "A": 0.0}
        return dict(zip("TWMA", self.parameters, strict=True)) if self.scale == "logicle" else {}


def _by_value(
    function: Callable[..., Any], values: NDArray[np.float64], parameters: tuple[float, ...]
) -> NDArray[np.float64]:
    top, width, decades, added = parameters
    return np.asarray(function(values.ravel(), None, t=top, m=decades, w=width, a=added)).reshape(values.shape)
