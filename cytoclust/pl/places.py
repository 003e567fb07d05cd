"""Where the samples stand on a figure, for pages that point at them."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection

from cytoclust import keys
from cytoclust.pl._detection import sample_blocks
from cytoclust.pl._lanes import place_samples

__all__ = ["Place", "abundance_places", "detection_places"]

Place = tuple[str, float, float, float, float]
"""A sample, the middle of where it is on a figure, and the width and height of that, which are 0 of a point.

In inches, the middle from the figure's left and bottom.
"""


def abundance_places(drawn: Axes | list[Axes], populations: pd.DataFrame, *, by: str = keys.GROUP) -> list[Place]:
    """Every point of :func:`abundance`.

    Each sample has a place of its own on the axis, which tells whose a point is.
    """
    places = place_samples(populations, by).samples["place"]
    names = {round(float(place), 6): str(name) for name, place in places.items()}
    found: list[Place] = []
    for ax in [drawn] if isinstance(drawn, Axes) else drawn:
        for marks in ax.collections:
            if isinstance(marks, PathCollection):
                at = np.ma.filled(np.ma.asarray(marks.get_offsets(), dtype=np.float64), np.nan).reshape(-1, 2)
                inches = marks.get_offset_transform().transform(at) / ax.figure.dpi
                rows = zip(at[:, 0], inches, strict=True)
                found += [(names[round(float(x), 6)], float(left), float(up), 0.0, 0.0) for x, (left, up) in rows]
    return [point for point in found if np.isfinite(point[1:]).all()]


def detection_places(drawn: Axes | list[Axes], populations: pd.DataFrame) -> list[Place]:
    """The column of every sample in :func:`detection`."""
    found: list[Place] = []
    for ax, samples in zip([drawn] if isinstance(drawn, Axes) else drawn, sample_blocks(populations), strict=True):
        bottom, top = ax.get_ylim()
        for column, name in enumerate(samples.index):
            corners = ax.transData.transform([(column - 0.5, bottom), (column + 0.5, top)]) / ax.figure.dpi
            (x, y), (width, height) = corners.mean(axis=0), np.ptp(corners, axis=0)
            found.append((str(name), float(x), float(y), float(width), float(height)))
    return found
