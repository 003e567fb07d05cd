"""Whether the arrays of a reference fit one another: loops over events trust them."""

from typing import Any

import numpy as np

from cytoclust.frozen._reference import Reference

__all__ = ["check_engine"]


def check_engine(reference: Reference) -> None:
    """Shapes, types and bounds of everything that an event's cluster is told by.

    Raises
    ------
    ValueError
        Some do not fit.
    """
    search, model, p = reference.engine.search, reference.engine.model, len(reference.columns)
    count, kernels, k = len(search.prototypes), len(model.centres), reference.n_clusters
    shapes: dict[str, tuple[np.ndarray, Any, tuple[int, ...]]] = {
        "prototypes": (search.prototypes, np.float32, (count, p)),
        "landmarks": (search.landmarks, np.float32, (len(search.landmarks), p)),
        "starts": (search.starts, np.int64, (len(search.landmarks) + 1,)),
        "members": (search.members, np.int32, (len(search.members),)),
        "model": (model.prototypes, np.float32, (count, p)),
        "centres": (model.centres, np.float32, (kernels, p)),
        "variance": (model.variance, np.float32, (kernels,)),
        "mass": (model.mass, np.float64, (kernels,)),
        "cluster": (model.cluster, np.int32, (kernels,)),
        "candidates": (model.candidates, np.int32, (count, model.candidates.shape[-1])),
        "only": (model.only, np.int32, (count,)),
        "limits": (reference.limits, np.float32, (count,)),
        "haze": (reference.haze.events, np.float32, (len(reference.haze.events), p)),
        "haze cluster": (reference.haze.cluster, np.int32, (len(reference.haze.events),)),
        "haze weight": (reference.haze.weight, np.float64, (len(reference.haze.events),)),
        "haze near": (reference.haze.near, np.int64, (k,)),
    }
    places = reference.places
    if places is not None:
        shapes |= {
            "centre of places": (places.centre, np.float32, (k, p)),
            "reach of places": (places.reach, np.float32, (k, p)),
            "places": (places.events, np.float32, (len(places.events), p)),
            "cluster of places": (places.cluster, np.int32, (len(places.events),)),
            "patient of places": (places.patient, np.int32, (len(places.events),)),
        }
    for name, (array, dtype, shape) in shapes.items():
        if array.dtype != dtype or array.shape != shape:
            raise ValueError(f"{name} has {array.shape} {array.dtype}, which does not fit")
    bounds: dict[str, tuple[np.ndarray, int, int]] = {
        "columns": (reference.columns, 0, len(reference.panel.names)),
        "stained": (reference.stained, 0, len(reference.panel.names)),
        "members": (search.members, 0, count),
        "starts": (search.starts, 0, len(search.members) + 1),
        "cluster": (model.cluster, 0, k),
        "candidates": (model.candidates, 0, kernels),
        "only": (model.only, -1, k),
        "haze cluster": (reference.haze.cluster, 0, k),
    }
    bounds |= {f"overlap {i}": (each.clusters, 0, k) for i, each in enumerate(model.overlaps)}
    bounds |= {
        f"border {i}": (border.first, 0, len(overlap.clusters))
        for i, (border, overlap) in enumerate(zip(model.borders, model.overlaps, strict=True))
    }
    for name, (values, low, stop) in bounds.items():
        if values.size and not (low <= int(values.min()) and int(values.max()) < stop):
            raise ValueError(f"{name} points beyond what there is")
    if search.starts[0] != 0 or search.starts[-1] != len(search.members) or (np.diff(search.starts) < 1).any():
        raise ValueError("starts do not count up")
    for border, overlap in zip(model.borders, model.overlaps, strict=True):
        if border.near.shape != (count, len(overlap.clusters)) or overlap.whiten.shape != (len(overlap.clusters), p, p):
            raise ValueError("an overlap does not fit")
