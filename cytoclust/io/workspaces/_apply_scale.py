"""Values on the scale of a gate."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cytoclust.io.workspaces._document import Scale
from cytoclust.io.workspaces._needed import needed

__all__ = ["apply_scale", "display_range"]

FLOWKIT: Final = {
    "flog": "LogTransform",
    "fasinh": "AsinhTransform",
    "logicle": "LogicleTransform",
    "hyperlog": "HyperlogTransform",
    "flin": "LinearTransform",
    "biex": "WSPBiexTransform",
    "log of FlowJo": "WSPLogTransform",
}
"""FlowKit's class of each scale. Parameters are passed in the order of ``Scale.parameters``."""
BIEX_RANGE: Final = 4096.0
"""What FlowJo's biexponential scale ends at; every other ends at 1. Source: its table of 4,097 points, in cytolib."""


def apply_scale(scale: Scale, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values (n,) of the linear scale on another; FlowKit knows the formulas.

    Raises
    ------
    ValueError
        The parameters make no such scale.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        scaled = _function(scale.name, scale.parameters)(np.asarray(values, dtype=np.float64))
    if scale.low == -np.inf and scale.high == np.inf:
        return scaled
    return np.clip(scaled, scale.low, scale.high)


def display_range(scale: Scale) -> float:
    """Where the scale's display ends; it begins at 0."""
    return BIEX_RANGE if scale.name == "biex" else 1.0


@lru_cache(maxsize=256)
def _function(name: str, parameters: tuple[float, ...]) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    if name == "linear":
        low, high = parameters
        if high <= low:
            raise ValueError(f"a linear scale from {low:g} to {high:g} has no range")
        return lambda values: (values - low) / (high - low)
    transforms: Any = needed("flowkit", Path("gates")).transforms
    made = getattr(transforms, FLOWKIT[name])(*parameters)
    return lambda values: np.asarray(made.apply(values.reshape(-1, 1)), dtype=np.float64).reshape(-1)
