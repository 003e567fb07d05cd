"""Events on a grid as a picture, and as dots."""

import base64
import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cytoclust.pl.grid_pixels import grid_pixels

__all__ = ["dots", "grid_image", "pixels_image"]


def grid_image(grid: NDArray[np.int64], above: Sequence[tuple[NDArray[np.int64], str]] = ()) -> str:
    """The grid as a PNG: grey, the darker the more events (logarithmic), and what lies above in colours."""
    return pixels_image(grid_pixels(grid, above))


def pixels_image(pixels: NDArray[np.uint8]) -> str:
    """Red, green and blue (up, across, 3) as a PNG of 64 colours."""
    from PIL import Image

    picture = Image.fromarray(pixels, "RGB").quantize(64, dither=Image.Dither.NONE)
    data = io.BytesIO()
    picture.save(data, format="PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(data.getvalue()).decode("ascii")


def dots(grid: NDArray[np.int64], side: float) -> str:
    """A dot for each cell with events: lines of no length, which a round pen draws."""
    step = side / len(grid)
    x, y = np.nonzero(grid)
    return "".join(f"M{(a + 0.5) * step:.1f} {side - (b + 0.5) * step:.1f}h0" for a, b in zip(x, y, strict=True))
