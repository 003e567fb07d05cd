"""Where the samples stand on a figure, for pages that point at them."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection

from cytoclust import keys
from cytoclust.pl._lanes import place_samples

__all__ = ["abundance_places"]


def abundance_places(
    drawn: Axes | list[Axes], populations: pd.DataFrame, *, by: str = keys.GROUP
) -> list[tuple[str, float, float]]:
    """Sample and place, in inches from the figure's left and bottom, of every point of :func:`abundance`.

    Each sample has a place of its own on the axis, which tells whose a point is.
    """
    places = place_samples(populations, by).samples["place"]
    names = {round(float(place), 6): str(name) for name, place in places.items()}
    found = []
    for ax in [drawn] if isinstance(drawn, Axes) else drawn:
        for marks in ax.collections:
            if isinstance(marks, PathCollection):
                at = np.ma.filled(np.ma.asarray(marks.get_offsets(), dtype=np.float64), np.nan).reshape(-1, 2)
                inches = marks.get_offset_transform().transform(at) / ax.figure.dpi
                rows = zip(at[:, 0], inches, strict=True)
                found += [(names[round(float(x), 6)], float(left), float(up)) for x, (left, up) in rows]
    return [point for point in found if np.isfinite(point[1:]).all()]
