"""No transform: of data that are transformed already."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cytoclust import params
from cytoclust.io import STAINS, Panel
from cytoclust.pp._arcsinh_transform import arcsinh_transform
from cytoclust.pp._is_apart import is_apart, scatter_cofactor, scatter_factor

__all__ = ["apply", "describe", "fit"]


def fit(_: params.Transform, pooled: NDArray[np.float32], panel: Panel) -> NDArray[np.float64] | None:
    """Nothing is learnt, unless scatter is clustered on that was left linear beside transformed markers.

    Then its cofactor, and the factor that brings it to the range of markers, (p, 2), NaN of other columns.
    """
    markers = pooled[:, [i for i, kind in enumerate(panel.signal_types) if kind in STAINS]]
    apart = [i for i in panel.scaled if is_apart(pooled[:, i], markers)]
    if not apart:
        return None
    out = np.full((len(panel.names), 2), np.nan)
    for i in apart:
        out[i] = scatter_cofactor(pooled[:, i]), scatter_factor(markers)
    return out


def apply(events: NDArray[np.float32], parameters: Any) -> NDArray[np.float32]:
    """The events as they are, but for scatter that :func:`fit` found on another scale."""
    if parameters is None:
        return np.ascontiguousarray(events)
    cofactors, factors = parameters.T
    changed = arcsinh_transform(events, cofactors)
    return np.ascontiguousarray(changed * np.where(np.isnan(factors), 1.0, factors), dtype=np.float32)


def describe(parameters: Any) -> str:
    """That nothing is done, or of scatter what is."""
    if parameters is None:
        return "none"
    cofactor, factor = parameters
    return f"arcsinh, cofactor {cofactor:.4g}, times {factor:.4g}"
