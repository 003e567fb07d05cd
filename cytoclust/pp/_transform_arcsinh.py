"""The arcsinh transform of a cohort."""

import numpy as np
from numpy.typing import NDArray

from cytoclust import params
from cytoclust.io import Panel
from cytoclust.pp._arcsinh_transform import arcsinh_transform
from cytoclust.pp._choose_cofactors import choose_cofactors

__all__ = ["apply", "describe", "fit"]

apply = arcsinh_transform


def fit(chosen: params.Transform, pooled: NDArray[np.float32], panel: Panel) -> NDArray[np.float64]:
    """A cofactor for each column (p,)."""
    return choose_cofactors(chosen.cofactor, pooled, panel)


def describe(parameters: NDArray[np.float64]) -> str:
    """The cofactor, in words."""
    return f"arcsinh, cofactor {parameters:.4g}"
