"""Events on a grid as the colours of a picture."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["grid_pixels"]

GREYS: Final = (222, 70)  # of one event and of the most


def grid_pixels(grid: NDArray[np.int64], above: Sequence[tuple[NDArray[np.int64], str]] = ()) -> NDArray[np.uint8]:
    """Red, green and blue (up, across, 3), the first row at the top.

    Parameters
    ----------
    grid
        Events (across, up): grey, the darker the more (logarithmic); white where there are none.
    above
        What lies above it: events and a colour.
    """
    light, dark = GREYS
    shade = np.log1p(grid) / max(np.log1p(grid).max(), 1e-9)
    pixels = np.repeat((light - (light - dark) * shade)[:, :, None], 3, axis=2)
    pixels[grid == 0] = 255
    for own, colour in above:
        strength = 0.45 + 0.55 * np.log1p(own) / max(np.log1p(own).max(), 1e-9)
        hue = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
        pixels[own > 0] = 255 - strength[own > 0, None] * (255 - hue)
    return np.asarray(np.flipud(pixels.transpose(1, 0, 2)).round().astype(np.uint8))
