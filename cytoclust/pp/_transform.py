"""From the linear scale to the one on which events are compared."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytoclust import params
from cytoclust.io import Panel
from cytoclust.pp._arcsinh_transform import arcsinh_transform
from cytoclust.pp._choose_cofactors import choose_cofactors
from cytoclust.pp._estimate_logicle import estimate_logicle
from cytoclust.pp._logicle_transform import logicle_transform

__all__ = ["Transform", "fit_transform"]


@dataclass(frozen=True)
class Transform:
    """What is done to linear events; ``parameters`` are cofactors (p,), or logicle's (p, 2), or None."""

    method: str
    parameters: NDArray[np.float64] | None

    def __call__(self, events: NDArray[np.float32], columns: NDArray[np.int64] | None = None) -> NDArray[np.float32]:
        """Events × columns of the panel (all by default) on the transformed scale."""
        chosen = slice(None) if columns is None else columns
        events = events[:, chosen]
        if self.parameters is None:
            return np.ascontiguousarray(events)
        kernel = arcsinh_transform if self.method == "arcsinh" else logicle_transform
        return kernel(events, self.parameters[chosen])

    def words(self, column: int) -> str:
        """How one column is transformed."""
        if self.parameters is None or np.isnan(self.parameters[column]).any():
            return "none"
        if self.method == "arcsinh":
            return f"arcsinh, cofactor {self.parameters[column]:.4g}"
        top, width = self.parameters[column]
        return f"logicle, T {top:.4g}, W {width:.3g}"


def fit_transform(chosen: params.Transform, pooled: NDArray[np.float32], panel: Panel) -> Transform:
    """The transform of a cohort, from linear events pooled evenly over its samples.

    Raises
    ------
    InputError
        A cofactor for a marker that the panel lacks.
    """
    if chosen.method == "arcsinh":
        return Transform("arcsinh", choose_cofactors(chosen.cofactor, pooled, panel))
    if chosen.method == "logicle":
        return Transform("logicle", estimate_logicle(pooled, panel.signal_types))
    return Transform("none", None)
