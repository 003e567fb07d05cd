"""The logicle transform of a cohort."""

import numpy as np
from numpy.typing import NDArray

from cytoclust import params
from cytoclust.io import Panel
from cytoclust.pp._estimate_logicle import estimate_logicle
from cytoclust.pp._logicle_transform import logicle_transform

__all__ = ["apply", "describe", "fit"]

apply = logicle_transform


def fit(_: params.Transform, pooled: NDArray[np.float32], panel: Panel) -> NDArray[np.float64]:
    """T and W of each column (p, 2)."""
    kinds = ["fluorescence" if i in panel.scaled else kind for i, kind in enumerate(panel.signal_types)]
    return estimate_logicle(pooled, kinds)


def describe(parameters: NDArray[np.float64]) -> str:
    """T and W, in words."""
    top, width = parameters
    return f"logicle, T {top:.4g}, W {width:.3g}"
